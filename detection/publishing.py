"""The night's last step: the run's record, which says what was read, written and judged, and by which code."""

import json
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa

from data.engine import engine, literal
from data.home import Home
from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE
from data.version import code_version
from detection.outcomes import outcomes

READ = ("bookings", "booking_events", "quotas", "shifts", "refusals", "complaints", "agents", "labels", "centres")
WRITTEN = ("overtakes", "order", "features", "findings", "scores", "case_days")


def publish_day(home: Home, day: date, run_id: str, started_at: datetime) -> dict[str, int]:
    """Record a finished night in `runs`; a run published twice is recorded once."""
    lake = Lake.of(home)
    with engine(home) as connection:

        def count(name: str) -> int:
            row = connection.execute(f"SELECT count(*) FROM {lake.sql(name, day, day)} WHERE {DAY} = DATE '{day}'")
            return int((row.fetchone() or (0,))[0])

        rows = {
            "in": {"bookings": count("bookings")},
            "out": {name: count(name) for name in WRITTEN},
            "rejected": _rejected(lake, connection),
        }
        findings = connection.execute(f"SELECT * FROM {lake.sql('findings', day, day)}").to_arrow_table()
        models = connection.execute(f"SELECT any_value(model_version) FROM {lake.sql('scores', day, day)}").fetchone()
    run = {
        "run_id": run_id,
        "service_day": day,
        "started_at": started_at,
        "ended_at": datetime.now(UTC),
        "status": "done",
        "rows": json.dumps(rows),
        "assessed": json.dumps(outcomes(findings)),
        "code_version": code_version(),
        "config_hash": home.settings.digest(),
        "model_version": (models and models[0]) or "none",
        "input_versions": json.dumps(lake.versions(READ)),
        "output_versions": json.dumps(lake.versions((*WRITTEN, "cases"))),
    }
    predicate = f"run_id = {literal(run_id)} AND service_day = '{day}'"
    lake.replace("runs", predicate, pa.Table.from_pylist([run], LAKE["runs"].schema))
    return rows["out"]


def _rejected(lake: Lake, connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Refused rows per table that stand against the sources at this moment."""
    found = connection.execute(f'SELECT "table", count(*) FROM {lake.sql("rejects")} GROUP BY ALL ORDER BY ALL')
    return dict(found.fetchall())
