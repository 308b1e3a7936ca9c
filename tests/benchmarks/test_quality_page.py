"""docs/quality.md from reports whose medians and ranges can be worked out by hand."""

from pathlib import Path
from typing import Any

from benchmarks.quality_page import write_page


def share(part: int, whole: int) -> dict[str, float] | None:
    return {"part": part, "whole": whole, "value": part / whole} if whole else None


def age(ages: str, bookings: int, positives: int, found: int, wrongly: int, *, assessed: int = 500) -> dict[str, Any]:
    counts = {"ages": ages, "bookings": bookings, "positives": positives, "flagged": found + wrongly}
    return counts | {"recall": share(found, positives), "assessed": assessed, "brier": 0.02 if assessed else None}


def judged(positives: int, found: int, wrongly: int, precision: float | None = None) -> dict[str, Any]:
    """A world of 10 centres and 50 nights with one ring, first flagged on its second day if at all."""
    ranking = {"bookings": 1000, "positives": positives, "base_rate": positives / 1000, "budget": 20}
    ranking |= {"average_precision": precision, "recall_at_budget": share(positives, positives)}
    scheme = {"name": "overtake", "ranking": ranking, "flagged": {"recall": share(found, positives)}}
    report = {
        "centres": 10,
        "nights": 50,
        "ranking": ranking,
        "flagged": {
            "flagged": found + wrongly,
            "precision": share(found, found + wrongly),
            "recall": share(found, positives),
        },
        "first_flags": [{"ring": "R1", "after": 2 if found else None}] if positives else [],
        "calibration": {"brier": 0.01},
        "schemes": [scheme] if positives else [],
        "peers": [{"name": "ECOD", "ranking": {"average_precision": precision}}],
        "false_per_100_centre_months": wrongly * 10.0,
        "ages": [age("0 to 29", 800, positives, found, wrongly), age("unknown", 200, 0, 0, 0, assessed=0)],
    }
    return {"report": report}


def cells(page: str, heading: str, world: str) -> list[str]:
    """A world's row in the table under a heading."""
    section = page.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    (row,) = [line for line in section.splitlines() if line.startswith(f"| {world} ")]
    return [cell.strip() for cell in row.strip("| ").split(" | ")]


def ages(page: str) -> list[list[str]]:
    """The rows of the table by age."""
    section = page.split("\n## By age of the citizen\n")[1].split("\n## ", maxsplit=1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]


def test_a_row_is_the_median_over_the_seeds_and_says_what_is_unknown(tmp_path: Path) -> None:
    """Recall 0, 1/4 and 1/2; nothing was flagged with the first seed, so that one has no precision."""
    planted = [judged(4, 0, 0, 0.2), judged(4, 1, 1, 0.4), judged(4, 2, 0, 0.9)]
    innocent = [judged(0, 0, 0), judged(0, 0, 3), judged(0, 0, 1)]
    write_page(tmp_path / "quality.md", {"city": planted, "clean": innocent}, [1, 2, 3], 10)
    page = (tmp_path / "quality.md").read_text(encoding="utf-8")
    found = cells(page, "Found and wrongly flagged", "city")
    assert found[:6] == ["city", "10 × 50", "1,000", "4", "0.0040", "0.40 (0.20 to 0.90)"]
    assert found[6:8] == ["75% (50% to 100%, 1 none)", "25% (0% to 50%)"]
    assert cells(page, "Beside other means on the same bookings", "city")[1:] == ["0.40 (0.20 to 0.90)"] * 2
    assert cells(page, "By scheme", "city")[1:] == ["overtake", "12", "3 (25%)", "12 (100%)", "0.40 (0.20 to 0.90)"]
    assert ages(page) == [
        ["city", "0 to 29", "2,400", "12", "3 (25%)", "1 (0.042%)", "0.0200"],
        ["city", "unknown", "600", "0", "0", "0 (0.000%)", "not assessed"],
    ]
    assert cells(page, "Worlds in which nothing is planted", "clean")[1:] == [
        "10 × 50",
        "1,000",
        "1 (0 to 3)",
        "10.0 (0.0 to 30.0)",
    ]
    assert "Seeds 1, 2, 3" in page
    assert "inturn 0." in page
