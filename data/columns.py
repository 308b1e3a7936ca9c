"""One column of the contract in SQL: its typed value, and the conditions under which a row is refused for it."""

from dataclasses import dataclass

from data.engine import literal, quoted
from data.mapping import Mapping
from data.pseudonyms import NORMAL_FORM
from data.schema import LONGEST, LONGEST_NAME, Column

#: years that a log can be of; beyond them a date is a typing error, and each day is a partition
FIRST_YEAR, LAST_YEAR = 1980, 2099

DAY = r"\d{4}[-/]\d\d?[-/]\d\d?"
CLOCK = r"[T ] *\d\d?:\d\d(:\d\d(\.\d+)?)?"
#: behind a clock time: Z, +08, +0800, +08:00
OFFSET = r" *([Zz]|[+-]\d\d(:?\d\d)?)"
#: no part of ISO 8601. The engine would also read infinity, and zones by name: CST is China's to its writer and
#: Chicago's to the engine
NOT_ISO = "[^-0-9T:./Z +]"

#: what office programs leave around a value, a tab for instance to keep digits a text
BLANKS = " \t\u00a0\u3000"

#: whole numbers kept as floating ones are exact up to here (IEEE 754 binary64)
LARGEST_EXACT = 2**53

#: what formulas may use besides DuckDB's own functions
FORMULA_MACROS = """
-- the instant of a clock time; the next day's where it lies more than half a day before the hour `begun`
CREATE TEMP MACRO on_day(day, clock, begun) AS day + CAST(clock AS INTERVAL) + CASE
    WHEN CAST(clock AS INTERVAL) + INTERVAL 12 HOUR < CAST(begun AS INTERVAL) THEN INTERVAL 1 DAY
    ELSE INTERVAL 0 DAY END;
"""

KINDS = {"date": "DATE", "time": "TIMESTAMPTZ"}

#: SQL types whose values are whole numbers that the contract's own type holds
WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}

#: digits of a whole number at most: 64 bits hold it, and the difference of any two
MOST_DIGITS = 18

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

    def tried(self) -> str:
        """What is read of the file for it: the cell, or its formula's value in a struct."""
        return f"{tried(self.source or 'NULL') if self.formula else self.source} AS {self.raw}"

    def mapped(self) -> str:
        """The untyped value and, of a formula, whether it failed."""
        if self.source is None:
            return f"CAST(NULL AS VARCHAR) AS {self.raw}"
        if not self.formula:
            return self.raw
        return f"{self.raw}.v AS {self.raw}, {self.raw} IS NULL AS {self.failed}"

    def value(self) -> str:
        """The typed value; null where the raw value is not of the column's type."""
        kind, text = self.column.kind, self._text
        if kind in LONGEST:
            if self.column.identifies:
                return f"nullif({NORMAL_FORM[self.column.identifies].format(text)}, '')"
            return text
        if kind == "int":
            return self._whole()
        if kind == "float":
            number = f"TRY_CAST({text} AS DOUBLE)"
            return f"CASE WHEN isfinite({number}) THEN {number} END"
        if kind == "list":
            return self.raw if self.kind.endswith("[]") else _list(text)
        return self._date() if kind == "date" else self._instant()

    def faults(self) -> list[tuple[str, str]]:
        """(condition, rule) of every fault, in the order in which they are looked for."""
        column, value = self.column, quoted(self.column.name)
        found = [(self.failed, "formula_failed")] if self.formula else []
        # a typed value is never written out to see whether it is there: that costs more than all else
        given = self._text if self.kind == "VARCHAR" else self.raw
        if not column.null:
            found.append((f"{given} IS NULL", "missing"))
        if column.kind == "int":
            found.append((self._too_large(), "number_too_large"))
        if column.kind in WRONG_TYPE:
            found.append((f"{given} IS NOT NULL AND {value} IS NULL", WRONG_TYPE[column.kind]))
        elif not column.null:
            found.append((f"{value} IS NULL", "missing"))
        if column.names:
            found.append((f"strlen({value}) > {LONGEST_NAME}", "too_long"))
        if column.kind in LONGEST:
            longest = LONGEST[column.kind]
            # counting characters takes a walk, bytes are known, and no character has less than one
            found.append((f"CASE WHEN strlen({value}) > {longest} THEN length({value}) > {longest} END", "too_long"))
        if column.words:
            words = ", ".join(literal(word) for word in column.words)
            found.append((f"{value} NOT IN ({words})", "unknown_word"))
        if column.kind in {"date", "time"}:
            first, end = (f"{KINDS[column.kind]} '{year}-01-01'" for year in (FIRST_YEAR, LAST_YEAR + 1))
            found.append((f"{value} < {first} OR {value} >= {end}", f"implausible_{column.kind}"))
        if column.kind == "time" and self.kind != "TIMESTAMP WITH TIME ZONE":
            found.append((self._in_gap(), "local_time_that_never_was"))
        return found

    def masked(self) -> str:
        """The value as `rejects` may show it: only its shape where it identifies a person or is free text."""
        whole = self.column.identifies or self.column.kind in {"text", "json"}
        return f"{'masked_wholly' if whole else 'masked_numbers'}(CAST({self.raw} AS VARCHAR))"

    @property
    def _text(self) -> str:
        """The name under which the value goes as text, without blanks around it; null where nothing is left."""
        return quoted(f"{self.column.name} text")

    def text(self) -> str:
        """The untyped value as text."""
        text = f"CAST({self.raw} AS VARCHAR)"
        if self.kind in {"DOUBLE", "FLOAT"}:  # a phone in a column with empty cells often comes as 13800000000.0
            whole = f"{self.raw} = trunc({self.raw}) AND abs({self.raw}) <= {LARGEST_EXACT}"
            text = f"CASE WHEN {whole} THEN CAST(CAST({self.raw} AS BIGINT) AS VARCHAR) ELSE {text} END"
        if self.formula:  # cells come without blanks around them (`Checker.check`), what a formula makes may not
            text = f"trim({text}, {literal(BLANKS)})"
        return f"nullif({text}, '')"

    def _whole(self) -> str:
        if self.kind in WHOLE:
            return f"CAST({self.raw} AS BIGINT)"
        pattern = rf"[+-]?0*\d{{1,{MOST_DIGITS}}}(\.0*)?"
        whole = f"CASE WHEN regexp_full_match({self._text}, {literal(pattern)}) THEN {self._text} END"
        return f"TRY_CAST(regexp_replace({whole}, '\\..*$', '') AS BIGINT)"

    def _too_large(self) -> str:
        value = quoted(self.column.name)
        if self.kind in WHOLE:
            return f"{value} NOT BETWEEN -{10**MOST_DIGITS - 1} AND {10**MOST_DIGITS - 1}"
        return rf"CASE WHEN {value} IS NULL THEN regexp_full_match({self._text}, '[+-]?\d+(\.0*)?') END"

    def _date(self) -> str:
        if self.kind == "DATE" or self.kind.startswith("TIMESTAMP"):
            return f"CAST({self.raw} AS DATE)"
        # the engine reads the day that a text begins with, whatever follows
        whole = f"regexp_full_match({self._text}, {literal(DAY)}) OR {self._iso()} IS NOT NULL"
        tries = [f"CASE WHEN {whole} THEN TRY_CAST({self._text} AS DATE) END"]
        if self.mapping.date_formats:
            tries.append(f"CAST(try_strptime({self._text}, {_list_of(self.mapping.date_formats)}) AS DATE)")
        return f"coalesce({', '.join(tries)})"

    def _instant(self) -> str:
        if self.kind == "TIMESTAMP WITH TIME ZONE":
            return self.raw
        if self.kind.startswith("TIMESTAMP"):
            return f"timezone({literal(self.zone)}, TRY_CAST({self.raw} AS TIMESTAMP))"
        tries = [self._iso()]
        if zoned := self._patterns(zoned=True):
            tries.append(f"try_strptime({self._text}, {zoned})")
        if naive := self._patterns(zoned=False):
            tries.append(f"timezone({literal(self.zone)}, try_strptime({self._text}, {naive}))")
        return f"coalesce({', '.join(tries)})"

    def _iso(self) -> str:
        """The instant of an ISO 8601 text. The engine wants seconds before an offset, and no blank."""
        with_seconds = f"regexp_replace({self._text}, '([T ]\\d\\d?:\\d\\d) *([Zz+-])', '\\1:00\\2')"
        plain = f"upper(regexp_replace({with_seconds}, ' +([Zz+-])', '\\1'))"
        return f"""coalesce(
            CASE WHEN NOT regexp_matches({self._text}, '{NOT_ISO}') THEN TRY_CAST({self._text} AS TIMESTAMPTZ) END,
            CASE WHEN regexp_full_match({self._text}, {literal(DAY + CLOCK + OFFSET)})
                THEN TRY_CAST({plain} AS TIMESTAMPTZ) END)"""

    def _patterns(self, *, zoned: bool) -> str | None:
        """The source's patterns of times with or without an offset; their results are of different types."""
        found = tuple(pattern for pattern in self.mapping.time_formats if ("%z" in pattern.lower()) is zoned)
        return _list_of(found) if found else None

    def _in_gap(self) -> str:
        """A time without an offset that the source's clocks skipped when summer time began."""
        shown = f"timezone({literal(self.zone)}, {quoted(self.column.name)})"
        if self.kind.startswith("TIMESTAMP"):
            return f"{shown} <> TRY_CAST({self.raw} AS TIMESTAMP)"
        written = f"TRY_CAST({self._text} AS TIMESTAMP)"
        if naive := self._patterns(zoned=False):
            written = f"coalesce({written}, try_strptime({self._text}, {naive}))"
        # looked at in this order, as comparing wall clocks is slow and most files have offsets
        return f"CASE WHEN NOT regexp_matches({self._text}, '{CLOCK}{OFFSET}$') THEN {shown} <> {written} END"


def tried(expression: str) -> str:
    """An expression's value in a struct, which is null for a row on which the expression fails."""
    return f"TRY(struct_pack(v := {expression}))"


def _list(text: str) -> str:
    cut = rf"regexp_split_to_array(regexp_replace({text}, '[\[\]\"'']', '', 'g'), '\s*[;,|、]\s*')"
    return f"CASE WHEN {text} IS NOT NULL THEN list_filter({cut}, word -> word <> '') END"


def _list_of(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(literal(text) for text in texts) + "]"
