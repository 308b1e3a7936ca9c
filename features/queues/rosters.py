"""Who might have called: the shifts for a queue, as they begin and end in the course of a day."""

import ibis.expr.types as ir

from features.night import Night
from features.queues.ruled import QUEUE

#: what `rostered` reads, and how many days of each: a shift of the evening before may last into the day
ROSTERED_BY = {"shifts": 2}

#: seconds to which a change of shift is told: clerks take over from each other within minutes, and however many shifts
#: are delivered, a day has no more than 288 changes
CHANGE_S = 300

#: of a shift: who and where
HAND = ["window_id", "clerk_id"]


def rostered(night: Night) -> ir.Table:
    """The bookings of the night with `roster`: how often, by their call, a shift for their queue had begun or ended.

    Calls of one queue and day with the same `roster` were made while the same clerks were on shift for it, to
    `CHANGE_S`. Who logs out and in again at a window stays on shift. 0 where no shifts are delivered, null without a
    call.
    """
    return night.written("rostered", lambda: _rostered(night))


def _rostered(night: Night) -> ir.Table:
    rows = night.bookings
    shifts = night.table("shifts", ROSTERED_BY["shifts"]).select(
        "centre_id", *HAND, "services", "opens_at", "closes_at"
    )
    queues = rows.select(QUEUE).distinct()
    serving = queues.join(shifts, "centre_id")
    serving = serving.filter(serving.services.isnull() | serving.services.contains(serving.service_code))
    began, ended = (serving.select(*QUEUE, *HAND, at=_told(serving[name])) for name in ("opens_at", "closes_at"))
    same = [*QUEUE, *HAND, "at"]
    changes = began.anti_join(ended, same).union(ended.anti_join(began, same))
    changes = changes.group_by(QUEUE).aggregate(changes=changes["at"].collect(distinct=True))
    table = rows.left_join(changes, QUEUE).drop("centre_id_right", "service_code_right")
    so_far = table.changes.filter(lambda at: at <= _told(table.called_at)).length().fill_null(0)
    return table.mutate(roster=table.called_at.notnull().ifelse(so_far, None).cast("int64")).drop("changes")


def _told(instant: ir.TimestampValue) -> ir.IntegerValue:
    return (instant.epoch_seconds() // CHANGE_S).cast("int64")
