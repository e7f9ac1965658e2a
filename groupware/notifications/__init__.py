"""The timeline (新着): what happened that concerns a person, in one list, told by rows and never by memory.

A plugin declares `NotificationKind`s. An event of theirs leaves a job in the same transaction; the job writes one row per
receiver, in chunks. A row holds ids only: what it is about is asked of the plugin when the list is shown, so that nobody
reads there what they may not see any more, and a purge leaves nothing behind.
"""
