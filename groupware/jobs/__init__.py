"""Jobs: work that no page waits for, as rows of the same database, so that none is lost by a kill and none is done twice.

`enqueue` writes a row in the current unit of work: the job exists exactly if what asked for it was committed. A worker
claims rows for the length of a lease; the job's writes and the end of its row are one transaction.
"""

from groupware.jobs.services import enqueue

__all__ = ["enqueue"]
