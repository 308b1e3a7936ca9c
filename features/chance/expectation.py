"""How many people a call passes by chance: a distribution for each stratum, out of the calls of its kind.

A stratum with few calls says little, so what it shows is mixed with what the larger group around it shows, and that
again with the next larger one: `LEVELS`. The weights are credibilities after Bühlmann and Straub (Glaubwürdigkeit für
Schadensätze, 1970), by moments, per centre: a stratum of n calls weighs n / (n + within / between), the variance inside
strata over that between the strata of one group. They are found from *whether* calls pass somebody, so that one call
past a hundred people does not move them.

The distribution is that of the calls themselves, not a fitted one: most calls pass nobody and some pass a whole hall,
which no Poisson or negative binomial tail with the right mean and variance follows.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.arrays import ROOM, codes
from features.queues.lines import Ints
from features.summaries.strata import PASSED_CAP

#: from the widest group to the stratum: what each level adds to those before. Never beyond a centre
LEVELS = (("centre_id", "ordinary"), ("service_code",), ("hour",), ("load_bin", "windows_bin"), ("weekday",))

#: other calls of the centre below which nothing is expected: with fewer, no p-value could be below one in six
OTHER_CALLS = 5

EXPECTED = pa.schema(
    [
        pa.field("centre_id", pa.string()),
        pa.field("booking_id", pa.string()),
        pa.field("expected_people_passed", pa.float64()),
        pa.field("excess_people_passed", pa.float64()),
        pa.field("people_passed_p", pa.float64()),
    ]
)

Reals = npt.NDArray[np.float64]


def expected_passed(rows: pa.Table) -> pa.Table:
    """What chance alone lets each call pass, and how likely as many as it did.

    `rows`: calls to be judged, with `booking_id` and 0 `calls`, among rows of history, without, each for as many
    `calls` of its stratum as passed that many people. The history has the judged calls in it.
    `expected_people_passed` is the mean over the others, none for more than `PASSED_CAP`, `excess_people_passed` what
    the call passes beyond it; `people_passed_p` the share of calls, the judged one included, that pass as many or
    more: a rank among calls of the same kind, hence at most as often below any threshold as the threshold says.
    """
    rows = rows.combine_chunks()
    judged = np.flatnonzero(rows["booking_id"].is_valid().to_numpy())
    passed, calls = rows["people_passed"].to_numpy(), rows["calls"].to_numpy()
    values = np.minimum(passed, PASSED_CAP)
    levels = _levels(rows)
    mean = tail = np.zeros(judged.size)
    enough = np.zeros(judged.size, np.bool_)
    for code, weight in zip(levels, _credibilities(levels, values, calls), strict=True):
        number, total, reached = _counted(code, values, calls, judged)
        enough |= number > OTHER_CALLS  # the widest group has the most
        others = np.maximum(number - 1, 0)
        share = _share(others, weight[code[judged]])
        mean = share * _over(total - values[judged], others) + (1 - share) * mean
        share = _share(number, weight[code[judged]])
        tail = share * _over(reached, number) + (1 - share) * tail
    columns = [rows["centre_id"].take(pa.array(judged)), rows["booking_id"].take(pa.array(judged))]
    columns += [pa.array(found, mask=~enough) for found in (mean, passed[judged] - mean, np.minimum(tail, 1.0))]
    return pa.table(columns, names=EXPECTED.names).cast(EXPECTED)


def _levels(rows: pa.Table) -> list[Ints]:
    """The group of each row at each level; in an order of their own, so that sums over groups are, too."""
    found: list[Ints] = []
    for names in LEVELS:
        found.append(codes([rows[name] for name in names], within=found[-1] if found else None))
    return found


def _counted(code: Ints, values: Ints, calls: Ints, judged: Ints) -> tuple[Reals, Reals, Reals]:
    """Of the group of each judged row: its calls, people they passed, and its calls that passed as many or more."""
    width = int(values.max(initial=0)) + 1
    keys = code * width + values
    first = code[judged] * width
    bounds = [first, keys[judged], first + width]
    parts = [calls, calls * values]
    room = (int(code.max(initial=-1)) + 1) * width
    if room <= ROOM * keys.size:  # a place for each key
        parts = [np.bincount(keys, part, room).astype(np.int64) for part in parts]
    else:
        places = np.argsort(keys)
        bounds = [np.searchsorted(keys[places], bound) for bound in bounds]
        parts = [part[places] for part in parts]
    number, total = (np.concatenate([[0], np.cumsum(part)]).astype(np.float64) for part in parts)
    begin, at, end = bounds
    return number[end] - number[begin], total[end] - total[begin], number[end] - number[at]


def _credibilities(levels: list[Ints], values: Ints, calls: Ints) -> list[Reals]:
    """Per level and group: the calls at which it weighs as much as the group around it; infinite: it never does.

    The widest group has nothing around it: 0.
    """
    centre = levels[0]
    size = int(centre.max(initial=-1)) + 1
    found = [np.zeros(size)]
    for code, around in zip(levels[1:], levels, strict=False):
        number, passing = _sums(code, calls), _sums(code, calls * (values > 0))
        of_group, of_centre = _member(code, around), _member(code, centre)
        outer, outer_passing = _sums(around, calls), _sums(around, calls * (values > 0))
        share, outer_share = _over(passing, number), _over(outer_passing, outer)
        by_centre = [
            np.bincount(of_centre, weight, size).astype(np.float64)
            for weight in (
                passing * (1 - share),  # squares within groups
                number - (number > 0),  # and their degrees of freedom
                number * (share - outer_share[of_group]) ** 2,  # squares between groups
                number * (1 - _over(number, outer[of_group])),  # what a unit of variance between adds to them
                (number > 0) - _over(number, outer[of_group]),  # and a unit of variance within: degrees of freedom
            )
        ]
        within = _over(by_centre[0], by_centre[1])
        between = _over(by_centre[2] - by_centre[4] * within, by_centre[3])
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = np.where(between > 0, np.maximum(within / between, 1.0), np.inf)
        found.append(weight[of_centre])
    return found


def _member(code: Ints, around: Ints) -> Ints:
    """The group around each group."""
    found = np.zeros(int(code.max(initial=-1)) + 1, np.int64)
    found[code] = around
    return found


def _sums(code: Ints, weights: Ints) -> Reals:
    return np.bincount(code, weights, int(code.max(initial=-1)) + 1).astype(np.float64)


def _share(number: Reals, weight: Reals) -> Reals:
    """The weight of a group of that many calls beside the group around it."""
    return np.where(number > 0, number / np.where(number > 0, number + weight, 1.0), 0.0)


def _over(above: Reals, below: Reals) -> Reals:
    """A quotient, 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros(above.shape), where=below > 0)
