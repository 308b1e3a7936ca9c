"""A booking that was drawn at random, as a case that looks like any other.

Who looks into it must not know that nothing accuses it, or the verdict would lean. So it has a name, a line of reason,
a place in the list and a page like the rest: the line tells its strangest value, also one below its threshold, and
the place in the list, which is not told, is that of some other case of the night, by a hash.
"""

import hashlib
from datetime import date

import duckdb

from data.lake import Lake
from detection.evidence.telling import lawful, told
from detection.flag import Flag, all_flags
from detection.reasons import UNKNOWN, number
from review.publishing.reading import Json, Read, reasons_of, ties_of


def drawn_cases(
    lake: Lake, connection: duckdb.DuckDBPyConnection, day: date, bookings: list[Json], places: list[float]
) -> list[Read]:
    """The drawn bookings of a night; `places`: expected harm of the night's other cases."""
    drawn = [booking for booking in bookings if booking["audit"]]
    lines = _strangest(lake, connection, day)
    return [_as_case(booking, day, sorted(places), lines) for booking in drawn]


def _as_case(booking: Json, day: date, places: list[float], lines: dict[tuple[str, str], list[Json]]) -> Read:
    key = (booking["centre_id"], booking["booking_id"])
    digest = hashlib.sha256("|".join(("drawn", str(day), *key)).encode()).digest()
    chance = int.from_bytes(digest[:6], "big") / 2**48
    score = booking["score"]
    own = None if score is None else score * (1 + (booking["people_passed"] or 0))
    place = places[int(chance * len(places))] if places else own or 0.0
    reasons = reasons_of(booking) or lines.get(key, [])
    codes = [reason["flag"] for reason in reasons_of(booking) if reason["flag"] in all_flags()]
    row = {
        "case_id": f"C{digest.hex()[:12]}",
        "kind": "clerk" if booking["clerk_id"] else "centre",
        "bound_by": [booking["clerk_id"] or booking["centre_id"]],
        "opened_on": day,
        "last_day": day,
        "centres": [booking["centre_id"]],
        "score": score,
        "q_value": booking["q_value"],
        "bookings": 1,
        "people_passed": booking["people_passed"] or 0,
        "minutes_taken": booking["minutes_taken"] or 0.0,
        "evidence_ref": None,
        "expected_harm": own,
        "flags": dict.fromkeys(codes, 1),
    }
    read = Read(row=row, told=told(row, {}), drawn=True, within_budget=True, ties=ties_of(booking))
    row["expected_harm"] = place * (1 - 1e-6 * (0.5 + chance))  # a hair beside, so that two cases never share a place
    read.told["flags"] = lawful({*codes, *(reason["flag"] for reason in reasons)} & all_flags().keys())
    read.bookings = [booking | {"reasons_told": reasons}]
    return read


def _strangest(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> dict[tuple[str, str], list[Json]]:
    """Of each drawn booking the flag whose value stands out most, in words, be it below its threshold."""
    stored = {field.name for field in lake.fields("findings")}
    rows = connection.execute(
        f"""SELECT f.* FROM {lake.sql("findings", day, day)} f
            SEMI JOIN (FROM {lake.sql("scores", day, day)} WHERE audit AND service_day = DATE '{day}')
            USING (service_day, centre_id, booking_id) WHERE service_day = DATE '{day}'"""
    ).to_arrow_table()
    found: dict[tuple[str, str], list[Json]] = {}
    for row in rows.to_pylist():
        known = [code for code in all_flags() if f"{code}_value" in stored and row[f"{code}_value"] is not None]
        if known:
            code = max(known, key=lambda code: _leans(all_flags()[code], row))
            found[row["centre_id"], row["booking_id"]] = [_reason(code, row)]
    return found


def _leans(flag: Flag, row: Json) -> float:
    """By how much its value is more suspicious than what is usual, as a factor; 0 where nothing is known to compare."""
    value, expected = row[f"{flag.code}_value"], row.get(f"{flag.code}_expected")
    if expected is None or value <= 0 or expected <= 0:
        return 0.0
    return float(value / expected if flag.at_most is None else expected / value)


def _reason(code: str, row: Json) -> Json:
    text, value, expected = all_flags()[code].text, row[f"{code}_value"], row.get(f"{code}_expected")
    return {
        "flag": code,
        "value": value,
        "expected": expected,
        "text": _said(text.en, UNKNOWN.en, value, expected),
        "text_zh": _said(text.zh, UNKNOWN.zh, value, expected),
    }


def _said(text: str, unknown: str, value: float, expected: float | None) -> str:
    return text.replace("{value}", number(value)).replace(
        "{expected}", unknown if expected is None else number(expected)
    )
