"""Puts checked rows into a lake table: by key the latest delivery wins, the older row is kept in `history`.

Only the days that change are written, each group of days as one commit, so a killed run leaves whole days and
running it again brings the same table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb

from data.engine import BATCH_ROWS, literal, quoted
from data.lake import Lake
from data.tables import BY_FILE, DAY, LAKE, PROVENANCE, LakeTable

#: rows of one commit at most, unless one day has more
COMMIT_ROWS = 2_000_000


@dataclass(frozen=True)
class Stored:
    """What happened to the rows: `new` keys, `changed` ones (older kept), `repeated` ones (nothing to do)."""

    new: int
    changed: int
    repeated: int


class Upsert:
    """One table's share of an ingest; `staged` is the SQL of its checked rows with file order `sequence`."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lake: Lake, table: LakeTable, staged: str, run_id: str
    ) -> None:
        self.connection, self.lake, self.table, self.run_id = connection, lake, table, run_id
        own = {field.name for field in PROVENANCE} | ({table.partition} - {DAY})
        self.content = [field.name for field in table.schema if field.name not in own]
        self.names = ", ".join(quoted(name) for name in table.schema.names)
        self._run(f"CREATE OR REPLACE TEMP VIEW staged AS SELECT {self.names}, sequence FROM {staged}")

    def store(
        self,
        *,
        observations: bool = False,
        history: bool = True,
        advance: Callable[[int], None] = lambda days: None,
    ) -> Stored:
        """Write what is new or changed; `observations`: the first row of a key counts and later ones are repeats."""
        total = self._count("staged")
        if self.table.key == BY_FILE:
            self._run("CREATE OR REPLACE TEMP VIEW incoming AS SELECT * EXCLUDE sequence FROM staged")
            self._find_existing("incoming")
            changed, repeated = 0, 0
        else:
            self._keep_one_a_key("ASC" if observations else "DESC")
            self._find_existing("winners")
            if observations:
                self._run(f"CREATE OR REPLACE TEMP VIEW incoming AS {self._minus('winners', 'existing')}")
            else:
                same = f" AND {self._row('l')} IS NOT DISTINCT FROM {self._row('r')}"
                self._run(f"CREATE OR REPLACE TEMP VIEW incoming AS {self._minus('winners', 'existing', same)}")
            repeated = total - self._count("incoming")
            changed = self._count(f"existing e SEMI JOIN incoming i ON {self._keys('e', 'i')}")
            if history and not observations:
                self._write_history()
        if repeated < total:
            self._write_days(advance)
        return Stored(new=total - repeated - changed, changed=changed, repeated=repeated)

    def _keep_one_a_key(self, order: str) -> None:
        keys = ", ".join(quoted(name) for name in self.table.key)
        self._run(f"CREATE OR REPLACE TEMP TABLE twice AS SELECT {keys} FROM staged GROUP BY ALL HAVING count(*) > 1")
        self._run(
            f"""CREATE OR REPLACE TEMP VIEW winners AS
                {self._minus("(SELECT * EXCLUDE sequence FROM staged)", "twice")}
                UNION ALL BY NAME
                SELECT * EXCLUDE sequence FROM staged l SEMI JOIN twice r ON {self._keys("l", "r")} QUALIFY
                row_number() OVER (PARTITION BY {keys} ORDER BY sequence {order}, row_number {order}) = 1"""
        )

    def _find_existing(self, incoming: str) -> None:
        """Stored rows with an incoming key, whatever their day: a booking may have moved to another."""
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE existing AS SELECT l.* FROM {self.lake.sql(self.table.name)} l
                SEMI JOIN {incoming} r ON {self._keys("l", "r")}"""
        )

    def _write_history(self) -> None:
        """Keep what gives way before it does: killed in between, it is found again and not doubled."""
        row = (
            f"CAST(to_json(struct_pack({', '.join(f'{quoted(n)} := o.{quoted(n)}' for n in self.content)})) AS VARCHAR)"
        )
        known = self.lake.sql("history")
        rows = self.connection.execute(
            f"""SELECT * FROM (
                    SELECT {literal(self.table.name)} AS "table", o.source, o.file, o.row_number, {row} AS "row",
                        w.file AS replaced_by_file, {literal(self.run_id)} AS run_id
                    FROM (SELECT {self.names} FROM existing UNION ALL
                          SELECT {self.names} FROM staged s SEMI JOIN twice t ON {self._keys("s", "t")}) o
                    JOIN winners w ON {self._keys("o", "w")}
                    WHERE {self._row("o")} IS DISTINCT FROM {self._row("w")}
                ) l ANTI JOIN {known} r ON (l."table", l.source, l.file, l.row_number, l."row")
                    IS NOT DISTINCT FROM (r."table", r.source, r.file, r.row_number, r."row")
                ORDER BY ALL"""
        ).to_arrow_table()
        if rows.num_rows:
            self.lake.append("history", rows.cast(LAKE["history"].schema))

    def _write_days(self, advance: Callable[[int], None]) -> None:
        partition = self.table.partition
        for days in self._groups_of_days() if partition else [[]]:
            listed = ", ".join(f"DATE '{day}'" for day in days)
            chosen = f"{partition} IN ({listed})" if partition else "true"
            stored = self.lake.sql(self.table.name, days[0], days[-1]) if days else self.lake.sql(self.table.name)
            rows = self.connection.execute(
                f"""SELECT {self.names} FROM incoming WHERE {chosen}
                    UNION ALL
                    SELECT {self.names} FROM ({self._minus(stored, "incoming")}) WHERE {chosen}"""
            )
            reader = rows.to_arrow_reader(BATCH_ROWS).cast(self.table.schema)
            if days:
                self.lake.replace_days(self.table.name, days, reader)
            else:
                self.lake.replace(self.table.name, None, reader)
            advance(len(days))

    def _groups_of_days(self) -> list[list[date]]:
        """Days with a change, in order, cut into commits of bounded size. A booking that moved touches both days."""
        partition = self.table.partition
        counted = self.connection.execute(
            f"""SELECT {partition}, count(*) FROM (
                    SELECT {partition} FROM incoming UNION ALL
                    SELECT e.{partition} FROM existing e SEMI JOIN incoming i ON {self._keys("e", "i")}
                ) GROUP BY 1 ORDER BY 1"""
        ).to_arrow_table()
        groups: list[list[date]] = []
        rows = COMMIT_ROWS
        for day, count in zip(*(column.to_pylist() for column in counted.columns), strict=True):
            if rows + count > COMMIT_ROWS:
                groups.append([])
                rows = 0
            groups[-1].append(day)
            rows += count
        return groups

    def _minus(self, left: str, right: str, more: str = "") -> str:
        return f"SELECT l.* FROM {left} l ANTI JOIN {right} r ON {self._keys('l', 'r')}{more}"

    def _keys(self, left: str, right: str) -> str:
        nullable = {field.name for field in self.table.schema if field.nullable}
        return " AND ".join(
            f"{left}.{quoted(name)} {'IS NOT DISTINCT FROM' if name in nullable else '='} {right}.{quoted(name)}"
            for name in self.table.key
        )

    def _row(self, alias: str) -> str:
        return f"({', '.join(f'{alias}.{quoted(name)}' for name in self.content)})"

    def _count(self, table: str) -> int:
        row = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(row[0]) if row else 0

    def _run(self, statement: str) -> None:
        self.connection.execute(statement)
