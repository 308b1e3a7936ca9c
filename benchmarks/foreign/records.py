"""How the day is written down: ticket numbers, typed times, crooked clocks, an outage, and tampering."""

import numpy as np

from benchmarks.foreign.hall import Hall
from benchmarks.foreign.model import MINUTE, Visit, between
from benchmarks.foreign.today import Today


def number_tickets(today: Today) -> None:
    """The machine's running number in order of printing; a second machine counts from 1001."""
    turn = today.centre.turn
    second = bool(turn and turn[0] == "second_machine" and today.day >= turn[1])
    numbers = [0, 1000]
    came = [v for v in today.visits if v.arrival is not None and v.status in ("booked", "served")]
    for visit in sorted(came, key=_printed):
        if not visit.handwritten and (visit.channel != "staff" or today.centre.kind.rule == "ticket"):
            machine = 1 if second and today.rng.random() < 0.4 else 0
            numbers[machine] += 1
            visit.ticket_no = numbers[machine]


def _printed(visit: Visit) -> float:
    """When the ticket left the machine: a tout's before its holder came, a backdated one's when he came."""
    bought = visit.mark is not None and visit.mark.scheme == "ticket_bundle"
    return (visit.checked_in if bought else visit.arrival) or 0.0


def _check_ins(today: Today, rng: np.random.Generator) -> None:
    """Arrival is mostly recorded as it happened, at times late, at times only at the counter."""
    late = today.centre.habits.get("typed_late", 0.0)
    batch = 5 * MINUTE
    counter = today.centre.habits.get("desk_check_in", 0.0)
    listed = today.centre.habits.get("paper_list", 0.0)
    restart = today.opens + 2.1 * 3600
    for visit in today.visits:
        if visit.arrival is None or visit.checked_in is not None:
            continue
        visit.checked_in = visit.arrival
        end = visit.called if visit.called is not None else visit.arrival
        if visit.slot_id and visit.called is not None and rng.random() < counter:
            visit.checked_in = visit.called
        elif not visit.slot_id and visit.arrival < today.opens and rng.random() < listed:
            visit.checked_in = (visit.arrival - 20 * MINUTE) // batch * batch
            visit.channel, visit.created_by, visit.device = "staff", today.centre.clerks[-1], None
            visit.created = visit.arrival
        elif rng.random() < late:
            visit.checked_in = min((visit.arrival + between(rng, 3, 18) * MINUTE) // batch * batch + batch, end)
        if today.centre.outage == today.day and today.opens + 4000 < visit.checked_in < restart:
            visit.checked_in = min(restart + between(rng, 0, 240), max(end, visit.checked_in))
        if visit.missed is not None:
            visit.checked_in = min(visit.checked_in, visit.missed)
        if not visit.slot_id and visit.channel == "onsite":
            visit.created = visit.checked_in


def _missed(today: Today, visit: Visit, rng: np.random.Generator) -> None:
    """Missed calls: the class that explains them is noted or not; false ones are entered by hand."""
    if visit.mark and visit.mark.scheme == "false_recall" and visit.called is not None:
        start = visit.checked_in or 0.0
        visit.missed = visit.missed or start + (visit.called - start) * between(rng, 0.15, 0.85)
    elif visit.mark and visit.mark.scheme == "ticket_bundle" and visit.called and visit.missed is None:
        comes = visit.arrival or 0.0
        if comes > today.opens + 10 * MINUTE and rng.random() < 0.35:
            visit.missed = max(comes - between(rng, 1, 9) * MINUTE, visit.checked_in or 0.0)
    if visit.missed is not None and visit.called is not None and visit.priority is None:
        visit.priority = "recall" if rng.random() < today.centre.notes_recall else None


def _clocks(today: Today, rng: np.random.Generator) -> None:
    """One window's computer goes wrong by part of a minute; one centre stores whole minutes."""
    error = today.centre.habits.get("crooked_clock", 0.0) * (1 if today.centre.index % 2 else -1)
    for visit in today.visits:
        if error and visit.window == "W02" and visit.called and visit.served_from and visit.served_to:
            shift = max(error, (visit.missed or visit.checked_in or 0.0) - visit.called)
            visit.called, visit.served_from, visit.served_to = (
                visit.called + shift,
                visit.served_from + shift,
                visit.served_to + shift,
            )
        if visit.status == "abandoned" and rng.random() < 0.1:
            visit.status = "no_show" if visit.slot_id else "abandoned"


def judge(today: Today, hall: Hall) -> None:
    """Decide for each manipulated booking whether it really took effect."""
    refused = {refusal.service for refusal in today.refusals}
    for visit in today.visits:
        truth = visit.mark
        if truth is None:
            continue
        if truth.scheme in ("release_bot", "kept_slots"):
            truth.effect = visit.service in refused and visit.status in ("served", "cancelled")
        elif truth.scheme == "side_door":
            truth.effect = any(_waited(other, visit, hall) for other in today.visits)
        else:
            truth.effect = visit.called is not None and visit.passed > 0
            if visit.lift and visit.clerk not in visit.lift.clerks:
                truth.effect = False
            elif visit.lift and visit.clerk and truth.scheme in ("broker_desk", "burned_calls"):
                truth.clerk = visit.clerk


def _waited(other: Visit, visit: Visit, hall: Hall) -> bool:
    """Whether `other` was in the hall, due earlier, and not yet called when `visit` was."""
    if other.service != visit.service or other is visit or other.arrival is None or other.status == "no_show":
        return False
    if visit.called is None or hall.honest_rank(other) >= (visit.arrival or 0.0):
        return False
    return other.called is None or other.called > visit.called


def write_down(today: Today, hall: Hall, rng: np.random.Generator) -> None:
    """Turn what happened into what the centre's system stores."""
    judge(today, hall)
    _check_ins(today, rng)
    for visit in today.visits:
        _missed(today, visit, rng)
    _clocks(today, rng)
