"""One column of the contract in SQL: its typed value, and the conditions under which a row is refused for it."""

from dataclasses import dataclass

from data.engine import literal, quoted
from data.mapping import Mapping
from data.pseudonyms import NORMAL_FORM
from data.schema import LONGEST, Column

#: years that a log can be of; beyond them a date is a typing error, and each day is a partition
FIRST_YEAR, LAST_YEAR = 1980, 2099

#: an offset behind a clock time: Z, +08, +0800, +08:00
OFFSET = r":\d\d(\.\d+)?\s*([Zz]|[+-]\d\d(:?\d\d)?)$"

#: what formulas may use besides DuckDB's own functions
FORMULA_MACROS = """
-- the instant of a clock time; the next day's where it lies more than half a day before the hour `begun`
CREATE MACRO on_day(day, clock, begun) AS day + CAST(clock AS INTERVAL) + CASE
    WHEN CAST(clock AS INTERVAL) + INTERVAL 12 HOUR < CAST(begun AS INTERVAL) THEN INTERVAL 1 DAY
    ELSE INTERVAL 0 DAY END;
"""

#: the rule that a value breaks which is not of its column's type
WRONG_TYPE = {
    "int": "not_a_whole_number",
    "float": "not_a_number",
    "date": "not_a_date",
    "time": "not_a_time",
    "list": "not_a_list",
}


@dataclass(frozen=True)
class ColumnSql:
    """A contract column as it comes out of one source.

    `source` is the expression over the file's headers (None: not delivered), `kind` the SQL type it has there.
    """

    column: Column
    source: str | None
    formula: bool
    mapping: Mapping
    zone: str
    kind: str = "VARCHAR"

    @property
    def raw(self) -> str:
        """The name under which the untyped value goes."""
        return quoted(f"{self.column.name} raw")

    @property
    def failed(self) -> str:
        """The name of the mark that the formula itself failed on a row."""
        return quoted(f"{self.column.name} failed")

    def mapped(self) -> str:
        """The untyped value and whether its formula failed; a formula's error refuses its row, not the file."""
        if self.source is None:
            return f"CAST(NULL AS VARCHAR) AS {self.raw}, false AS {self.failed}"
        if not self.formula:
            return f"{self.source} AS {self.raw}, false AS {self.failed}"
        return f"TRY({self.source}) AS {self.raw}, TRY({self.source} IS NULL) IS NULL AS {self.failed}"

    def value(self) -> str:
        """The typed value; null where the raw value is not of the column's type."""
        kind, text = self.column.kind, self._text
        if kind in LONGEST:
            if self.column.identifies:
                return f"nullif({NORMAL_FORM[self.column.identifies].format(text)}, '')"
            return text
        if kind == "int":
            whole = rf"CASE WHEN regexp_full_match({text}, '[+-]?\d{{1,18}}(\.0*)?') THEN {text} END"
            return f"TRY_CAST(regexp_replace({whole}, '\\..*$', '') AS BIGINT)"
        if kind == "float":
            number = f"TRY_CAST({text} AS DOUBLE)"
            return f"CASE WHEN isfinite({number}) THEN {number} END"
        if kind == "list":
            return self.raw if self.kind.endswith("[]") else _list(text)
        return self._date() if kind == "date" else self._instant()

    def faults(self) -> list[tuple[str, str, "ColumnSql"]]:
        """(condition, rule, column) of every fault, in the order in which they are looked for."""
        column, value = self.column, quoted(self.column.name)
        found = [(self.failed, "formula_failed")]
        if not column.null:
            found.append((f"{self._text} IS NULL", "missing"))
        if column.kind in WRONG_TYPE:
            found.append((f"{self._text} IS NOT NULL AND {value} IS NULL", WRONG_TYPE[column.kind]))
        elif not column.null:
            found.append((f"{value} IS NULL", "missing"))
        if column.kind in LONGEST:
            found.append((f"length({value}) > {LONGEST[column.kind]}", "too_long"))
        if column.words:
            words = ", ".join(literal(word) for word in column.words)
            found.append((f"{value} NOT IN ({words})", "unknown_word"))
        if column.kind in {"date", "time"}:
            found.append((f"year({value}) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", f"implausible_{column.kind}"))
        if column.kind == "time":
            found.append((self._in_gap(), "local_time_that_never_was"))
        return [(condition, rule, self) for condition, rule in found]

    def masked(self) -> str:
        """The value as `rejects` may show it: only its shape where it identifies a person or is free text."""
        whole = self.column.identifies or self.column.kind in {"text", "json"}
        return f"{'masked_wholly' if whole else 'masked_numbers'}(CAST({self.raw} AS VARCHAR))"

    @property
    def _text(self) -> str:
        return f"nullif(trim(CAST({self.raw} AS VARCHAR)), '')"

    def _date(self) -> str:
        if self.kind == "DATE" or self.kind.startswith("TIMESTAMP"):
            return f"CAST({self.raw} AS DATE)"
        tries = [f"TRY_CAST({self._text} AS DATE)"]
        if self.mapping.date_formats:
            tries.append(f"CAST(try_strptime({self._text}, {_list_of(self.mapping.date_formats)}) AS DATE)")
        return f"coalesce({', '.join(tries)})"

    def _instant(self) -> str:
        if self.kind == "TIMESTAMP WITH TIME ZONE":
            return self.raw
        if self.kind.startswith("TIMESTAMP"):
            return f"timezone({literal(self.zone)}, CAST({self.raw} AS TIMESTAMP))"
        tries = [f"TRY_CAST({self._text} AS TIMESTAMPTZ)"]
        if self.mapping.time_formats:
            naive = f"try_strptime({self._text}, {_list_of(self.mapping.time_formats)})"
            tries.append(f"timezone({literal(self.zone)}, {naive})")
        return f"coalesce({', '.join(tries)})"

    def _in_gap(self) -> str:
        """A time without an offset that the source's clocks skipped when summer time began."""
        if self.kind == "TIMESTAMP WITH TIME ZONE":
            return "false"
        wall = f"timezone({literal(self.zone)}, {quoted(self.column.name)})"
        if self.kind.startswith("TIMESTAMP"):
            return f"{wall} <> CAST({self.raw} AS TIMESTAMP)"
        return f"{wall} <> TRY_CAST({self._text} AS TIMESTAMP) AND NOT regexp_matches({self._text}, {literal(OFFSET)})"


def _list(text: str) -> str:
    cut = rf"regexp_split_to_array(regexp_replace({text}, '[\[\]\"'']', '', 'g'), '\s*[;,|、]\s*')"
    return f"CASE WHEN {text} IS NOT NULL THEN {cut} END"


def _list_of(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(literal(text) for text in texts) + "]"
