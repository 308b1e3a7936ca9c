"""The hall as an event simulation: people come, wait, are called, step out, give up; windows open, close."""

import heapq
from itertools import count

import numpy as np

from benchmarks.foreign.model import DAY, HOUR, MINUTE, Lift, Visit, Window, between
from benchmarks.foreign.today import Today

OVERTIME = 45 * MINUTE


class Hall:
    """One day's hall. Only what happens; how it is written down comes later."""

    def __init__(self, today: Today, rng: np.random.Generator) -> None:
        """Put all arrivals and openings on the calendar."""
        self._today, self._rng, self._rule = today, rng, today.rule
        self._events: list[tuple[float, int, str, Visit | Window | None]] = []
        self._order = count()
        self._waiting: dict[str, list[Visit]] = {item.code: [] for item in today.centre.kind.services}
        self._idle: dict[str, Window] = {}
        self._slip = today.centre.habits.get("slip", 0.0)
        self._hasty = today.centre.habits.get("hasty_caller", 0.0)
        day, outage = today.day, today.centre.outage
        self._stop = (today.opens + 1.1 * HOUR, today.opens + 2.1 * HOUR) if outage == day else (DAY, DAY)
        for visit in today.visits:
            if visit.status == "booked" and visit.arrival is not None and visit.called is None:
                self._at(visit.arrival, "come", visit)
                if visit.slot_start and visit.slot_start > visit.arrival:
                    self._at(visit.slot_start, "due", None)
        for window in today.windows:
            for start, _ in window.sessions:
                self._at(start, "free", window)

    def _at(self, time: float, kind: str, what: Visit | Window | None) -> None:
        """Note an event."""
        heapq.heappush(self._events, (time, next(self._order), kind, what))

    def run(self) -> None:
        """Play the day to its end; who still waits then goes home unserved."""
        while self._events:
            time, _, kind, what = heapq.heappop(self._events)
            if kind == "free" and isinstance(what, Window):
                self._free(time, what)
                continue
            if kind == "come" and isinstance(what, Visit):
                self._waiting[what.service].append(what)
                self._at(time + what.patience, "leave", what)
                if what.lift and what.lift.ready > time:
                    self._at(what.lift.ready, "due", None)
            elif kind == "leave" and isinstance(what, Visit) and what in self._waiting[what.service]:
                self._waiting[what.service].remove(what)
                what.status = "abandoned"
            self._wake(time)
        for queue in self._waiting.values():
            for visit in queue:
                visit.status = "abandoned"

    def _wake(self, time: float) -> None:
        """Let idle windows look again."""
        for window in list(self._idle.values()):
            self._free(time, window)

    def _free(self, time: float, window: Window) -> None:
        """A window looks for its next visitor, unless it is closed or the system is down."""
        self._idle.pop(window.window_id, None)
        (start, pause), (resume, end) = window.sessions
        if not (start <= time < pause or resume <= time < end + OVERTIME):
            return
        if self._stop[0] <= time < self._stop[1]:
            self._at(self._stop[1] + between(self._rng, 0, 300), "free", window)
            return
        visit = self._choose(time, window)
        if visit is None:
            self._idle[window.window_id] = window
            return
        self._waiting[visit.service].remove(visit)
        if visit.missed is None and not visit.mark and self._rng.random() < self._hasty:
            visit.away = (time, time + between(self._rng, 20, 90))
        if visit.away and visit.away[0] <= time < visit.away[1] and visit.missed is None:
            self._miss(time, visit)
            self._at(time + between(self._rng, 20, 60), "free", window)
            return
        self._serve(time, window, visit)

    def _miss(self, time: float, visit: Visit) -> None:
        """Called in vain; some come back and are taken as soon as a window is free, some never do."""
        visit.missed = time
        if visit.gone or visit.away is None:
            visit.status = "abandoned"
            return
        visit.lift = Lift(visit.away[1] + between(self._rng, 0.5, 5) * MINUTE)
        self._at(max(visit.away[1], time + 1), "come", visit)

    def _serve(self, time: float, window: Window, visit: Visit) -> None:
        """Call, walk up, serve; and take along the relative who sits beside."""
        rng = self._rng
        visit.passed = self.ahead_of(time, visit)
        self._burn(time, visit)
        visit.called, visit.window, visit.clerk = time, window.window_id, window.clerk
        visit.served_from = time + between(rng, 8, 50)
        visit.served_to = visit.served_from + visit.duration / window.speed
        visit.status = "served"
        done = visit.served_to + between(rng, 3, 25)
        for queue in self._waiting.values():
            for other in queue:
                if other.follows is visit and other.service in window.services:
                    other.lift = Lift(done - 1, frozenset({window.clerk}))
        self._at(done, "free", window)

    def _burn(self, time: float, visit: Visit) -> None:
        """A clerk who calls the next tickets too fast to be heard, to reach the one he means."""
        if not visit.lift or not visit.lift.burn or not visit.mark or visit.mark.clerk is None:
            return
        queue = sorted((v for v in self._waiting[visit.service] if v.missed is None), key=self._rank)
        for place, victim in enumerate(queue[: visit.lift.burn]):
            victim.missed = time - 12 + place * 3
            if victim.missed < (victim.arrival or 0):
                victim.missed = time
            victim.lift = Lift(time + between(self._rng, 2, 14) * MINUTE)

    def honest_rank(self, visit: Visit) -> float:
        """When this person was truly due under the rule in force."""
        arrival = visit.arrival or 0.0
        if visit.slot_start is None or self._rule in ("check_in", "ticket"):
            return arrival
        if self._rule == "slot" and arrival < visit.slot_start + 15 * MINUTE:
            return visit.slot_start
        return max(visit.slot_start, arrival)

    def _rank(self, visit: Visit) -> float:
        """When the calling system believes this person is due: it trusts what was typed in."""
        return visit.place if visit.place is not None else self.honest_rank(visit)

    def ahead_of(self, time: float, visit: Visit) -> int:
        """How many waited who were truly due before."""
        rank = self.honest_rank(visit)
        queue = self._waiting[visit.real_service or visit.service]
        due = min(rank, time + 1)
        return sum(1 for other in queue if other is not visit and self.honest_rank(other) < due)

    def _choose(self, time: float, window: Window) -> Visit | None:
        """The next one: lifts first, then priority, then the rule, with an occasional slip of the hand."""
        can = [v for code in sorted(window.services) for v in self._waiting[code]]
        everyone = can if not self._any_lift(time, window) else [v for q in self._waiting.values() for v in q]
        for visit in everyone:
            lift = visit.lift
            if lift is None or lift.ready > time:
                continue
            mine = window.clerk in lift.clerks or (not lift.clerks and visit in can)
            if mine and (lift.most_passed == 999 or self.ahead_of(time, visit) <= lift.most_passed):
                return visit
        due = [v for v in can if self._rule in ("check_in", "ticket") or (v.slot_start or 0.0) <= time]
        if not due and self._today.centre.calls_early:
            due = can
        if not due:
            return None
        favoured = [visit for visit in due if visit.favoured]
        if favoured and self._rng.random() < 0.75:
            return min(favoured, key=self._rank)
        if len(due) > 2 and self._rng.random() < self._slip:
            return sorted(due, key=self._rank)[1 + int(self._rng.random() * min(len(due) - 1, 3))]
        return min(due, key=self._rank)

    def _any_lift(self, time: float, window: Window) -> bool:
        """Whether this clerk means to take somebody whose business is not this window's."""
        return any(
            v.lift and window.clerk in v.lift.clerks and v.lift.ready <= time
            for queue in self._waiting.values()
            for v in queue
        )
