"""Days that say nothing of a centre: clocks that were broken, or hardly any records."""

import pandas as pd

#: more of a day's services than this without a possible length, and its clocks are not believed
UNSOUND = 0.2
#: fewer services than this part of what is usual, and the day's records are not whole, or it was none of work
HARDLY = 0.2


def left_out(soundness: pd.DataFrame, bookings: pd.DataFrame) -> dict[object, str]:
    """By day of one centre, why it is left out; of rows of the facts of these names. Days without any booking are none.

    A day without any called person is left out only where others have some: a log without calls is another matter.
    """
    served = bookings.groupby("service_day")["served"].sum()
    usual = served[served > 0].median()
    found: dict[object, str] = {}
    for day, number in served.items():
        if usual > 0 and number < HARDLY * usual:
            found[day] = "hardly any records"
    broken = soundness[(soundness["unsound"] > UNSOUND * soundness["calls"])]
    for day in broken["service_day"]:
        found.setdefault(day, "times of service that cannot be")
    return found
