"""What the values of one column of a vendor's file look like."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from data.columns import ColumnSql
from data.engine import literal, quoted
from data.mapping import Mapping
from data.schema import Column, Kind

#: rows looked at; a vocabulary or a second date format that first shows later is met at ingest
SAMPLE_ROWS = 50_000
#: different values of a column whose form is looked at
SAMPLE_VALUES = 500
#: different values up to which a column can be a closed vocabulary
VOCABULARY = 40
#: share of the filled values that must fit for the column to be of that kind
MOST = 0.9

#: GB 11643-1999: six digits of the place, a date of birth, three of order, a check character
ID_CARD = r"[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
MOBILE = r"(\+?86[- ]?)?1[3-9]\d{9}"  # Chinese mobile numbers have 11 digits and begin with 13 to 19
ADDRESS = r"(\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,7}"
CLOCK = r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
SPAN = rf"(.*\D)?{CLOCK}\s*(-|–|~|～|至|到)\s*{CLOCK}"
#: the first clock time of a span and the date before it, if there is one
SPAN_START = r"^(.*?[0-9]{1,2}:[0-9]{2})"

#: strptime patterns tried on values that are not ISO 8601; where two fit, the first
DATES = ("%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%y%m%d")
CLOCKS = ("%H:%M:%S", "%H:%M", "%H时%M分%S秒", "%H时%M分", "%H%M%S", "%H%M")
ISO_DATES = ("%Y-%m-%d", "%Y/%m/%d")
TIMES = (
    *(f"{day} {clock}" for day in (*DATES, *ISO_DATES) for clock in CLOCKS),
    *(f"%Y年%m月%d日{clock}" for clock in CLOCKS),
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
)

#: field of `Profile` -> what its share of the values matches
_PATTERNS = {
    "whole": r"^[+-]?\d{1,18}(\.0*)?$",
    "ending_number": r"\d$",
    "id_card": f"^{ID_CARD}$",
    "mobile": f"^{MOBILE}$",
    "address": f"^({ADDRESS})$",
    "clock": f"^{CLOCK}$",
    "span": f"^{SPAN}$",
    # since 1970, September 2001 to 2033; mobile numbers have 11 digits
    "epoch_s": r"^1\d{9}$",
    "epoch_ms": r"^1\d{12}$",
    "day_or_month": r"^(0?[1-9]|1[0-2])[/.-](0?[1-9]|1[0-2])[/.-]\d{4}",
    "midnight": r"^[^:时]*$|\D00:00(:00)?(\.0*)?([+Z-].*)?$",
    "round_clock": r"[:时]\d?[05](分?$|[:分]0{1,2}(\D|$))",
}


@dataclass(frozen=True)
class Profile:
    """Shares (0 to 1) are of the filled values. `words`: all different values where there are few of them.

    `date_formats` and `time_formats` are needed beside ISO 8601 to read the values (of spans such as 09:00-09:30
    their beginnings); None: they are no dates or no times. `round_clock` is the share at a full five minutes,
    `day_or_month` of dates such as 02/03/2026 that can be read either way.
    """

    header: str
    filled: int
    distinct: int
    words: tuple[str, ...]
    kind: str
    whole: float
    ending_number: float
    id_card: float
    mobile: float
    address: float
    clock: float
    span: float
    epoch_s: float
    epoch_ms: float
    day_or_month: float
    midnight: float
    round_clock: float
    date_formats: tuple[str, ...] | None
    time_formats: tuple[str, ...] | None

    @property
    def is_date(self) -> bool:
        """Dates without a time of day."""
        return self.date_formats is not None and not self.is_time

    @property
    def is_time(self) -> bool:
        """Instants: a date with a time of day."""
        return self.time_formats is not None and (self.midnight < MOST or self.date_formats is None)


def profile(rows: pa.Table) -> list[Profile]:
    """Look at every column of a sample."""
    with duckdb.connect(config={"enable_external_access": "false"}) as engine:
        engine.register("sample", rows.slice(0, SAMPLE_ROWS))
        engine.register("wide", rows)
        return [_profile(engine, name, str(rows.schema.field(name).type)) for name in rows.column_names]


def _profile(engine: duckdb.DuckDBPyConnection, header: str, kind: str) -> Profile:
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE v AS SELECT trim(CAST({quoted(header)} AS VARCHAR)) AS v, count(*) AS n
            FROM sample WHERE trim(CAST({quoted(header)} AS VARCHAR)) <> '' GROUP BY ALL"""
    )
    filled, distinct = _row(engine, "SELECT coalesce(sum(n), 0)::BIGINT, count(*) FROM v")
    engine.execute(f"DELETE FROM v WHERE v NOT IN (SELECT v FROM v ORDER BY hash(v), v LIMIT {SAMPLE_VALUES})")
    fitting = [_share(f"regexp_matches(v, {literal(pattern)})") for pattern in _PATTERNS.values()]
    shares = _row(engine, f"SELECT {', '.join(fitting)} FROM v")
    looks = dict(zip(_PATTERNS, shares, strict=True))
    if looks["span"] >= MOST:
        engine.execute(f"UPDATE v SET v = regexp_extract(v, {literal(SPAN_START)}, 1)")
    words = engine.execute(
        f"""SELECT v FROM (SELECT trim(CAST({quoted(header)} AS VARCHAR)) AS v FROM wide) WHERE v <> ''
            GROUP BY v ORDER BY count(*) DESC, v LIMIT {VOCABULARY + 1}"""
    ).fetchall()
    return Profile(
        header=header,
        filled=int(filled),
        distinct=int(distinct),
        words=tuple(word for (word,) in words) if len(words) <= VOCABULARY else (),
        kind=kind,
        **looks,
        date_formats=_formats(engine, "date", DATES, digits=6),
        time_formats=_formats(engine, "time", TIMES, digits=8),
    )


def _share(condition: str) -> str:
    return f"coalesce(sum(n) FILTER ({condition}) / sum(n), 0)::DOUBLE"


def _formats(
    engine: duckdb.DuckDBPyConnection, kind: Kind, patterns: tuple[str, ...], *, digits: int
) -> tuple[str, ...] | None:
    """The patterns that it takes, beside what ingest reads anyway, to read nearly all values; None: they are none.

    What has fewer digits than `digits` is none, which saves trying the patterns on most columns.
    """
    every, hopeless = _row(
        engine, f"SELECT sum(n), sum(n) FILTER (length(regexp_replace(v, '\\D', '', 'g')) < {digits}) FROM v"
    )
    allowed = (1 - MOST) * (every or 0)
    if not every or (hopeless or 0) > allowed:
        return None
    column = ColumnSql(Column("v", kind, ""), source="v", formula=False, mapping=Mapping(), zone="UTC")
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE unread AS SELECT v, n
            FROM (SELECT v, n, v AS {column.raw}, v AS "v text" FROM v) WHERE ({column.value()}) IS NULL"""
    )
    found: list[str] = []
    while (left := _row(engine, "SELECT coalesce(sum(n), 0) FROM unread")[0]) > 0:
        fits = ", ".join(
            f"coalesce(sum(n) FILTER (year(try_strptime(v, {literal(p)})) BETWEEN 1980 AND 2099), 0)" for p in patterns
        )
        counts = _row(engine, f"SELECT {fits} FROM unread")
        best = max(range(len(patterns)), key=lambda place: counts[place])
        # a few odd values are rejects to look at, not a format
        if counts[best] == 0 or counts[best] <= allowed / 10:
            break
        found.append(patterns[best])
        engine.execute(f"DELETE FROM unread WHERE try_strptime(v, {literal(patterns[best])}) IS NOT NULL")
    return tuple(found) if left <= allowed else None


def _row(engine: duckdb.DuckDBPyConnection, statement: str) -> tuple[float, ...]:
    row = engine.execute(statement).fetchone()
    return row if row else ()
