"""The bookings of tables that stand in different orders, found again by hashes of their keys."""

from typing import Final

import numpy as np
import pyarrow as pa

from features.arrays import starts_of
from features.engine import NOT_ONE_EACH
from features.queues.lines import Ints

KEY = "centre_id, booking_id"

#: of a booking's key: two numbers of 64 bits, so that no two bookings have both in common
HASHES = f"hash({KEY}) AS key_hash, hash(booking_id) AS booking_hash"


class Hashed:
    """The `HASHES` of rows, and the order of the rows by them."""

    NAMES: Final = ["key_hash", "booking_hash"]

    def __init__(self, rows: pa.Table) -> None:
        first, second = (rows[name].to_numpy() for name in self.NAMES)
        self._order = np.argsort(first)
        if not starts_of(first[self._order]).all():  # two have one number in common
            self._order = np.lexsort((second, first))
        self._sorted = first[self._order], second[self._order]

    def places_in(self, other: "Hashed") -> Ints:
        """Where each of these rows stands among the others; a ValueError where they are not the same ones."""
        if not all(map(np.array_equal, self._sorted, other._sorted)):
            raise ValueError(NOT_ONE_EACH)
        places = np.empty(self._order.size, np.int64)
        places[self._order] = other._order
        return places
