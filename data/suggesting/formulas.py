"""Formulas where a header alone is not enough: values to be converted, and columns that others imply."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from data.engine import literal, quoted
from data.schema import Column
from data.suggesting.matching import ENOUGH, Fit, Match
from data.suggesting.profile import MOST, SPAN_START, Profile


@dataclass(frozen=True)
class Formula:
    """An expression for a column; one below `matching.ENOUGH` is only written as a comment.

    The formats are those that its text needs to be read beside ISO 8601.
    """

    column: str
    expression: str
    confidence: float
    why: str
    date_formats: tuple[str, ...] = ()
    time_formats: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it is proposed as an entry."""
        return self.confidence >= ENOUGH


def conversion(match: Match, column: Column, fit: Fit) -> Formula | None:
    """What a header's values need to become the column's; None: they are read as they are."""
    profile, name = match.profile, quoted(match.header)
    if column.name == "ticket_no" and profile.whole < MOST <= profile.ending_number:
        expression = f"regexp_extract(CAST({name} AS VARCHAR), '[0-9]+$')"
        return Formula(column.name, expression, match.confidence, "the number behind its letter")
    if column.kind in {"time", "date"} and max(profile.epoch_s, profile.epoch_ms) >= MOST:
        unit = " / 1000" if profile.epoch_ms >= MOST else ""
        since = f"to_timestamp(CAST({name} AS DOUBLE){unit})"
        return Formula(column.name, since, match.confidence, f"{'milli' if unit else ''}seconds since 1970")
    if column.kind == "date" and profile.is_time:
        return _day_of(column.name, [match])
    return _time_of_day(match, fit) if column.kind == "time" else None


def _time_of_day(match: Match, fit: Fit) -> Formula | None:
    """An instant from a span such as 09:00-09:30 or from a clock time; None: it is neither."""
    profile, name = match.profile, quoted(match.header)
    if profile.span >= MOST and profile.time_formats is not None:
        start = f"regexp_extract({name}, {literal(SPAN_START)}, 1)"
        why = "the beginning of the span"
        return Formula(match.column, start, match.confidence, why, time_formats=profile.time_formats)
    if profile.span >= MOST:
        return _with_day(match, fit, f"regexp_extract({name}, '[0-9]{{1,2}}:[0-9]{{2}}')")
    if profile.clock >= MOST:
        return _with_day(match, fit, f"CAST({name} AS VARCHAR)")
    return None


def implied(column: Column, fit: Fit) -> Formula | None:
    """A formula for a required column that the file does not have; None: nothing sensible is known."""
    maker = _IMPLIED.get(column.name)
    return maker(fit) if maker else _CONSTANTS.get(column.name)


def _with_day(match: Match, fit: Fit, clock: str) -> Formula:
    """An instant from the time of day and the file's own day."""
    day = fit.of("service_day")
    if day is None or not day.profile.is_date:
        return Formula(
            match.column, f"'2026-03-02 ' || {clock}", 0.0, "the day is put first: the value is a time of day only"
        )
    formats = day.profile.date_formats or ()
    text = _plain_day(day.profile)
    why = f"the time of day on {day.header}"
    clocks = tuple(f"{form} {clock_form}" for form in formats for clock_form in ("%H:%M:%S", "%H:%M"))
    return Formula(
        match.column, f"{text} || ' ' || {clock}", min(match.confidence, day.confidence), why, time_formats=clocks
    )


def _plain_day(profile: Profile) -> str:
    """A day's text: as it stands, or in ISO 8601 where the engine knows how to read it."""
    name = quoted(profile.header)
    return name if profile.date_formats else f"strftime(CAST({name} AS DATE), '%Y-%m-%d')"


def _day_of(column: str, times: list[Match]) -> Formula:
    """The local day of the first time that is there."""
    names = ", ".join(quoted(time.header) for time in times)
    first = f"coalesce({names})" if len(times) > 1 else names
    formats = tuple(dict.fromkeys(form for time in times for form in time.profile.time_formats or ()))
    expression = first if formats else f"CAST(CAST({first} AS TIMESTAMPTZ) AS DATE)"
    confidence = 0.9 * min(time.confidence for time in times)
    return Formula(column, expression, confidence, "the day of the time", date_formats=formats)


def _service_day(fit: Fit) -> Formula | None:
    found = [fit.of(name) for name in ("slot_start", "checked_in_at", "called_at", "created_at", "attempted_at")]
    times = [match for match in found if match and match.profile.is_time and match.profile.span < MOST]
    if times and times[0].column == "slot_start":
        times = [match for match in times if match.column != "created_at"]
    kinds = {match.profile.kind for match in times}
    return _day_of("service_day", times if len(kinds) == 1 else times[:1]) if times else None


def _status(fit: Fit) -> Formula | None:
    cases = [
        f"WHEN {quoted(match.header)} IS NOT NULL THEN {literal(word)}"
        for names, word in (
            (("cancelled_at",), "cancelled"),
            (("served_to", "served_from", "called_at"), "served"),
            (("missed_at",), "no_show"),
        )
        for name in names
        if (match := fit.of(name))
    ]
    if not cases:
        return None
    return Formula("status", f"CASE {' '.join(cases)} ELSE 'booked' END", 0.6, "by the times that are filled")


def _booking_id(fit: Fit) -> Formula | None:
    day, ticket = fit.of("service_day"), fit.of("ticket_no")
    if not (day and ticket):
        return None
    parts = [quoted(match.header) for match in (day, ticket)]
    return Formula(
        "booking_id", " || '-' || ".join(parts), ENOUGH, "day and ticket number; check that no two share them"
    )


def _created_at(fit: Fit) -> Formula | None:
    ticket = fit.of("checked_in_at")
    if ticket is None:
        return None
    plain = Formula("created_at", quoted(ticket.header), 0.0, "", time_formats=ticket.profile.time_formats or ())
    walk_ins = fit.of("slot_start") is None
    return replace(
        conversion(ticket, fit.table["checked_in_at"], fit) or plain,
        column="created_at",
        confidence=0.6 if walk_ins else 0.0,
        why="a walk-in's booking comes to be as the ticket is taken" if walk_ins else "all are walk-ins",
    )


def _applicant_id(fit: Fit) -> Formula | None:
    booking = fit.of("booking_id")
    unknown = f"'?' || {quoted(booking.header)}" if booking else "'?' || …"
    return Formula("applicant_id", unknown, 0.0, "nobody is identified: each is a stranger of their own, behind '?'")


_IMPLIED: dict[str, Callable[[Fit], Formula | None]] = {
    "service_day": _service_day,
    "status": _status,
    "booking_id": _booking_id,
    "created_at": _created_at,
    "applicant_id": _applicant_id,
}

#: what only somebody who knows the source can say
_CONSTANTS = {
    name: Formula(name, f"'{example}'", 0.0, why)
    for name, example, why in (
        ("centre_id", "centre-1", "the file is of one centre: its name"),
        ("service_code", "all", "the centre has one queue"),
        ("channel", "onsite", "all came the same way: online, phone, onsite or staff"),
        ("kind", "licensed_agency", "all are of one kind: employer, licensed_agency, relative or other"),
    )
}
