"""A case in numbers and words: what it amounts to, which flags carry it, and what is lawful about it."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from detection.evidence.sealing import Json
from detection.flag import Flag, all_flags
from detection.reasons import group_in_words

#: a case's numbers, as `cases` has them
NUMBERS = ("bookings", "people_passed", "minutes_taken", "score", "q_value", "expected_harm")

KINDS = {"ring": ("a ring", "团伙"), "clerk": ("a clerk", "工作人员"), "centre": ("a centre", "网点")}


def told(case: Json, night: Json) -> Json:
    """The file `case.json`.

    `case`: a row of `cases`, with `bound_by`; `night`: what the night of this folder added, as `of_night` gives it.
    """
    return {
        "case_id": case["case_id"],
        "kind": case["kind"],
        "bound_by": case["bound_by"],
        "opened_on": str(case["opened_on"]),
        "last_day": str(case["last_day"]),
        "centres": case["centres"],
        "numbers": {name: case[name] for name in NUMBERS},
        "night": night,
        "flags": [flag | {"bookings": case["flags"][flag["flag"]]} for flag in lawful(case["flags"])],
        "words": {"en": in_english(case), "zh": in_chinese(case)},
    }


def of_night(part: Json, slices: dict[str, pa.Table]) -> Json:
    """What a night adds to a case: `part`, its row of `case_days`, without what only leads elsewhere, and its bookings.

    The numbers of a case are the sums of those of its nights, which can so be added up without the lake.
    """
    return {
        "service_day": str(part["service_day"]),
        "opened_on": str(part["opened_on"]),
        "centre_id": part["centre_id"],
        "bound_by": part["bound_by"],
        "centres": part["centres"],
        "numbers": {name: part[name] for name in NUMBERS},
        "flags": part["flags"],
        "bookings": of_bookings(slices),
    }


def of_bookings(slices: dict[str, pa.Table]) -> list[Json]:
    """A night's bookings of a case, each with its score and its fired flags."""
    findings = {_key(row): row for row in slices["findings"].to_pylist()}
    passed: dict[tuple[str, str], int] = {}
    for pair in slices["overtakes"].to_pylist():
        passed[_key(pair)] = passed.get(_key(pair), 0) + (pair["reason"] is None)
    minutes = {_key(row): row.get("minutes_taken") for row in slices["features"].to_pylist()}
    return [
        {name: row[name] for name in ("centre_id", "booking_id", "score", "p_value", "q_value", "rank")}
        | {
            "people_passed": passed.get(_key(row), 0),
            "minutes_taken": minutes.get(_key(row)),
            "flags": _fired(findings.get(_key(row), {}), json.loads(row["reasons"])),
        }
        for row in sorted(slices["scores"].to_pylist(), key=_key)
    ]


def lawful(codes: Iterable[str]) -> list[Json]:
    """For each of these flags why it is one and what would explain it; `checked`: such bookings are left out."""
    return [
        {
            "flag": code,
            "name": asdict(flag.name),
            "why": asdict(flag.why),
            "at_least": flag.at_least,
            "at_most": flag.at_most,
            "unit": asdict(flag.unit),
            "source": flag.source,
            "lawful": [asdict(innocent) for innocent in flag.innocent],
        }
        for code, flag in all_flags().items()
        if code in set(codes)
    ]


def in_english(case: Json) -> str:
    """One paragraph."""
    flags = ", ".join(f"{code} on {number:,}" for code, number in case["flags"].items()) or "none by itself"
    return (
        f"Bound by {KINDS[case['kind']][0]}, {', '.join(case['bound_by'])}: {_count(case['bookings'], 'booking')} from "
        f"{case['opened_on']} to {case['last_day']} at {', '.join(case['centres'])}. They passed "
        f"{_people(case['people_passed'])} unexplained, who were entitled {case['minutes_taken']:,.0f} minutes earlier "
        f"in sum. Expected harm: {_harm(case['expected_harm'], 'not assessed')}. Flags that fired: {flags}. "
        "A case is a reason to look, not a finding of guilt; clients of an intermediary are witnesses by default."
    )


def in_chinese(case: Json) -> str:
    """The same paragraph."""
    flags = "、".join(f"{code}({number:,} 笔)" for code, number in case["flags"].items()) or "无单项预警"
    return (
        f"按{KINDS[case['kind']][1]} {'、'.join(case['bound_by'])} 归并:{case['opened_on']} 至 {case['last_day']},"
        f"网点 {'、'.join(case['centres'])},共 {case['bookings']:,} 笔预约。无记录理由地先于 "
        f"{case['people_passed']:,} 人被叫号,被越过者的应得时间合计早 {case['minutes_taken']:,.0f} 分钟。"
        f"预期损害:{_harm(case['expected_harm'], '未评估')}。触发的预警:{flags}。"
        "案件只是核查的理由,不是违纪结论;中介的客户首先视为证人。"
    )


def _fired(finding: Json, reasons: list[Json]) -> list[Json]:
    """The flags that fired, each with what is usual and among whom."""
    groups = {reason["flag"]: reason.get("group") for reason in reasons}
    return [
        {"flag": code, **{part: finding.get(f"{code}_{part}") for part in ("value", "expected", "p")}}
        | _group(flag, groups.get(code))
        for code, flag in all_flags().items()
        if finding.get(f"{code}_fired")
    ]


def _group(flag: Flag, group: Json | None) -> Json:
    return {"group": group | asdict(group_in_words(flag, group))} if group else {}


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return row["centre_id"], row["booking_id"]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _harm(harm: float | None, unknown: str) -> str:
    """A drawn booking may have none."""
    return unknown if harm is None else f"{harm:,.1f}"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"
