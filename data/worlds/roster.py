"""Who sits at which window on which day."""

from datetime import date

from data.worlds.clock import instant
from data.worlds.plan import Centre
from data.worlds.records import Stretch

#: the doors open and the ticket machine starts; the windows open; the last ticket; the windows close
DOORS_OPEN, OPENS, TICKETS_UNTIL, CLOSES = "08:30", "09:00", "16:20", "17:00"
#: the specialist's deputy takes over every so many days
DEPUTY_EVERY = 5


def roster(centre: Centre, day_number: int, day: date) -> list[Stretch]:
    """The day's stretches, a morning and an afternoon a window.

    Clerks move on one window a day, so one more of them than there are windows is free each day; specialists
    keep to the specialist's window.
    """
    common = [clerk for clerk in centre.clerks if not clerk.specialist]
    special = [clerk for clerk in centre.clerks if clerk.specialist]
    stretches = []
    for number, window in enumerate(centre.windows):
        if window.specialist:
            clerk = special[-1 if day_number % DEPUTY_EVERY == DEPUTY_EVERY - 1 else 0]
        else:
            clerk = common[(number + day_number) % len(common)]
        for opens, closes in ((OPENS, window.lunch[0]), (window.lunch[1], CLOSES)):
            hours = instant(day, opens), instant(day, closes)
            stretches.append(Stretch(centre.centre_id, window.window_id, clerk.clerk_id, *hours, window.services))
    return stretches
