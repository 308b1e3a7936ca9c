"""How long a training takes, and how much memory, over millions of bookings.

    python -m benchmarks.learning_speed --bookings 5000000

The nights are made by the SQL engine: as many inputs as there are features, drawn from hashes, with what is needed of
scores and grounds beside them; 20 verdicts a night. Then the product's own training, each step in this process.
"""

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pyarrow as pa

from data.engine import engine
from data.home import Home
from data.labels import Label, store_labels
from data.lake import Lake
from data.tables import LAKE
from features.declare import all_features
from inturn.learning import STEPS, labels, learn

FIRST = date(2026, 1, 1)
NIGHTS = 60
VERDICTS = 20


def made(home: Home, bookings: int) -> None:
    """Write the nights and the verdicts."""
    lake, each = Lake.of(home), bookings // NIGHTS
    hashed = "(hash(i, {salt}) % 1000000) / 1e6"
    inputs = ", ".join(f'{hashed.format(salt=place)} AS "{name}"' for place, name in enumerate(all_features()))
    said = []
    with engine(home) as connection:
        for number in range(NIGHTS):
            day = FIRST + timedelta(days=number)
            key = f"SELECT DATE '{day}' AS service_day, 'c' || (i % 50) AS centre_id, '{number}-' || i AS booking_id"
            source = f"FROM range({each}) t(i)"

            def rows(columns: str, key: str = key, source: str = source) -> pa.Table:
                return connection.execute(f"{key}{columns} {source}").to_arrow_table()

            lake.replace_day("features", day, rows(f", {inputs}"))
            lake.replace_day("grounds", day, rows(f", pow({hashed.format(salt=0)}, 20) AS label_free"))
            found = rows(f", pow({hashed.format(salt=0)}, 20) AS score, 0.5 AS p_value")
            lake.replace_day("scores", day, _filled("scores", found))
            lake.replace_day("bookings", day, _filled("bookings", rows(", 1960 + i % 50 AS applicant_birth_year")))
            noon = datetime.combine(day + timedelta(days=3), clock(12), UTC)
            said += [
                Label(f"c{i % 50}", f"{number}-{i}", "lawful" if i % 4 else "manipulated", noon, "made", None, 1.0)
                for i in range(VERDICTS)
            ]
    store_labels(home, said, source="made")


def _filled(name: str, rows: pa.Table) -> pa.Table:
    """The same rows with something in every other column."""
    plain = {pa.string(): "x", pa.int64(): 1, pa.bool_(): False, pa.float64(): 0.5}
    columns = {}
    for field in LAKE[name].schema:
        if field.name in rows.column_names:
            columns[field.name] = rows[field.name].cast(field.type)
        elif field.nullable:
            columns[field.name] = pa.nulls(rows.num_rows, field.type)
        else:
            value = plain.get(field.type, datetime(2026, 1, 1, tzinfo=UTC))
            columns[field.name] = pa.repeat(pa.scalar(value, field.type), rows.num_rows)
    return pa.table(columns, schema=LAKE[name].schema)


def main() -> None:
    """Make, train, and say how long and how much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bookings", type=int, default=5_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Home.create(Path(place) / "home")
        made(home, asked.bookings)
        as_of = FIRST + timedelta(days=NIGHTS + 9)
        took, cpu = {}, time.process_time()
        for name in ("labels", *STEPS):
            began = time.monotonic()
            labels(home, as_of) if name == "labels" else learn(home, as_of, name)
            took[name] = round(time.monotonic() - began, 1)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        told = {"bookings": asked.bookings, "seconds": took, "whole": round(sum(took.values()), 1)}
        print(json.dumps(told | {"processor_seconds": round(time.process_time() - cpu, 1), "peak_gb": round(peak, 2)}))


if __name__ == "__main__":
    main()
