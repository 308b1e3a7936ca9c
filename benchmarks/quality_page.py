"""docs/quality.md from the reports of judged worlds."""

import os
import platform
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from data.version import code_version

Judged = dict[str, Any]
NOTES = Path(__file__).with_name("quality_notes.md")
PACKAGES = ("scikit-learn", "pyod", "numpy", "duckdb", "pandas")


def write_page(path: Path, found: dict[str, list[Judged]], seeds: list[int], warm_up: int) -> None:
    """Write the page; `found` has the judged worlds of each preset, one a seed."""
    planted = {preset: worlds for preset, worlds in found.items() if _positives(worlds)}
    innocent = {preset: worlds for preset, worlds in found.items() if not _positives(worlds)}
    parts = [
        _head(seeds, warm_up),
        "## Found and wrongly flagged\n",
        "Average precision belongs beside the base rate, which a random order reaches. The budget is the first "
        f"{_budget(found)} bookings of each night.\n",
        _table(["world", "centres × nights", "bookings judged", "manipulated", *FIGURES], _rows(planted, FIGURES)),
        "## Beside other means on the same bookings\n",
        "Average precision. Each learns from the features of the very nights that it ranks.\n",
        _peers(planted),
        "## By scheme\n",
        "Found by flags, and among the first of the night, over all seeds.\n",
        _schemes(planted),
        "## By age of the citizen\n",
        "Over all seeds. Age is no input of any score; that one group is not wronged more than others is measured. The "
        "score's squared error (Brier) is the mean over the bookings.\n",
        _table(
            ["world", "age", "bookings", "manipulated", "found by flags", "wrongly flagged", "error"], _ages(planted)
        ),
        "## Worlds in which nothing is planted\n",
        _table(["world", "centres × nights", "bookings judged", *INNOCENT], _innocent(innocent)),
        NOTES.read_text(encoding="utf-8"),
    ]
    path.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")


def _head(seeds: list[int], warm_up: int) -> str:
    used = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        "# How well manipulation is found\n\n"
        "Made by `make quality`, all but the last sections. Every figure is the median over the seeds, in brackets "
        "the lowest and the highest. "
        f"Seeds {', '.join(map(str, seeds))}; they are none on which anything was tuned. The first {warm_up} working "
        "days of each world are history only.\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, inturn {code_version()}, Python {platform.python_version()}, {used}; "
        f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GB.\n"
    )


def _positives(worlds: list[Judged]) -> int:
    return sum(world["report"]["ranking"]["positives"] for world in worlds)


def _budget(found: dict[str, list[Judged]]) -> int:
    budget: int = next(iter(found.values()))[0]["report"]["ranking"]["budget"]
    return budget


def _share(part: dict[str, Any] | None) -> float | None:
    return None if part is None else part["value"]


def _first(report: Judged) -> float | None:
    """The median ring's working day of its first flag; null while most rings are never flagged."""
    days = [first["after"] or float("inf") for first in report["first_flags"]]
    middle = median(days) if days else float("inf")
    return None if middle == float("inf") else middle


FIGURES: dict[str, tuple[Callable[[Judged], float | None], str]] = {
    "base rate": (lambda report: report["ranking"]["base_rate"], "{:.4f}"),
    "average precision": (lambda report: report["ranking"]["average_precision"], "{:.2f}"),
    "flagged rightly": (lambda report: _share(report["flagged"]["precision"]), "{:.0%}"),
    "found by flags": (lambda report: _share(report["flagged"]["recall"]), "{:.0%}"),
    "found in budget": (lambda report: _share(report["ranking"]["recall_at_budget"]), "{:.0%}"),
    "a ring's first flag, working day": (_first, "{:.0f}"),
    "Brier score": (lambda report: report["calibration"]["brier"], "{:.4f}"),
}


def _rows(found: dict[str, list[Judged]], figures: dict[str, Any]) -> Iterable[list[str]]:
    for preset, worlds in found.items():
        reports = [world["report"] for world in worlds]
        counts = [_range([report["ranking"][name] for report in reports], "{:,}") for name in ("bookings", "positives")]
        yield [
            preset,
            _size(reports),
            *counts,
            *(_range([get(report) for report in reports], form) for get, form in figures.values()),
        ]


def _size(reports: list[Judged]) -> str:
    """Centres and judged nights; some worlds are judged smaller than their preset makes them."""
    return " or ".join(sorted({f"{report['centres']} × {report['nights']}" for report in reports}))


def _range(values: list[Any], form: str) -> str:
    """Median, lowest and highest; a null among them is said."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return "none"
    shown = form.format(known[len(known) // 2] if len(known) % 2 else median(known))
    low, high = form.format(known[0]), form.format(known[-1])
    lacking = f", {len(values) - len(known)} none" if len(known) < len(values) else ""
    return f"{shown}{lacking}" if low == high else f"{shown} ({low} to {high}{lacking})"


def _peers(found: dict[str, list[Judged]]) -> str:
    names = [peer["name"] for peer in next(iter(found.values()))[0]["report"]["peers"]] if found else []
    rows = []
    for preset, worlds in found.items():
        own = [world["report"]["ranking"]["average_precision"] for world in worlds]
        others = [[world["report"]["peers"][place] for world in worlds] for place in range(len(names))]
        shown = [_range([peer["ranking"]["average_precision"] for peer in peers], "{:.2f}") for peers in others]
        rows.append([preset, _range(own, "{:.2f}"), *shown])
    return _table(["world", "inturn", *names], rows)


def _schemes(found: dict[str, list[Judged]]) -> str:
    rows = []
    for preset, worlds in found.items():
        groups = [group for world in worlds for group in world["report"]["schemes"]]
        for scheme in sorted({group["name"] for group in groups}):
            same = [group for group in groups if group["name"] == scheme]
            counts = [f"{sum(group['ranking']['positives'] for group in same):,}"]
            for where, figure in (("flagged", "recall"), ("ranking", "recall_at_budget")):
                part = sum(group[where][figure]["part"] for group in same)
                whole = sum(group[where][figure]["whole"] for group in same)
                counts.append(_part(part, whole, "{:.0%}"))
            counts.append(_range([group["ranking"]["average_precision"] for group in same], "{:.2f}"))
            rows.append([preset, scheme, *counts])
    return _table(["world", "scheme", "manipulated", "found by flags", "found in budget", "average precision"], rows)


INNOCENT = ("wrongly flagged", "in 100 centre-months")


AGES = ("age", "bookings", "manipulated", "found by flags", "wrongly flagged", "error")


def _ages(found: dict[str, list[Judged]]) -> Iterable[list[str]]:
    for preset, worlds in found.items():
        groups: dict[str, list[dict[str, Any]]] = {}
        for world in worlds:
            for group in world["report"]["ages"]:
                groups.setdefault(group["ages"], []).append(group)
        for ages, same in groups.items():
            bookings, positives, flagged, assessed = (
                sum(group[name] for group in same) for name in ("bookings", "positives", "flagged", "assessed")
            )
            rightly = sum(group["recall"]["part"] for group in same if group["recall"])
            error = sum(group["brier"] * group["assessed"] for group in same if group["assessed"])
            yield [
                preset,
                ages,
                f"{bookings:,}",
                f"{positives:,}",
                _part(rightly, positives, "{:.0%}"),
                _part(flagged - rightly, bookings - positives, "{:.3%}"),
                f"{error / assessed:.4f}" if assessed else "not assessed",
            ]


def _part(part: int, whole: int, form: str) -> str:
    return f"{part:,} ({form.format(part / whole)})" if whole else f"{part:,}"


def _innocent(found: dict[str, list[Judged]]) -> Iterable[list[str]]:
    for preset, worlds in found.items():
        reports = [world["report"] for world in worlds]
        bookings = _range([report["ranking"]["bookings"] for report in reports], "{:,}")
        flagged = _range([report["flagged"]["flagged"] for report in reports], "{:,}")
        yield [
            preset,
            _size(reports),
            bookings,
            flagged,
            _range([report["false_per_100_centre_months"] for report in reports], "{:.1f}"),
        ]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
