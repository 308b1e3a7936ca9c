"""How the figures of a report are written, on the terminal and on the page."""

from detection.evaluation.ages import AgeGroup
from detection.evaluation.ranking import Share
from detection.evaluation.report import Report

#: what stands where nothing could be measured
UNKNOWN = "not assessed"


def figure(value: float | None, digits: int = 2) -> str:
    """A number with so many digits behind the point."""
    return UNKNOWN if value is None else f"{value:.{digits}f}"


def fraction(found: Share | None) -> str:
    """A share with its counts and its 95 % interval."""
    if found is None:
        return UNKNOWN
    counts = f"{found.part:,} of {found.whole:,}"
    return f"{found.value:.0%} ({counts}; {found.low:.0%} to {found.high:.0%})"


def percent(found: Share | float | None) -> str:
    """A share alone; nothing where there is none."""
    if found is None:
        return ""
    return f"{found.value if isinstance(found, Share) else found:.0%}"


def counted(number: int, word: str) -> str:
    """A number of things, one or several."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def calibrated(group: AgeGroup) -> str:
    """A group's mean score beside the share of positives that it stands for."""
    if group.mean_score is None:
        return UNKNOWN
    return f"{group.mean_score:.4f} for {group.assessed_positives / group.assessed:.4f}"


def of_flagged(report: Report, found: Share | None) -> str:
    """A share of what was flagged."""
    return fraction(found) if report.flagged.flagged else "none was flagged"


def verdict(report: Report) -> str:
    """The report in one sentence."""
    asked = f"{counted(report.nights, 'night')} with bookings, {counted(report.centres, 'centre')}, "
    asked += counted(report.ranking.bookings, "booking")
    right = report.flagged.precision.part if report.flagged.precision else 0
    if not report.ranking.positives:
        wrongly = f"{report.flagged.flagged:,} were flagged, wrongly" if report.flagged.flagged else "none was flagged"
        return f"{asked}: nothing was planted, and {wrongly}."
    missed = report.flagged.flagged - right
    others = f"{missed:,} others wrongly" if missed else "no other booking was"
    return f"{asked}: of {report.ranking.positives:,} manipulated bookings {right:,} were flagged, and {others}."
