"""Which header of a file is which column of the contract, how surely, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from data.contract import BOOKINGS, DELIVERED
from data.schema import Column, Table
from data.suggesting.profile import MOST, Profile
from data.suggesting.vocabulary import KNOWN_HEADERS, KNOWN_PERSONAL, KNOWN_WORDS, normal

#: confidence from which a proposal is written as an entry; below, it is written as a comment to decide on
ENOUGH = 0.5

#: fit of a table below which it says nothing
GUESS = 0.35

#: what speaks for a match before its values are looked at
SAME, VARIANT, KNOWN, PART_LEAST, PART_MOST, VALUES = 0.95, 0.93, 0.9, 0.5, 0.8, 0.6
#: what values add that are as the column's should be, and what they leave where they are not
FITTING, UNSEEN, DOUBTFUL, UNFIT = 0.05, 0.85, 0.65, 0.3


@dataclass(frozen=True)
class Match:
    """A header taken for a column of the contract; `confidence` is between 0 and 1."""

    column: str
    profile: Profile
    confidence: float
    why: str

    @property
    def header(self) -> str:
        """The header as the file has it."""
        return self.profile.header


@dataclass(frozen=True)
class Fit:
    """A contract table with the headers that go to its columns. `confidence` compares tables, it is no share."""

    table: Table
    matches: tuple[Match, ...]
    confidence: float

    def of(self, column: str) -> Match | None:
        """What was found for a column, sure enough to be used."""
        found = next((match for match in self.matches if match.column == column), None)
        return found if found and found.confidence >= ENOUGH else None


def best_fit(profiles: list[Profile], name_hint: str) -> Fit:
    """The table that explains most of the headers and whose own needs are met best.

    `name_hint` is the file's path: a folder or file that is called after a table speaks for it. Where no table fits,
    it is taken for bookings, the only table that every source has.
    """
    fits = [_fit(table, profiles, name_hint) for table in DELIVERED.values()]
    best = max(fits, key=lambda fit: fit.confidence)
    return best if best.confidence >= GUESS else next(fit for fit in fits if fit.table is BOOKINGS)


def is_personal(header: str) -> bool:
    """A name or a trait of a person, which the contract has no use for."""
    return normal(header) in KNOWN_PERSONAL


def _fit(table: Table, profiles: list[Profile], name_hint: str) -> Fit:
    candidates = [match for profile in profiles for match in _candidates(table, profile)]
    chosen: dict[str, Match] = {}
    taken: set[str] = set()
    for match in sorted(candidates, key=lambda match: -match.confidence):
        if match.column not in chosen and match.header not in taken:
            chosen[match.column] = match
            taken.add(match.header)
    matches = tuple(chosen[column.name] for column in table.columns if column.name in chosen)
    required = [column.name for column in table.columns if not column.null]
    explained = sum(match.confidence for match in matches) / max(len(profiles), 1)
    satisfied = sum(chosen[name].confidence for name in required if name in chosen) / len(required)
    named = 0.25 if normal(table.name) in normal(name_hint) else 0.0
    return Fit(table, matches, min((explained + satisfied) / 2 + named, 0.99))


def _candidates(table: Table, profile: Profile) -> Iterator[Match]:
    named = list(_by_name(table, profile.header))
    if not named and is_personal(profile.header):
        return
    for column, start, why in named or _by_values(table, profile):
        match = Match(column.name, profile, start, why)
        yield _weighed(match, column) if named else match


def _by_name(table: Table, header: str) -> Iterator[tuple[Column, float, str]]:
    """Columns that a header's name speaks for, with the confidence and its reason."""
    form = normal(header)
    part = _part(form)
    for column in table.columns:
        if header == column.name:
            yield column, SAME, "the contract's own name"
        elif form == normal(column.name):
            yield column, VARIANT, "the contract's own name in another spelling"
        elif column.name in KNOWN_HEADERS.get(form, ()):
            yield column, KNOWN, "a known header"
        elif form not in KNOWN_HEADERS and part and column.name in KNOWN_HEADERS[part]:
            confidence = PART_LEAST + (PART_MOST - PART_LEAST) * len(part) / len(form)
            yield column, confidence, f"holds the known header {part}"


@cache
def _part(form: str) -> str | None:
    """The longest known header inside another; Latin ones count from six letters on, as "time" is in "sometimes"."""
    inside = [
        known for known in KNOWN_HEADERS if known in form and (len(known) >= 6 or (len(known) > 1 and known > "\u2e80"))
    ]
    return max(inside, key=len, default=None)


def _by_values(table: Table, profile: Profile) -> Iterator[tuple[Column, float, str]]:
    """Columns that only the values speak for."""
    looks = {
        "person": (profile.id_card, "18-character identity numbers"),
        "phone": (profile.mobile, "mobile phone numbers"),
        "address": (profile.address, "network addresses"),
    }
    for column in table.columns:
        share, what = looks.get(column.identifies or "", (0.0, ""))
        if share >= MOST:
            yield column, VALUES * share, f"{share:.0%} of its values look like {what}"
        elif len(profile.words) > 1 and (known := _known_share(column.name, profile)) >= MOST:
            yield column, VALUES * known, f"its words are those of {column.name}"


def _known_share(column: str, profile: Profile) -> float:
    """The share of a column's different words that are in the vocabulary or the contract's own."""
    known = KNOWN_WORDS.get(column, {})
    return sum(normal(word) in known for word in profile.words) / len(profile.words) if profile.words else 0.0


def _weighed(match: Match, column: Column) -> Match:
    """The match after a look at the values."""
    if not match.profile.filled:
        return replace(match, confidence=match.confidence * UNSEEN, why=f"{match.why}; no value in the sample")
    weight, why = _evidence(column, match.profile)
    confidence = match.confidence + FITTING if weight == 1 else match.confidence * (weight or 1)
    return replace(match, confidence=min(confidence, 0.99), why=f"{match.why}; {why}" if why else match.why)


def _evidence(column: Column, profile: Profile) -> tuple[float, str]:
    """A weight and its reason: 1 the values are as they should be, 0 they say nothing, else what they leave."""
    if column.kind == "date":
        return _evidence_of_days(profile)
    if column.kind == "time":
        return _evidence_of_times(column, profile)
    if column.kind in {"int", "float"}:
        lettered = column.name == "ticket_no" and not profile.is_time and profile.clock < MOST  # times end so, too
        share = max(profile.whole, profile.ending_number if lettered else 0)
        return (1, "numbers") if share >= MOST else (UNFIT, "its values are no numbers")
    if column.name in KNOWN_WORDS:
        return _evidence_of_words(column, profile)
    return _evidence_of_names(column, profile)


def _evidence_of_words(column: Column, profile: Profile) -> tuple[float, str]:
    if not profile.words:
        return UNFIT, "too many different words"
    share = _known_share(column.name, profile)
    return (1, "its words are known") if share >= MOST else (DOUBTFUL, f"{share:.0%} of its words known")


def _evidence_of_names(column: Column, profile: Profile) -> tuple[float, str]:
    if column.identifies:
        shares = {"person": profile.id_card, "phone": profile.mobile, "address": profile.address}
        if shares.pop(column.identifies, 0.0) >= MOST:
            return 1, "its values look the part"
        return (UNFIT, "its values look like something else") if max(shares.values()) >= MOST else (0, "")
    if profile.is_time:
        return UNFIT, "its values are times"
    if column.name in {"booking_id", "complaint_id"}:
        return (1, "no value twice") if profile.distinct == profile.filled else (DOUBTFUL, "some values come twice")
    return 0, ""


def _evidence_of_days(profile: Profile) -> tuple[float, str]:
    if profile.is_date:
        return 1, "dates"
    return (DOUBTFUL, "dates with times of day") if _dated(profile) else (UNFIT, "its values are no dates")


def _evidence_of_times(column: Column, profile: Profile) -> tuple[float, str]:
    dated = _dated(profile)
    if not dated and max(profile.clock, profile.span) < MOST:
        return (DOUBTFUL, "dates without a time of day") if profile.is_date else (UNFIT, "its values are no times")
    even = max(profile.round_clock, profile.span) >= MOST
    if column.name == "slot_start" and not even:
        return DOUBTFUL, "times at odd minutes, as appointments rarely have"
    if column.name == "created_at" and even:
        return DOUBTFUL, "times at full five minutes, more like appointments"
    if column.name == "slot_start":
        return 1, "times at full five minutes, as appointments have"
    return 1, "times" if dated else "times of day without a date"


def _dated(profile: Profile) -> bool:
    return profile.is_time or max(profile.epoch_s, profile.epoch_ms) >= MOST
