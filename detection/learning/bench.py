"""The bench of one training: a folder in which each step leaves what the next one needs; any can be repeated."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import UserError
from data.home import Home
from detection.learning.registry import write
from detection.learning.rows import ABOUT, Rows
from detection.reasons import LABEL_FREE


@dataclass(frozen=True)
class Bench:
    """The folder `learning/AS_OF` of a home."""

    folder: Path

    @classmethod
    def of(cls, home: Home, as_of: date) -> "Bench":
        """The bench of the training as of a day."""
        place = home.path("learning", str(as_of))
        place.mkdir(parents=True, exist_ok=True)
        return cls(place)

    def put(self, name: str, facts: dict[str, Any]) -> None:
        """Leave facts."""
        write(self.folder / f"{name}.json", json.dumps(facts, ensure_ascii=False, indent=1, default=str).encode())

    def get(self, name: str) -> dict[str, Any]:
        """Facts of an earlier step; `UserError` where it has not been done."""
        try:
            facts: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise self._not_done(name) from error
        return facts

    def put_table(self, name: str, table: pd.DataFrame) -> None:
        """Leave a table."""
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink)
        write(self.folder / f"{name}.parquet", sink.getvalue().to_pybytes())

    def get_table(self, name: str) -> pd.DataFrame:
        """A table of an earlier step."""
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            raise self._not_done(name)
        table: pd.DataFrame = pq.read_table(path).to_pandas()
        return table

    def put_rows(self, rows: Rows) -> None:
        """Leave the training rows."""
        inputs = pd.DataFrame(rows.inputs, columns=list(rows.names)).rename(columns={LABEL_FREE: f"{LABEL_FREE} odds"})
        own = rows.about.assign(**{LABEL_FREE: rows.label_free, "stands_for": rows.stands_for})
        self.put_table("rows", pd.concat([own, inputs], axis=1))

    def rows(self) -> Rows:
        """The training rows."""
        table = self.get_table("rows")
        own = [*ABOUT, LABEL_FREE, "stands_for"]
        inputs = table.drop(columns=own).rename(columns={f"{LABEL_FREE} odds": LABEL_FREE})
        return Rows(
            table[list(ABOUT)],
            tuple(inputs.columns),
            inputs.to_numpy(np.float32),
            table[LABEL_FREE].to_numpy(),
            table["stands_for"].to_numpy(),
        )

    def _not_done(self, name: str) -> UserError:
        return UserError(f"there is no {name} yet", where=str(self.folder), next_step="Do the training from its start.")
