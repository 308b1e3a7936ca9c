"""`python -m benchmarks.foreign OUT --seed N [--variant V] [--centres C] [--days D]`."""

import argparse
from pathlib import Path

from benchmarks.foreign.plots import RATES
from benchmarks.foreign.world import CENTRES, DAYS, make


def main() -> None:
    """Read the command line and write one city."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.foreign", description=__doc__)
    parser.add_argument("out", type=Path, help="folder that receives the tables and truth.parquet")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--variant", choices=list(RATES), default="mixed")
    parser.add_argument("--centres", type=int, default=CENTRES)
    parser.add_argument("--days", type=int, default=DAYS)
    given = parser.parse_args()
    make(given.out, given.seed, given.variant, given.centres, given.days)


if __name__ == "__main__":
    main()
