"""What somebody wants planted, and whether the log has what that takes."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import UserError
from detection.planting.jumps import Queues
from detection.planting.scheme import Scheme
from detection.planting.schemes import schemes
from features.queues.lines import Bools

#: one clerk is drawn among so many with the most calls: who is seldom there has few chances
BUSIEST = 5  # clerks


@dataclass(frozen=True)
class Wish:
    """Up to `per_day` jumps of a scheme on each day from `first` to `last` (None: from or to the log's end).

    `clerks` call the clients, each jump one of them; empty: one is drawn among the busiest. `seed`: a whole number
    from 0, which fixes all that is drawn.
    """

    scheme: str
    per_day: int
    clerks: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    seed: int = 0

    def plan(self) -> Scheme:
        """The scheme itself."""
        known = schemes()
        if self.scheme not in known:
            raise UserError(
                f"no scheme called {self.scheme!r} can be planted in a log",
                where="--scheme",
                next_step=f"Choose one of: {', '.join(known)}.",
            )
        return known[self.scheme]

    def require_columns(self, bookings: pa.Table) -> None:
        """Refuse a log that lacks what the scheme needs."""
        lacking = [name for name in self.plan().needs if bookings[name].null_count == bookings.num_rows]
        if lacking:
            raise UserError(
                f"the log has no {', '.join(lacking)}, without which {self.scheme} cannot be planted",
                where="bookings",
                next_step=f"Map these columns in its source.toml, or choose another of: {', '.join(schemes())}.",
            )

    def days(self, bookings: pa.Table) -> Bools:
        """Which bookings are of the wished days."""
        day = bookings["service_day"]
        inside = np.ones(bookings.num_rows, np.bool_)
        if self.first:
            inside &= pc.greater_equal(day, pa.scalar(self.first)).to_numpy()
        if self.last:
            inside &= pc.less_equal(day, pa.scalar(self.last)).to_numpy()
        if not inside.any():
            there = pc.min_max(day).as_py()
            raise UserError(
                f"no bookings between {self.first or there['min']} and {self.last or there['max']}",
                where="bookings",
                next_step=f"The log has days from {there['min']} to {there['max']}.",
            )
        return inside

    def whose(self, bookings: pa.Table, line: Queues, inside: Bools) -> tuple[str, ...]:
        """The clerks, each of whom must have made a call on one of the days; drawn by the seed where none is named."""
        calls = bookings["clerk_id"].take(pa.array(line.row[inside[line.row]])).drop_null().value_counts().to_pylist()
        by_calls = [one["values"] for one in sorted(calls, key=lambda one: (-one["counts"], one["values"]))]
        strange = [clerk for clerk in self.clerks if clerk not in by_calls]
        if strange or not by_calls:
            raise UserError(
                f"clerk {strange[0]!r} calls nobody on these days"
                if strange
                else "no clerk calls anybody on these days",
                where="bookings",
                next_step=f"Those with the most calls are {', '.join(by_calls[:BUSIEST])}."
                if by_calls
                else "Choose other days.",
            )
        if self.clerks:
            return tuple(sorted(set(self.clerks)))
        return (by_calls[int(np.random.default_rng(self.seed).integers(min(BUSIEST, len(by_calls))))],)
