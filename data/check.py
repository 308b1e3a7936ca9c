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

from data.bringing import brought
from data.columns import FORMULA_MACROS, ColumnSql, tried
from data.engine import literal, quoted
from data.errors import BadMappingError
from data.localday import local_days
from data.mapping import Mapping
from data.masking import MACROS as MASKING
from data.pseudonyms import UNIDENTIFIED, Key
from data.readers.chunk import Chunk
from data.schema import Rule, Table
from data.tables import COLUMNS_DELIVERED
from data.trimming import trimmed
from data.vault import IDENTITIES, KEPT


@dataclass(frozen=True)
class Checked:
    """What came of one chunk.

    `accepted` has the contract's columns, pseudonymised, `row_number` and `COLUMNS_DELIVERED`; `refused` has
    row_number, column, rule, value. `left_out` counts rows that the mapping or the asked-for days leave out;
    `warned` counts accepted rows per broken rule of severity warn. `identities`: whom the accepted rows' pseudonyms
    stand for, where asked for.
    """

    accepted: pa.Table
    refused: pa.Table
    left_out: int
    warned: dict[str, int]
    identities: pa.Table | None = None


REFUSED = pa.schema(
    [("row_number", pa.int64()), ("column", pa.string()), ("rule", pa.string()), ("value", pa.string())]
)


SECOND = 1_000_000  # us

#: what the engine raises over a formula's text, before it has seen a row
MISFITS = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException, duckdb.NotImplementedException)


class Checker:
    """Checks the chunks of one source against one table of the contract; without a key, identifiers stay readable."""

    def __init__(
        self,
        table: Table,
        mapping: Mapping,
        key: Key | None,
        *,
        zone: str,
        first: date | None = None,
        last: date | None = None,
        identities: bool = False,
    ) -> None:
        self.table, self.mapping, self.key, self.zone = table, mapping, key, zone
        self.first, self.last = first, last
        self.identities = identities
        self._of_thread = threading.local()
        self._statements: dict[pa.Schema, _Statements] = {}

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
        rows = trimmed(chunk.rows).append_column("#row", chunk.row_numbers)
        try:
            if rows.schema not in self._statements:
                self._statements[rows.schema] = self._statements_for(rows)
            statements = self._statements[rows.schema]
            if statements.attempt:
                rows = self._tried(rows, statements.attempt)
            result = self._over(rows, statements.judge)
            faulty = result["#row"].filter(result["#faulty"])
            refused = REFUSED.empty_table()
            if len(faulty):
                refused = self._over(rows.filter(pc.is_in(rows["#row"], faulty)), statements.explain).cast(REFUSED)
        except duckdb.Error as error:
            # what the engine says of a value it would quote; of a formula it quotes only the mapping
            said = str(error).splitlines()[0] if isinstance(error, MISFITS) else type(error).__name__
            raise BadMappingError(
                f"a formula for {self.table.name} does not fit: {said}",
                where=where,
                next_step=f"Headers of the file: {', '.join(chunk.rows.schema.names)}.",
            ) from error
        accepted = _filtered(result, pc.invert(result["#faulty"]))
        for name, instant in self.table.local_days.items():
            accepted = accepted.append_column(name, local_days(accepted[instant], self.zone))
        kept = self._inside(accepted)
        warned = {
            rule.name: pc.sum(kept[f"#warn {rule.name}"]).as_py() or 0
            for rule in self.table.rules
            if rule.severity == "warn"
        }
        stored = self._stored(kept, brought(self.delivered(chunk.rows.schema.names)))
        return Checked(
            accepted=stored,
            refused=self._refused(refused, chunk),
            left_out=rows.num_rows - result.num_rows + accepted.num_rows - kept.num_rows,
            warned={name: count for name, count in warned.items() if count},
            identities=self._identities(kept, stored) if self.identities else None,
        )

    def _stored(self, rows: pa.Table, columns_delivered: str) -> pa.Table:
        columns = {}
        for column in self.table.columns:
            values = rows[column.name]
            if column.identifies and self.key:
                values = self.key.pseudonyms(values, column.identifies)
            columns[column.name] = values.cast(column.arrow.type)
        columns["row_number"] = rows["#row"]
        columns[COLUMNS_DELIVERED] = pa.repeat(columns_delivered, rows.num_rows)
        return pa.table(columns | {name: rows[name] for name in self.table.local_days})

    def _identities(self, rows: pa.Table, stored: pa.Table) -> pa.Table:
        """Whom the pseudonyms stand for, each once."""
        parts = [IDENTITIES.empty_table()]
        for column in self.table.columns:
            if column.identifies in KEPT:
                pairs = pa.table({"pseudonym": stored[column.name], "value": rows[column.name].cast(pa.string())})
                known = pc.and_(pc.is_valid(pairs["value"]), pc.invert(pc.starts_with(pairs["value"], UNIDENTIFIED)))
                pairs = pairs.filter(known).group_by(["pseudonym", "value"], use_threads=False).aggregate([])
                kind = pa.repeat(pa.scalar(column.identifies), pairs.num_rows)
                parts.append(pairs.append_column("kind", kind).select(IDENTITIES.names).cast(IDENTITIES))
        return pa.concat_tables(parts)

    def _inside(self, rows: pa.Table) -> pa.Table:
        """Without the rows outside the asked-for days; a table that is not kept by day is taken whole."""
        if self.table.partition:
            days = rows[self.table.partition]
            if self.first:
                rows, days = (part.filter(pc.greater_equal(days, self.first)) for part in (rows, days))
            if self.last:
                rows = rows.filter(pc.less_equal(days, self.last))
        return rows

    def _refused(self, by_rule: pa.Table, chunk: Chunk) -> pa.Table:
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

    def _statements_for(self, rows: pa.Table) -> "_Statements":
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
        texts = ", ".join(f"{column.text()} AS {quoted(column.column.name + ' text')}" for column in typed)
        values = ", ".join(f"{column.value()} AS {quoted(column.column.name)}" for column in typed)
        typed_rows = f"""WITH mapped AS ({mapped}), written AS (SELECT *, {texts} FROM mapped),
            typed AS (SELECT *, {values} FROM written)"""
        faults = self._faults(typed, kept=bool(mapping.keep))
        return _Statements(
            attempt if formulas else None, self._judge(typed_rows, faults), self._explain(typed_rows, faults)
        )

    def _faults(self, columns: list[ColumnSql], *, kept: bool) -> list["_Fault"]:
        """Every way in which a row can be at fault, in the order in which they are looked for."""
        by_name = {column.column.name: column for column in columns}
        return [
            *([_Fault('"#keep failed"', "formula_failed")] if kept else []),
            *(_Fault(condition, rule, column) for column in columns for condition, rule in column.faults()),
            *(
                _Fault(self._condition(rule), rule.name, by_name[rule.column])
                for rule in self.table.rules
                if rule.severity == "reject"
            ),
        ]

    def _judge(self, typed: str, faults: list["_Fault"]) -> str:
        """The typed values, and whether a row is at fault or a warning due.

        Nearly every row is in order, so this looks only whether anything is wrong; `_explain` says what.
        """
        faulty = " OR ".join(f"({fault.condition})" for fault in faults)
        warned = {
            f"#warn {rule.name}": f"CAST(coalesce({self._condition(rule)}, false) AS INT)"
            for rule in self.table.rules
            if rule.severity == "warn"
        }
        # the cells as they stood are not needed any more; carrying them out would double the work
        wanted = ", ".join(quoted(column.name) for column in self.table.columns)
        counted = "".join(f", {condition} AS {quoted(name)}" for name, condition in warned.items())
        return f"""{typed} SELECT "#row", {wanted}, coalesce({faulty}, false) AS "#faulty"{counted} FROM typed"""

    def _explain(self, typed: str, faults: list["_Fault"]) -> str:
        """Of rows at fault the first rule that each breaks, in which column, and the masked value."""
        cases = " ".join(f"WHEN {fault.condition} THEN {fault.finding()}" for fault in faults)
        return f"""{typed} SELECT "#row" AS row_number, f.c AS "column", f.r AS rule, f.v AS "value"
            FROM (SELECT "#row", CASE {cases} END AS f FROM typed)"""

    def _condition(self, rule: Rule) -> str:
        return rule.broken_when.replace("skew", str(self.mapping.clock_skew_s * SECOND))


@dataclass(frozen=True)
class _Statements:
    """What is run on the chunks of one schema; `attempt` tries the formulas, null: there are none."""

    attempt: str | None
    judge: str
    explain: str


@dataclass(frozen=True)
class _Fault:
    """A condition under which a row is refused, the rule that it then breaks, and where (null: the row)."""

    condition: str
    rule: str
    column: ColumnSql | None = None

    def finding(self) -> str:
        """Rule, column and masked value, as a struct."""
        at = literal(self.column.column.name) if self.column else "NULL"
        value = self.column.masked() if self.column else "NULL"
        return f"struct_pack(r := {literal(self.rule)}, c := {at}, v := {value})"


def _filtered(rows: pa.Table, mask: pa.ChunkedArray) -> pa.Table:
    """The rows of a mask; copying nothing where it takes them all, as it nearly always does."""
    return rows if pc.all(mask).as_py() else rows.filter(mask)
