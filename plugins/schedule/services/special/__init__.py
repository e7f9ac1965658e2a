"""Ask for the time of the mayor and others of special service; arrange, fix, decline, withdraw.

Whoever asked may change and withdraw; whose time it is and their secretaries decide. What is fixed is an event with its rooms
and cars, written in the same unit of work. Every act is a line of the trace.
"""

from plugins.schedule.services.special.asking import change, request, withdraw
from plugins.schedule.services.special.deciding import Decision, assign, decline, fix
from plugins.schedule.services.special.papers import receive_papers, remind_of_papers
from plugins.schedule.services.special.plans import TEXT_LENGTH, Plan

__all__ = [
    "TEXT_LENGTH",
    "Decision",
    "Plan",
    "assign",
    "change",
    "decline",
    "fix",
    "receive_papers",
    "remind_of_papers",
    "request",
    "withdraw",
]
