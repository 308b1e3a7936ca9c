"""The bookings beside what became of earlier ones of the same citizen and of the same device."""

import ibis
import ibis.expr.types as ir

from features.making.returning import returns
from features.night import KEY, Night
from features.summaries.habits import HABIT_DAYS, WHOSE, came

#: days of a centre's log before the night without which nobody can tell that a citizen was never there: a missing paper
#: is fetched within a week
KNOWN_DAYS = 7

#: bookings of a centre and day that return, from which on it shows whether first visits are recorded there
RETURNERS = 3

#: what is known of each of `WHOSE`
KNOWN = ("bookings", "served", "unserved", "missed", "centres", "days_kept")


def habits(night: Night) -> ir.Table:
    """The bookings' keys and devices, and `<whose>_<known>` for each of `WHOSE` and `KNOWN`, over `HABIT_DAYS` days.

    The sums of the summary `habits`; `centres`: different ones; `days_kept`: days on which a booking was kept where
    others were turned away, null where no centre that they booked at turned anybody away. `other_visits`: the citizen's
    other bookings at the same centre with which somebody came, null for none where fewer than `KNOWN_DAYS` days of the
    centre are known; `returners_borne_out`: of those who return to the centre that day, the share with other visits;
    `several_centres`: whether more than one is known, by which alone a citizen can be seen at another.
    Only citizens and devices of the night are looked up, so the work follows the night.
    """
    made = night.bookings
    own = came(made).cast("int64")
    table = made.select(
        *KEY, "device_id", own=own, returns=returns(made), **{f"{kind}_who": _who(night, kind) for kind in WHOSE}
    )
    for kind in WHOSE:
        found = _found(night, kind).rename({f"{kind}_{name}": name for name in KNOWN})
        table = table.left_join(found, [(f"{kind}_who", "who")]).drop("who")
    table = table.left_join(_visits(night), [("applicant_id_who", "who"), "centre_id"]).drop("who", "centre_id_right")
    table = table.left_join(_known_since(night), "centre_id").drop("centre_id_right")
    others = (table.visits > table.own) | (table.since <= night.today - ibis.interval(days=KNOWN_DAYS))
    several = _known_since(night).count().as_scalar() > 1
    table = table.mutate(other_visits=others.ifelse(table.visits - table.own, None), several_centres=several)
    return table.mutate(returners_borne_out=_borne_out(table))


def _borne_out(table: ir.Table) -> ir.FloatingValue:
    """Of each centre's bookings that return, the share whose citizen has other visits; null of few."""
    centre = ibis.window(group_by="centre_id")
    seen = table.returns & (table.other_visits > 0)
    known = table.returns & table.other_visits.notnull()
    number, borne_out = (holds.fill_null(False).cast("int64").sum().over(centre) for holds in (known, seen))
    return (number >= RETURNERS).ifelse(borne_out / number, None)


def _who(night: Night, kind: str) -> ir.IntegerValue:
    return night.engine.number(night.bookings[kind])


def _past(night: Night, kind: str) -> ir.Table:
    """The summary's rows of the night's citizens, or devices."""
    past = night.table("habits", HABIT_DAYS)
    return past.filter(past.kind == kind).semi_join(night.bookings.select(who=_who(night, kind)), "who")


def _visits(night: Night) -> ir.Table:
    """How often each citizen of the night came to each centre."""
    past = _past(night, "applicant_id")
    tonight = night.bookings.select("centre_id", who=_who(night, "applicant_id"))
    past = past.semi_join(tonight, ["who", "centre_id"])
    return past.group_by("who", "centre_id").aggregate(visits=past.came.sum())


def _known_since(night: Night) -> ir.Table:
    """The first day of each centre that the summary knows."""
    past = night.table("habits", HABIT_DAYS)
    return past.group_by("centre_id").aggregate(since=past.service_day.min())


def _found(night: Night, kind: str) -> ir.Table:
    """What is `KNOWN` of each citizen, or device, of the night."""
    past = _past(night, kind)
    sums = {name: past[name].sum() for name in ("bookings", "served", "unserved", "missed")}
    return past.group_by("who").aggregate(
        **sums,
        centres=past.centre_id.nunique(),
        days_kept=past.kept.max().notnull().ifelse(past.service_day.nunique(where=past.kept > 0), None),
    )
