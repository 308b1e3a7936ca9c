"""How many people calls pass, by what the hall was like as they were made: what chance alone brings about."""

import pyarrow as pa
import pyarrow.compute as pc

from features.night import Night
from features.queues.calls import READS, calls
from features.summary import summary

#: days of calls that a call is compared with, the night's included: four weeks, each weekday as often as any other
STRATA_DAYS = 28

#: people passed above which calls are alike: an outage of hundreds must not speak for the calls of weeks
PASSED_CAP = 100

#: what makes calls comparable, each name dividing the stratum of those before it; `ordinary` is never pooled
STRATUM = ("centre_id", "ordinary", "service_code", "hour", "load_bin", "windows_bin")


@summary(days=STRATA_DAYS, reads=READS)
def strata(night: Night) -> pa.Table:
    """Per stratum and number of people passed unexplained (at most `PASSED_CAP`): the calls of the day.

    A stratum is a queue, whether a class or a missed call lets the called one pass, hour, bin of people waiting and bin
    of windows open, as in `features.queues.calls.of_calls`. Calls that the ledger does not assess are not among them.
    """
    rows = night.engine.arrow(calls(night))
    rows = rows.filter(pc.is_valid(rows["people_passed"]))
    passed = pc.min_element_wise(rows["people_passed"], PASSED_CAP)
    rows = rows.select(["service_day", *STRATUM]).append_column("people_passed", passed)
    keys = rows.column_names
    found = rows.group_by(keys).aggregate([([], "count_all")]).rename_columns([*keys, "calls"])
    return found.sort_by([(name, "ascending") for name in keys])
