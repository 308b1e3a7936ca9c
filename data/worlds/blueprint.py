"""What a preset declares: its name, what it is for, how large it may be, and how its plan is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from data.errors import UserError
from data.worlds.plan import Preset

Form = Literal["csv", "parquet"]


@dataclass(frozen=True)
class Blueprint:
    """A world that can be asked for by `name`; `meaning` is one line of help.

    `seed`, `centres` and `days` (working days) are what it has when none are given, `most_centres` and `most_days`
    what it allows. `build` makes the plan from seed, centres and days. `form` is the format of its files: `csv` where
    people look into them, `parquet` where there are many.
    """

    name: str
    meaning: str
    seed: int
    centres: int
    days: int
    most_centres: int
    most_days: int
    build: Callable[[int, int, int], Preset]
    form: Form = "csv"

    def plan(self, seed: int | None = None, centres: int | None = None, days: int | None = None) -> Preset:
        """The plan for these numbers, None: the preset's own. Raises `UserError` for one that it does not allow."""
        if seed is not None and seed < 0:
            raise UserError(f"a seed cannot be negative: {seed}", next_step="Give a whole number from 0 up.")
        return self.build(
            self.seed if seed is None else seed,
            self._allowed("centres", centres, self.centres, self.most_centres),
            self._allowed("days", days, self.days, self.most_days),
        )

    def _allowed(self, what: str, number: int | None, own: int, most: int) -> int:
        if number is None:
            return own
        if not 1 <= number <= most:
            raise UserError(
                f"the world {self.name} cannot have {number} {what}",
                next_step=f"Give --{what} from 1 to {most:,}." if most > 1 else f"Leave --{what} out: it has one.",
            )
        return number
