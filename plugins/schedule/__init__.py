"""The schedule スケジュール: who is where when, and how people find a time that suits all of them.

An *event* 予定 has a time, an *organiser* whose event it is, and *participants* 参加者: people, or principals (an organisation,
a post, a duty) that stood for people when they were invited. An event may stand in the calendar of an organisation
instead, or besides. A *recurrence* makes it happen again; an occurrence that was changed alone is an event of its own with a
*series*. A *span* is one occurrence in one calendar in one week: derived, for reading fast. *Sight* is how much of an event
somebody sees: all, time and title, time alone (予定あり), nothing.
"""
