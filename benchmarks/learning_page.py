"""The last section of docs/learning.md, from what `benchmarks/learning.py` found.

python -m benchmarks.learning_page --work var/learning
"""

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.learning import AUDIT, BUDGET, DELAY_DAYS, REPEATS, WRONG

HEAD = "## How much it helps\n"
COLUMNS = (
    *("world", "seed", "centres", "nights looked at", "nights judged", "manipulated", "verdicts (manipulated)"),
    *("average precision without", "verdicts as evidence", "with a model too", "gap closed"),
    *("flagged rightly without", "with", "what became of the model"),
)
#: figures with an interval, and how they are called
COVERED = {
    "recall": "recall",
    "average_precision": "average precision",
    "precision_at_budget": "precision of the first",
    "calibration": "calibration",
}
NOTES = Path(__file__).with_name("learning_notes.md")


def section(found: Iterable[dict[str, Any]], seeds: set[int]) -> str:
    """The section; `seeds`: those of worlds on which nothing was tuned."""
    lines = [
        HEAD,
        f"Made by `python -m benchmarks.learning` and `python -m benchmarks.learning_page` on "
        f"{datetime.now(UTC):%Y-%m-%d}. A simulated inspector looks at the {BUDGET - AUDIT} first and {AUDIT} drawn "
        f"bookings of each of the first nights; verdicts are known {DELAY_DAYS[0]} to {DELAY_DAYS[1]} days "
        f"later, {WRONG:.0%} are wrong. One training at the end of those nights; the following ones are judged. *Gap "
        "closed*: of what the average precision without verdicts lacks to 1.\n",
        f"| {' | '.join(COLUMNS)} |",
        f"|{'---|' * len(COLUMNS)}",
        *(_row(world, seeds) for world in found),
    ]
    return "\n".join(lines) + "\n\n" + _coverage(found) + "\n" + NOTES.read_text(encoding="utf-8")


def _row(world: dict[str, Any], seeds: set[int]) -> str:
    result = world["result"]
    before, after = result["label_free"], result["learnt"]
    one, told, other = (part["average_precision"] for part in (before, result["told"], after))
    closed = f"{(other - one) / (1 - one):.0%}" if one is not None and one < 1 else "none"
    flags = [f"{part['flagged_rightly']} of {part['flagged']}" for part in (before, after)]
    tuned = "" if world["seed"] in seeds else " (tuned on)"
    cells = [
        world["preset"],
        f"{world['seed']}{tuned}",
        world["centres"],
        world["looked"],
        world["nights"],
        before["manipulated"],
        f"{result['verdicts']} ({result['manipulated_verdicts']})",
        _figure(one),
        _figure(told),
        _figure(other),
        closed,
        *flags,
        "in service" if result["promoted"] else f"kept: {result['reason']}",
    ]
    return f"| {' | '.join(map(str, cells))} |"


def _coverage(found: Iterable[dict[str, Any]]) -> str:
    lines = [
        f"How often an interval of 95 % held what is true of the nights looked at, of {REPEATS} inspectors a world, "
        "and in brackets how wide it was in the middle:\n",
        f"| world | seed | {' | '.join(COVERED.values())} |",
        f"|{'---|' * (2 + len(COVERED))}",
    ]
    for world in found:
        cells = [_held(world["coverage"].get(name)) for name in COVERED]
        lines.append(f"| {world['preset']} | {world['seed']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _held(seen: dict[str, Any] | None) -> str:
    if seen is None:
        return "not measured"
    if seen["held"] is None:
        return "none"
    return f"{seen['held']:.1%} ({seen['median_width']:.2f})"


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def main() -> None:
    """Write the section in the place of the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("var/learning"))
    parser.add_argument("--page", type=Path, default=Path("docs/learning.md"))
    parser.add_argument("--untuned", type=int, nargs="+", default=[701, 702, 703])
    asked = parser.parse_args()
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(asked.work.glob("*-*.json"))]
    text = asked.page.read_text(encoding="utf-8")
    asked.page.write_text(text.partition(HEAD)[0] + section(found, set(asked.untuned)), encoding="utf-8")


if __name__ == "__main__":
    main()
