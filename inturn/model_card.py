"""A model's card as tables: what it was learnt from, what became of it, and its figures with their intervals."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from detection.evaluation.wording import UNKNOWN
from detection.learning.registry import Card, Service
from inturn.progress import safe

#: figures of an order of bookings, and how they are called; of the first of each night
FIGURES = {
    "average_precision": "average precision",
    "precision_at_budget": "right among the first",
    "recall_at_budget": "found by the first",
    "calibration": "calibration",
}
HOW_TO_READ = (
    "In brackets intervals of 95 %, which hold if up to 5 % of verdicts are wrong. The first: as many of each night as "
    "there is time for. Calibration: share of manipulated bookings less the mean score; below 0 scores are too high. "
    "Centres at which the model is left out count as if it were not."
)


def print_card(console: Console, card: Card, schedule: list[Service]) -> None:
    """Print it; `schedule`: when it was put in service."""
    for part in _parts(card, schedule):
        console.print(part)
        console.print()
    console.print(HOW_TO_READ if card.get("figures") else "It was not evaluated.")


def _parts(card: Card, schedule: list[Service]) -> Iterator[RenderableType]:
    yield _facts(card, schedule)
    figures = card.get("figures")
    if figures:
        yield _table("order of bookings", {name: figures[name]["all"] for name in ("challenger", "champion")})
        yield _table(
            "challenger by group", {name: found for name, found in figures["challenger"].items() if name != "all"}
        )


def _facts(card: Card, schedule: list[Service]) -> Table:
    labels, blend, decision = card["labels"], card["blend"], card.get("decision") or {}
    counts = ", ".join(f"{labels[name]:,} {name}" for name in ("manipulated", "lawful", "unclear") if name in labels)
    table = Table(Column("model", no_wrap=True), card["version"], show_edge=False)
    table.add_row("as of", card["as_of"])
    table.add_row("nights", " to ".join(card.get("days", [])))
    table.add_row("verdicts", counts)
    table.add_row(
        "learnt from",
        f"{card.get('rows', 0):,} bookings, {len(card['inputs'])} inputs ({card.get('inputs_digest', UNKNOWN)})",
    )
    table.add_row("its part in the score", f"{blend['share']:.0%}")
    table.add_row("left out at centres", ", ".join(map(_plain, blend.get("without", []))) or "none")
    table.add_row("judged", _plain(decision.get("reason", "not evaluated")))
    for entry in schedule:
        table.add_row(f"from {entry.first_day}", _plain(f"{entry.action}: {entry.reason}"))
    return table


def _table(title: str, groups: dict[str, dict[str, Any]]) -> Table:
    table = Table(Column(title, no_wrap=True), "manipulated", *FIGURES.values(), show_edge=False)
    for name, found in groups.items():
        cells = (_cell(found.get(figure)) for figure in FIGURES)
        table.add_row(_plain(name), f"{found.get('manipulated', 0):,} of {found['verdicts']:,}", *cells)
    return table


def _cell(found: dict[str, float] | None) -> str:
    return f"{found['value']:z.2f} [{found['low']:z.2f}, {found['high']:z.2f}]" if found else UNKNOWN


def _plain(text: str) -> str:
    return escape(safe(text))
