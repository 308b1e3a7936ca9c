"""What the console keeps: people, cases, decisions, what is said and attached, and the audit log."""

from review.models.cases import Case, CaseBooking, CaseTie, Centre
from review.models.decisions import Covered, Decision
from review.models.log import LogEntry, LogHead
from review.models.nights import PublishedNight
from review.models.notes import Attachment, Comment
from review.models.people import Assignment, Conflict, User

__all__ = [
    "Assignment",
    "Attachment",
    "Case",
    "CaseBooking",
    "CaseTie",
    "Centre",
    "Comment",
    "Conflict",
    "Covered",
    "Decision",
    "LogEntry",
    "LogHead",
    "PublishedNight",
    "User",
]
