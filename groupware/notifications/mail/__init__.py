"""Mail about what is new: rows that wait (`queue`), what a mail says (`letters`), handing it over (`sending`).

A row is written in the transaction of the line in the timeline; one repeating job makes mails of the rows that are due.
Nothing is written, and nothing sent, where no mail server is configured.
"""
