"""How well a night ranks what was planted in small worlds of several seeds.

    python -m benchmarks.ranking --seeds 1 2 3 4 5 6

The preset's own seed, on which the documents' example runs, is not among the default ones.
"""

import argparse
import tempfile
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.metrics import average_precision_score

from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.worlds import simulate
from inturn.night import run_nights


def scored(seed: int, place: Path) -> pd.DataFrame:
    """Score, flag, rank and truth of every booking of one world."""
    world = simulate("small", place / "world", seed=seed)
    home = Home.create(place / "home")
    ingest(home, str(place / "world"))
    list(run_nights(home, date.fromisoformat(world.first_day), date.fromisoformat(world.last_day)))
    return duckdb.execute(
        f"""SELECT s.score, s.flagged, s.rank, coalesce(t.carried_out, false) AS carried_out
            FROM {Lake.of(home).sql("scores")} s
            LEFT JOIN '{place}/world/truth.parquet' t USING (centre_id, booking_id)"""
    ).df()


def main() -> None:
    """Make the worlds, run their nights, print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6])
    shown = Table(
        "seed", "bookings", "carried out", "average precision", "base rate", "flagged", "rightly", "worst rank"
    )
    for seed in track(parser.parse_args().seeds, description="Worlds"):
        with tempfile.TemporaryDirectory() as place:
            found = scored(seed, Path(place))
        truth = found["carried_out"]
        shown.add_row(
            str(seed),
            f"{len(found):,}",
            str(truth.sum()),
            f"{average_precision_score(truth, found['score']):.2f}",
            f"{truth.mean():.4f}",
            str(found["flagged"].sum()),
            str((found["flagged"] & truth).sum()),
            str(found["rank"][truth].max()),
        )
    Console().print(shown)


if __name__ == "__main__":
    main()
