"""Checks rows against the contract: every row comes out accepted or refused with a rule, a column and a masked value.

SQL made from the table's declaration and the source's mapping, run chunk by chunk: the first statement tries the
formulas, the second judges what they gave.
"""

import threading
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import FORMULA_MACROS, ColumnSql, tried
from data.engine import literal, quoted
from data.errors import BadMappingError
from data.mapping import Mapping
from data.masking import MACROS as MASKING
from data.pseudonyms import Key
from data.readers.chunk import Chunk
from data.schema import Rule, Table


@dataclass(frozen=True)
class Checked:
    """What came of one chunk.

    `accepted` has the contract's columns, pseudonymised, and `row_number`; `refused` has row_number, column,
    rule, value. `left_out` counts rows that the mapping or the asked-for days leave out; `warned` counts accepted
    rows per broken rule of severity warn.
    """

    accepted: pa.Table
    refused: pa.Table
    left_out: int
    warned: dict[str, int]


REFUSED = pa.schema(
    [("row_number", pa.int64()), ("column", pa.string()), ("rule", pa.string()), ("value", pa.string())]
)


SECOND = 1_000_000  # us

#: what the engine raises over a formula's text, before it has seen a row
MISFITS = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException, duckdb.NotImplementedException)


class Checker:
    """Checks the chunks of one source against one table of the contract."""

    def __init__(
        self,
        table: Table,
        mapping: Mapping,
        key: Key,
        *,
        zone: str,
        first: date | None = None,
        last: date | None = None,
    ) -> None:
        self.table, self.mapping, self.key, self.zone = table, mapping, key, zone
        self.first, self.last = first, last
        self._of_thread = threading.local()
        self._statements: dict[pa.Schema, tuple[str | None, str]] = {}

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """This thread's engine, without access to files or network; settings of one do not reach another."""
        if not hasattr(self._of_thread, "connection"):
            connection = duckdb.connect(config={"enable_external_access": "false", "threads": 1, "memory_limit": "1GB"})
            connection.execute(MASKING + FORMULA_MACROS)
            connection.execute(f"SET TimeZone = {literal(self.zone)}")
            self._of_thread.connection = connection
        found: duckdb.DuckDBPyConnection = self._of_thread.connection
        return found

    def delivered(self, headers: list[str]) -> set[str]:
        """Contract columns that a file with these headers brings."""
        mapping = self.mapping.table(self.table.name)
        return {column.name for column in self.table.columns if mapping.source_of(column, headers)}

    def check(self, chunk: Chunk, where: str) -> Checked:
        """Check one chunk; `BadMappingError` if the mapping does not fit the file's headers."""
        rows = _trimmed(chunk.rows).append_column("#row", chunk.row_numbers)
        try:
            if rows.schema not in self._statements:
                self._statements[rows.schema] = self._statements_for(rows)
            attempt, judge = self._statements[rows.schema]
            result = self._over(self._tried(rows, attempt) if attempt else rows, judge)
        except duckdb.Error as error:
            # what the engine says of a value it would quote; of a formula it quotes only the mapping
            said = str(error).splitlines()[0] if isinstance(error, MISFITS) else type(error).__name__
            raise BadMappingError(
                f"a formula for {self.table.name} does not fit: {said}",
                where=where,
                next_step=f"Headers of the file: {', '.join(chunk.rows.schema.names)}.",
            ) from error
        good = pc.is_null(result["#rule"])
        accepted = _filtered(result, good)
        kept = _filtered(accepted, pc.invert(accepted["#outside"]))
        warned = {
            rule.name: pc.sum(kept[f"#warn {rule.name}"]).as_py() or 0
            for rule in self.table.rules
            if rule.severity == "warn"
        }
        return Checked(
            accepted=self._stored(kept),
            refused=self._refused(result.filter(pc.invert(good)), chunk),
            left_out=rows.num_rows - result.num_rows + accepted.num_rows - kept.num_rows,
            warned={name: count for name, count in warned.items() if count},
        )

    def _stored(self, rows: pa.Table) -> pa.Table:
        columns = {}
        for column in self.table.columns:
            values = rows[column.name]
            if column.identifies:
                values = self.key.pseudonyms(values, column.identifies)
            columns[column.name] = values.cast(column.arrow.type)
        columns["row_number"] = rows["#row"]
        for name in self.table.local_days:
            columns[name] = rows[f"#{name}"].cast(pa.date32())
        return pa.table(columns)

    def _refused(self, rows: pa.Table, chunk: Chunk) -> pa.Table:
        by_rule = pa.table([rows["#row"], *(rows[f"#{part}"] for part in ("column", "rule", "value"))], schema=REFUSED)
        values = pa.array([refusal.value for refusal in chunk.refusals], pa.string())
        masked = self._over(pa.table({"v": values}), "SELECT masked_wholly(v) FROM raw").column(0)
        by_format = pa.table(
            [
                pa.array([refusal.row_number for refusal in chunk.refusals], pa.int64()),
                pa.nulls(len(chunk.refusals), pa.string()),
                pa.array([refusal.rule for refusal in chunk.refusals], pa.string()),
                masked,
            ],
            schema=REFUSED,
        )
        return pa.concat_tables([by_rule, by_format])

    def _over(self, rows: pa.Table, statement: str) -> pa.Table:
        self.connection.register("raw", rows)
        try:
            return self.connection.execute(statement).to_arrow_table()
        finally:
            self.connection.unregister("raw")

    def _tried(self, rows: pa.Table, attempt: str) -> pa.Table:
        # The optimizer would take what two formulas share out of TRY, and one bad row would stop the file.
        self.connection.execute("SET disabled_optimizers = 'common_subexpressions'")
        try:
            return self._over(rows, attempt)
        finally:
            self.connection.execute("RESET disabled_optimizers")

    def _statements_for(self, rows: pa.Table) -> tuple[str | None, str]:
        """What tries the formulas on rows of this schema (None: there are none), and what judges the outcome."""
        mapping = self.mapping.table(self.table.name)
        columns = [
            ColumnSql(
                column,
                mapping.source_of(column, rows.column_names),
                column.name in mapping.formulas,
                self.mapping,
                self.zone,
            )
            for column in self.table.columns
        ]
        cells = ", ".join(column.tried() for column in columns if column.source is not None)
        attempt = f'SELECT "#row", {tried(mapping.keep or "true")} AS "#keep", {cells} FROM raw'
        formulas = bool(mapping.formulas or mapping.keep)
        mapped = ", ".join(column.mapped() for column in columns)
        # a row on which `keep` fails is not left out but refused
        mapped = f"""SELECT "#row", "#keep" IS NULL AS "#keep failed", {mapped}
            FROM {"raw" if formulas else f"({attempt})"} WHERE "#keep" IS NULL OR "#keep".v"""
        none = rows.slice(0, 0)
        described = self._over(self._tried(none, attempt) if formulas else none, f"DESCRIBE {mapped}").to_pydict()
        kinds = dict(zip(described["column_name"], described["column_type"], strict=True))
        typed = [replace(column, kind=kinds[f"{column.column.name} raw"]) for column in columns]
        return attempt if formulas else None, self._judge(mapped, typed)

    def _judge(self, mapped: str, columns: list[ColumnSql]) -> str:
        """Type the values, look for faults in order, and mark what lies outside the asked-for days."""
        texts = ", ".join(f"{column.text()} AS {quoted(column.column.name + ' text')}" for column in columns)
        typed = ", ".join(f"{column.value()} AS {quoted(column.column.name)}" for column in columns)
        broken = {rule.name: f"coalesce(({self._condition(rule)}), false)" for rule in self.table.rules}
        by_name = {column.column.name: column for column in columns}
        faults = [fault for column in columns for fault in column.faults()] + [
            (broken[rule.name], rule.name, by_name[rule.column])
            for rule in self.table.rules
            if rule.severity == "reject"
        ]
        cases = " ".join(
            f"WHEN {condition} THEN struct_pack(r := {literal(rule)}, c := {literal(at.column.name)},"
            f" v := {at.masked()})"
            for condition, rule, at in faults
        )
        warned = {f"#warn {rule.name}": broken[rule.name] for rule in self.table.rules if rule.severity == "warn"}
        warnings = "".join(f", CAST({condition} AS INT) AS {quoted(name)}" for name, condition in warned.items())
        # the cells as they stood are not needed any more; carrying them out would double the work
        wanted = ", ".join(quoted(name) for name in ["#row", *by_name, *warned])
        return f"""
            WITH mapped AS ({mapped}),
            written AS (SELECT *, {texts} FROM mapped),
            typed AS (SELECT *, {typed} FROM written),
            judged AS (SELECT *, CASE
                WHEN "#keep failed" THEN struct_pack(r := 'formula_failed', c := NULL, v := NULL) {cases}
                END AS fault{warnings} FROM typed)
            SELECT {wanted}, fault.r AS "#rule", fault.c AS "#column", fault.v AS "#value",
                {self._outside()} AS "#outside"{self._local_days()} FROM judged"""

    def _condition(self, rule: Rule) -> str:
        return rule.broken_when.replace("skew", str(self.mapping.clock_skew_s * SECOND))

    def _outside(self) -> str:
        partition = self.table.partition
        day = self._local_day(partition) if partition in self.table.local_days else partition
        limits = [f"{day} < DATE '{self.first}'"] if self.first else []
        limits += [f"{day} > DATE '{self.last}'"] if self.last else []
        return f"coalesce({' OR '.join(limits)}, false)" if limits and partition else "false"

    def _local_day(self, name: str) -> str:
        """The day, in the source's zone, of the instant that a partition is named after."""
        return f"CAST(timezone({literal(self.zone)}, {quoted(self.table.local_days[name])}) AS DATE)"

    def _local_days(self) -> str:
        return "".join(f", {self._local_day(name)} AS {quoted('#' + name)}" for name in self.table.local_days)


def _trimmed(rows: pa.Table) -> pa.Table:
    """The cells without blanks around them; typed columns as they are."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            rows = rows.set_column(place, field, pc.utf8_trim_whitespace(rows.column(place)))
    return rows


def _filtered(rows: pa.Table, mask: pa.ChunkedArray) -> pa.Table:
    """The rows of a mask; copying nothing where it takes them all, as it nearly always does."""
    return rows if pc.all(mask).as_py() else rows.filter(mask)
