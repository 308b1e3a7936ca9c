"""The discipline of each queue: the rule that it obeys, and how far classes and appointments go before others."""

from datetime import date
from functools import partial

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.stored.table import DAY
from data.tables import LAKE
from features.arrays import codes
from features.night import Night
from features.order import APPOINTMENT, RANKS
from features.queues.credits import ABSOLUTE, EDGES_S, LEAST_DECISIONS, Credits, learnt_credits
from features.queues.lines import Ints
from features.queues.rules import obeyed
from features.summaries.trials import LEARNING_DAYS
from features.summary import summary

DISCIPLINES = LAKE["disciplines"].schema
RULES = pa.array(list(RANKS))
TICKET = list(RANKS).index("ticket")
NONE = len(RANKS)  # the place of "no rule" behind the rules

# The words of `basis`: where a rule or a credit comes from.
DECLARED = "declared"  # the centre says so
LEARNT = "learnt"  # from the calls of the queue
OF_CENTRE = "centre"  # from the calls of all queues of the centre, those of the queue being too few
NO_CHECK_IN = "no check-in times"  # so ticket numbers serve
DEFAULT = "default"  # nothing speaks clearly for another

#: share of the called bookings without a check-in time above which ticket numbers serve in its place: most of them
UNTIMED = 0.5


@summary(days=1, reads={"trials": LEARNING_DAYS, "centres": 1})
def disciplines(night: Night) -> ir.Table:
    """Per queue the rule that orders it, from the calls of four weeks; per queue and `priority_class` its credit.

    `basis`: where it comes from; `decisions` and `fit`: how many trials tell something, and the share of them that it
    explains (null: none); `best_rule` and `best_fit`: what the log obeys best, whatever the centre declares. Rows of
    a class have `credit_s`, seconds; null is absolute preference. So has a row of `APPOINTMENT`: who of no class has a
    slot, before who has none; 0 unless calls clearly say more. Queues and classes without trials have no rows.
    """
    rows = night.table("trials", LEARNING_DAYS).drop(DAY)
    rows = rows.group_by([name for name in rows.columns if name not in {"trials", "agreed"}])
    rows = rows.aggregate(trials=ibis._.trials.sum(), agreed=ibis._.agreed.sum())
    declared = night.table("centres").select("centre_id", "discipline")
    rows = rows.left_join(declared, "centre_id").drop("centre_id_right")
    return night.engine.by_centre(rows, partial(disciplines_of, day=night.day), DISCIPLINES)


def disciplines_of(rows: pa.Table, day: date) -> pa.Table:
    """The disciplines as of a day; `rows`: trials of whole centres, summed, with the `discipline` that they declare."""
    rows = rows.combine_chunks()
    queue = codes([rows["centre_id"], rows["service_code"]])
    of_rule = pc.is_null(rows["priority_class"]).to_numpy()
    rule, rules = _rules(rows.filter(of_rule), queue[of_rule], int(queue.max(initial=-1)) + 1)
    of_class = ~of_rule & pc.equal(rows["rule"], RULES.take(pa.array(rule[queue]))).fill_null(False).to_numpy()
    parts = [rules, _classes(rows.filter(of_class), queue[of_class])]
    table = pa.concat_tables(parts, promote_options="default")
    table = table.append_column(DAY, pa.repeat(pa.scalar(day), len(table))).select(DISCIPLINES.names).cast(DISCIPLINES)
    return table.sort_by([(name, "ascending") for name in ("centre_id", "service_code", "priority_class")])


def _rules(rows: pa.Table, queue: Ints, size: int) -> tuple[Ints, pa.Table]:
    """The rule of each queue, and the rows that say so."""
    said = [pc.index_in(rows[name], RULES).fill_null(NONE).to_numpy() for name in ("rule", "against")]
    trials, agreed = np.zeros((2, size, NONE + 1, NONE + 1), np.int64)
    for counts, name in ((trials, "trials"), (agreed, "agreed")):
        np.add.at(counts, (queue, *said), rows[name].to_numpy())
    untimed = trials[:, NONE, NONE] - agreed[:, NONE, NONE] > UNTIMED * trials[:, NONE, NONE]
    untimed &= trials[:, TICKET, NONE] > 0
    best = np.where(untimed, TICKET, obeyed(trials[:, :NONE, :NONE], agreed[:, :NONE, :NONE]))
    row = np.zeros(size, np.int64)
    row[queue] = np.arange(queue.size)
    declared = pc.index_in(rows["discipline"].take(pa.array(row)), RULES).fill_null(NONE).to_numpy()
    rule = np.where(untimed | (declared == NONE), best, declared)
    bases = [untimed & (declared != TICKET), declared != NONE, best > 0]
    everyone = np.arange(size)
    number, right = trials[everyone, rule, NONE], agreed[everyone, rule, NONE]
    columns = {name: rows[name].take(pa.array(row)) for name in ("centre_id", "service_code")} | {
        "priority_class": pa.nulls(size, pa.string()),
        "rule": RULES.take(pa.array(rule)),
        "basis": pa.array(np.select(bases, [NO_CHECK_IN, DECLARED, LEARNT], DEFAULT), pa.string()),
        "decisions": pa.array(number),
        "fit": _share(right, number),
        "credit_s": pa.nulls(size, pa.int64()),
        "best_rule": RULES.take(pa.array(best)),
        "best_fit": _share(agreed[everyone, best, NONE], trials[everyone, best, NONE]),
    }
    return rule, pa.table(columns)


def _classes(rows: pa.Table, queue: Ints) -> pa.Table:
    """One row a queue and class: the credit of its own decisions, or else of those of all queues of its centre."""
    group = codes([pa.chunked_array([pa.array(queue)]), rows["priority_class"]])
    size = int(group.max(initial=-1)) + 1
    later = np.searchsorted(EDGES_S, rows["later_s"].to_numpy())
    trials, agreed = np.zeros((2, size, EDGES_S.size), np.int64)
    for counts, name in ((trials, "trials"), (agreed, "agreed")):
        np.add.at(counts, (group, later), rows[name].to_numpy())
    row = np.zeros(size, np.int64)
    row[group] = np.arange(group.size)
    rows = rows.take(pa.array(row))
    centre = codes([rows["centre_id"], rows["priority_class"]])
    pooled_trials, pooled_agreed = np.zeros((2, size, EDGES_S.size), np.int64)
    for pooled, counts in ((pooled_trials, trials), (pooled_agreed, agreed)):
        np.add.at(pooled, centre, counts)
    stands = np.where(pc.equal(rows["priority_class"], APPOINTMENT).to_numpy(), 0, ABSOLUTE)
    own = learnt_credits(trials, agreed, stands)
    of_centre = learnt_credits(pooled_trials[centre], pooled_agreed[centre], stands)
    few = own.decisions < LEAST_DECISIONS
    credit = Credits(*(np.where(few, wide, narrow) for narrow, wide in zip(own, of_centre, strict=True)))
    absolute = credit.credit_s == ABSOLUTE
    columns = {name: rows[name] for name in ("centre_id", "service_code", "priority_class", "rule")} | {
        "basis": pa.array(np.select([credit.credit_s == stands, few], [DEFAULT, OF_CENTRE], LEARNT), pa.string()),
        "decisions": pa.array(credit.decisions),
        "fit": _share(credit.right, credit.decisions),
        "credit_s": pa.array(credit.credit_s, mask=absolute),
    }
    return pa.table(columns)


def _share(part: Ints, whole: Ints) -> pa.Array:
    return pa.array(part / np.maximum(whole, 1), mask=whole == 0)
