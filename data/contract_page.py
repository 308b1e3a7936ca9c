"""The page `docs/contract.md`, made from the declarations of the data contract.

python -m data.contract_page > docs/contract.md
"""

import sys
from collections.abc import Sequence

from data.contract import TABLES, VERSION
from data.schema import ARROW, LONGEST, Column, Kind, Rule, Severity, Table

#: how a delivered file in a text format writes each kind of column
IN_TEXT: dict[Kind, str] = {
    "string": f"an identifier or a word, at most {LONGEST['string']:,} characters",
    "text": f"free text, at most {LONGEST['text']:,} characters",
    "int": "a whole number",
    "float": "a finite number",
    "bool": "not delivered",
    "date": "ISO 8601, `2026-03-02`, or a format of the `source.toml`",
    "time": "an instant: ISO 8601 with an offset; without one it is read in the source's zone",
    "list": "words with a comma or semicolon between them, or a JSON list",
    "json": "not delivered",
}

SEVERITIES: dict[Severity, str] = {"reject": "the row is refused", "warn": "the row is accepted and counted"}

HEAD = f"""\
<!-- Made by `make docs` from data/contract.py and data/results.py. Change those, not this page. -->

# Data contract, version {VERSION}

Every table that crosses a boundary: what a source may deliver, and what a night leaves behind. This page is
generated from the declarations in `data/contract.py` and `data/results.py` by `make docs`; the same declarations
check every row, so page and program cannot differ. Names are fixed; a later version only adds.

How files are found, read and mapped to these names is told in [sources.md](sources.md). What the words mean stands in
the [glossary](glossary.md).

**Null** means not delivered, or did not happen. What a source does not deliver is *not assessed* in everything that
is computed from it: never zero, never a pass.

**Pseudonyms.** A column marked with a kind of identifier never reaches the lake as delivered. It is replaced at
ingest by 16 hex digits of HMAC-SHA-256 over kind and value, under the home's key. The same value of the same kind
has the same pseudonym in every table of a home, and another one in every other home. An `applicant_id` that begins
with `?` is a citizen whom nobody identified; its pseudonym keeps the `?`, and it links to nobody.

**Keys.** By its key the latest delivery of a row wins; the older version is kept in the table `history`, and so is a
row that the same file, read under another mapping, no longer brings. A table without a key is replaced file by file.

**Days.** Where a table has a day, the lake is partitioned by it: a night replaces its day in one commit.
"""

DELIVERED = """\
## What a source may deliver

Only `bookings` is required. Each row in the lake also says where it came from: `source`, `file`, `row_number`.
"""

RESULTS = """\
## What a night leaves behind

Written by the product. What `overtakes` counts is defined in the glossary under
[overtaking](glossary.md#order-in-the-hall). The lake also holds tables of its own, which are no part of this contract
and may change.
"""


def page() -> str:
    """The whole page as Markdown."""
    delivered = [_table(table) for table in TABLES.values() if table.delivered]
    results = [_table(table) for table in TABLES.values() if not table.delivered]
    return "\n".join([HEAD, _kinds(), DELIVERED, *delivered, RESULTS, *results]).rstrip() + "\n"


def _kinds() -> str:
    rows = [(f"`{kind}`", f"`{ARROW[kind]}`", said) for kind, said in IN_TEXT.items()]
    return "**Types.**\n\n" + _grid(("type", "in Parquet", "in text"), rows)


def _table(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key) or "none: a file delivered again replaces the rows it brought"
    columns = [
        (f"`{column.name}`", f"`{column.kind}`", "yes" if column.null else "no", _meaning(column))
        for column in table.columns
    ]
    parts = [
        f"### {table.name}\n",
        f"{table.grain[0].upper()}{table.grain[1:]}. Key: {key}.{_day(table)}\n",
        _grid(("column", "type", "null", "meaning"), columns),
    ]
    if table.rules:
        parts.append(_grid(("rule", "what must hold", "where it does not"), [_rule(rule) for rule in table.rules]))
    return "\n".join(parts)


def _day(table: Table) -> str:
    if not table.partition:
        return ""
    instant = table.local_days.get(table.partition)
    return f" Day: `{table.partition}`{f', the day of `{instant}` in the zone of the source' if instant else ''}."


def _meaning(column: Column) -> str:
    words = "; one of " + ", ".join(f"`{word}`" for word in column.words) if column.words else ""
    hidden = f"; **pseudonym** ({column.identifies})" if column.identifies else ""
    return f"{column.meaning}{words}{hidden}"


def _rule(rule: Rule) -> tuple[str, str, str]:
    return f"`{rule.name}`", rule.meaning, f"{SEVERITIES[rule.severity]} (`{rule.severity}`, at `{rule.column}`)"


def _grid(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(page())
