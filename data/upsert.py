"""Puts checked rows into a lake table: by key the latest delivery wins, the older row is kept in `history`.

So is a row that its file, read another way, no longer brings: it is withdrawn.

Only the days that change are written, each group of days as one commit, so a killed run leaves whole days and
running it again brings the same table.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from data.engine import literal, quoted
from data.lake import Lake
from data.staging import Part
from data.stored.table import DAY, LakeTable
from data.tables import BY_FILE, LAKE, PROVENANCE

#: rows of one commit at most, unless one day has more
COMMIT_ROWS = 500_000

#: a day that came in more pieces than this is put together before it is stored
MOST_PIECES = 16


@dataclass(frozen=True)
class Stored:
    """What happened to the rows: `new` keys, `changed` ones (older kept), `repeated` ones (nothing to do).

    `withdrawn`: stored rows that their file, read another way, no longer brings (kept in `history`).
    """

    new: int
    changed: int
    repeated: int
    withdrawn: int = 0


class Upsert:
    """One table's share of an ingest; `staged` is the SQL of its checked rows with file order `sequence`.

    `parts` are the files in which those rows lie. `brought` is the condition of stored rows that give way to the staged
    ones, be those none: what files brought before, where rows have no name of their own, or as they were read then.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        lake: Lake,
        table: LakeTable,
        staged: str,
        parts: list[Part],
        run_id: str,
        *,
        brought: str = "false",
    ) -> None:
        self.connection, self.lake, self.table, self.run_id = connection, lake, table, run_id
        own = {field.name for field in PROVENANCE} | ({table.partition} - {DAY})
        self.content = [field.name for field in table.schema if field.name not in own]
        self.names = ", ".join(quoted(name) for name in table.schema.names)
        self.parts, self.brought = parts, brought
        self._run(f"CREATE OR REPLACE TEMP VIEW staged AS SELECT {self.names}, sequence FROM {staged}")

    def store(
        self,
        *,
        observations: bool = False,
        history: bool = True,
        advance: Callable[[int], None] = lambda days: None,
    ) -> Stored:
        """Write what is new or changed; `observations`: the first row of a key counts and later ones are repeats."""
        if self.table.key == BY_FILE:
            self._replace_files()
        else:
            self._replace_keys(observations=observations)
            if history:
                self._write_history(observations=observations)
        total, incoming, replaced = self._count("staged"), self._count("incoming"), self._count("replaced")
        changed = self._count(f"incoming l SEMI JOIN replaced r ON {self._keys('l', 'r')}")
        corrected = 0 if observations or self.table.key == BY_FILE else self._count(self._corrected())
        if incoming or replaced:
            self._write_days(self._adopted(advance), advance)
        if self.table.key == BY_FILE:
            return Stored(new=total, changed=0, repeated=0)
        withdrawn = self._count("withdrawn")
        return Stored(incoming - changed, changed + corrected, total - incoming - corrected, withdrawn)

    def _replace_files(self) -> None:
        """Everything staged is `incoming`; `replaced` is what its files brought before."""
        self._run("CREATE OR REPLACE TEMP VIEW incoming AS SELECT * FROM staged")
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE replaced AS SELECT * FROM {self.lake.sql(self.table.name)}
                WHERE {self.brought}"""
        )

    def _replace_keys(self, *, observations: bool) -> None:
        """Of each key the row that counts is in `winners`; those that bring anything new are `incoming`.

        Rows left out on the way are remembered by their place only: wide rows are read once, where they are written.
        """
        keys = ", ".join(quoted(name) for name in self.table.key)
        order = "ASC" if observations else "DESC"
        # of nearly all keys it is enough to see that their hashes differ: a number each, and no text, is grouped
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE twice AS SELECT {keys} FROM staged
                WHERE hash({keys}) IN (SELECT hash({keys}) AS h FROM staged GROUP BY h HAVING count(*) > 1)
                GROUP BY ALL HAVING count(*) > 1"""
        )
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE losers AS SELECT sequence, row_number
                FROM (SELECT {keys}, sequence, row_number FROM staged l SEMI JOIN twice r ON {self._keys("l", "r")})
                QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY sequence {order}, row_number {order}) > 1"""
        )
        self._view("winners", "staged", without="losers")
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE existing AS SELECT l.* FROM {self.lake.sql(self.table.name)} l
                SEMI JOIN winners r ON {self._keys("l", "r")}"""
        )
        equal = "true" if observations else f"{self._row('l')} IS NOT DISTINCT FROM {self._row('r')}"
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE known AS SELECT l.sequence, l.row_number
                FROM winners l SEMI JOIN existing r ON {self._keys("l", "r")} AND {equal}"""
        )
        self._view("incoming", "winners", without="known")
        # also what a run that was killed between two commits left beside the row that counts
        differs = "false" if observations else f"{self._row('l')} IS DISTINCT FROM {self._row('r')}"
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE withdrawn AS SELECT l.* FROM {self.lake.sql(self.table.name)} l
                ANTI JOIN winners r ON {self._keys("l", "r")} WHERE {self.brought}"""
        )
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE replaced AS FROM withdrawn UNION ALL SELECT l.* FROM existing l
                JOIN winners r ON {self._keys("l", "r")} AND {differs}"""
        )

    def _corrected(self) -> str:
        """The rows that another one of the same delivery contradicts, and which that one replaces."""
        return f"""(SELECT l.* FROM staged l SEMI JOIN losers USING (sequence, row_number)) l
            JOIN winners r ON {self._keys("l", "r")} AND {self._row("l")} IS DISTINCT FROM {self._row("r")}"""

    def _view(self, name: str, rows: str, *, without: str) -> None:
        """A view of rows without those at some places."""
        condition = f" ANTI JOIN {without} USING (sequence, row_number)" if self._count(without) else ""
        self._run(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {rows}{condition}")

    def _write_history(self, *, observations: bool) -> None:
        """Keep what gives way before it does: killed in between, it is found again and not doubled."""
        contradicted = f"UNION ALL SELECT {self.names} FROM staged SEMI JOIN losers USING (sequence, row_number)"
        content = ", ".join(f"{quoted(name)} := o.{quoted(name)}" for name in self.content)
        rows = self.connection.execute(
            f"""SELECT * FROM (
                    SELECT {literal(self.table.name)} AS "table", o.source, o.file, o.row_number,
                        CAST(to_json(struct_pack({content})) AS VARCHAR) AS "row",
                        w.file AS replaced_by_file, {literal(self.run_id)} AS run_id
                    FROM (SELECT {self.names} FROM replaced {"" if observations else contradicted}) o
                    LEFT JOIN winners w ON {self._keys("o", "w")}
                    WHERE {self._row("o")} IS DISTINCT FROM {self._row("w")}
                ) l ANTI JOIN {self.lake.sql("history")} r ON (l."table", l.source, l.file, l.row_number, l."row")
                    IS NOT DISTINCT FROM (r."table", r.source, r.file, r.row_number, r."row")
                ORDER BY ALL"""
        ).to_arrow_table()
        if rows.num_rows:
            self.lake.append("history", rows.cast(LAKE["history"].schema))

    def _adopted(self, advance: Callable[[int], None]) -> set[date]:
        """Days of which nothing is stored and every staged row counts: their files become the lake's own, unread."""
        pieces: Counter[date] = Counter()
        for part in self.parts:
            if part.day:
                pieces[part.day] += part.groups
        whole = {day for day, count in pieces.items() if count <= MOST_PIECES} - self.lake.days(self.table.name)
        whole -= self._days_thinned() if whole else set()
        if whole:
            chosen = [(part.day, part.path, part.rows) for part in self.parts if part.day in whole]
            self.lake.adopt(self.table.name, chosen, self.run_id)
            advance(len(whole))
        return whole

    def _days_thinned(self) -> set[date]:
        """Days of which some staged row does not count, or that rows leave, or come to from another.

        The last two belong into one commit: killed between two, a row would be on both its days.
        """
        partition = self.table.partition
        found = self.connection.execute(
            f"""SELECT {partition} FROM (SELECT {partition}, count(*) AS n FROM staged GROUP BY 1)
                ANTI JOIN (SELECT {partition}, count(*) AS n FROM incoming GROUP BY 1) USING ({partition}, n)
                UNION SELECT {partition} FROM replaced
                UNION SELECT {partition} FROM incoming l SEMI JOIN replaced r ON {self._keys("l", "r")}"""
        )
        return {day for (day,) in found.fetchall()}

    def _write_days(self, done: set[date], advance: Callable[[int], None]) -> None:
        """Write the days with a change that are not `done`."""
        partition = self.table.partition
        for days in self._groups_of_days(done) if partition else [[]]:
            listed = ", ".join(f"DATE '{day}'" for day in days)
            chosen = f"{partition} IN ({listed})" if partition else "true"
            stored = self.lake.sql(self.table.name, days[0], days[-1]) if days else self.lake.sql(self.table.name)
            kept = f"{stored} l ANTI JOIN replaced r ON {self._keys('l', 'r')}"
            # two queries whose results are held: joined into one, or streamed into the writer, this engine
            # can stop for good (DuckDB 1.5, github.com/duckdb/duckdb/issues/24961)
            parts = [
                self.connection.execute(f"SELECT {self.names} FROM {rows} WHERE {chosen}").to_arrow_table()
                for rows in ("incoming", kept)
            ]
            rows = pa.concat_tables(part.cast(self.table.schema) for part in parts)
            if days:
                self.lake.replace_days(self.table.name, days, rows)
            else:
                self.lake.replace(self.table.name, None, rows)
            advance(len(days))

    def _groups_of_days(self, done: set[date]) -> list[list[date]]:
        """Days with a change that are not `done`, in order, cut into commits of bounded size.

        A booking that moved touches both its days.
        """
        partition = self.table.partition
        counted = self.connection.execute(
            f"""SELECT {partition}, count(*) FROM (
                    SELECT {partition} FROM incoming UNION ALL SELECT {partition} FROM replaced
                ) GROUP BY 1 ORDER BY 1"""
        ).to_arrow_table()
        groups: list[list[date]] = []
        rows = COMMIT_ROWS
        for day, count in zip(*(column.to_pylist() for column in counted.columns), strict=True):
            if day in done:
                continue
            if rows + count > COMMIT_ROWS:
                groups.append([])
                rows = 0
            groups[-1].append(day)
            rows += count
        return groups

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
