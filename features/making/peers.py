"""A value among those of its peers."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.arrays import starts_of
from features.queues.lines import Bools, Ints


def share_below(group: Ints, values: Ints, known: Bools) -> pa.Array:
    """Share (0 to 1) of the other known values of its group that are smaller; null: not known, or no other."""
    rows = np.flatnonzero(known)
    order = rows[np.lexsort((values[rows], group[rows]))]
    place = np.arange(order.size)
    begins = starts_of(group[order])
    first = np.maximum.accumulate(np.where(begins, place, 0))
    tied = np.maximum.accumulate(np.where(begins | starts_of(values[order]), place, 0))
    size = np.diff(np.append(np.flatnonzero(begins), order.size))[np.cumsum(begins) - 1]
    share: npt.NDArray[np.float64] = np.full(group.size, np.nan)
    share[order] = (tied - first) / np.where(size > 1, size - 1, np.nan)
    return pa.array(share, from_pandas=True)
