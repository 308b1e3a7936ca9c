"""One centre on one day: tickets, calls, services, in the order in which they happen.

A window that is free calls whoever of its queues is entitled first, priority classes with some minutes'
credit, recalled and returning people at once. Clerks slip now and then; in an outage no order holds.
"""

import heapq
from datetime import date

import numpy as np

from data.worlds.chance import between
from data.worlds.clock import HOUR, MINUTE, instant
from data.worlds.people import Contact
from data.worlds.plan import Centre
from data.worlds.records import Booking, Favour, Stretch
from data.worlds.roster import CLOSES, OPENS, TICKETS_UNTIL

#: so much earlier than an ordinary person a priority class is called (s)
PRIORITY_CREDIT_S = 15 * MINUTE
#: recalled and returning people are called next
AT_ONCE_S = 24 * HOUR
#: share of calls that find nobody, how long the clerk waits then (s), share that comes back and when (s)
MISSED, MISSED_WAIT_S = 0.03, (30, 60)
COMES_BACK, COMES_BACK_S = 0.75, (3 * MINUTE, 20 * MINUTE)
#: from call to chair, and from one person's leaving to the next call (s)
WALK_S, TIDY_S = (8, 50), (5, 45)
#: from coming to call for a client whom the clerk expects outside the hours (s)
LOOKS_UP_S = (20, 120)
#: each further person of a party takes this part of the first one's time
A_PART = 0.6
#: no service is shorter or longer (s)
SHORTEST_S, LONGEST_S = 90, 45 * MINUTE
#: share that is sent for a missing paper, and when they are back (s)
LACKS_PAPER, PAPER_S = 0.035, (15 * MINUTE, 80 * MINUTE)
#: a ticket that is lost is printed again, with a new number, after so long (s)
REPRINTED_S = (5 * MINUTE, 30 * MINUTE)
#: a client with a favour looks in again after so long (s)
LOOKS_IN_S = (45, 100)
#: and at the latest so long (s) after coming takes a ticket like everybody
LOOKS_IN_UNTIL_S = 80 * MINUTE

ARRIVE, BACK, LEAVE, FREE, REPRINT = range(5)
Event = tuple[int, int, int, Booking | Stretch]


class Hall:
    """Runs one day; fills in the bookings it is given and makes those of people who return with a paper."""

    def __init__(
        self,
        rng: np.random.Generator,
        centre: Centre,
        day: date,
        stretches: list[Stretch],
        outage: tuple[int, int] | None,
    ) -> None:
        self._rng = rng
        self._stretches = stretches
        self._services = {service.code: service for service in centre.services}
        self._clerks = {clerk.clerk_id: clerk for clerk in centre.clerks}
        self._outage = outage or (0, 0)
        self._opens_at, self._closes_at = instant(day, OPENS), instant(day, CLOSES)
        self._last_ticket_at = instant(day, TICKETS_UNTIL)
        self._served_early: dict[Stretch, int] = {}
        self._waiting: list[Booking] = []
        self._turn: dict[Booking, int] = {}
        self._idle: list[Stretch] = []
        self._free_at: dict[Stretch, int] = {}
        self._events: list[Event] = []
        self._order = 0
        self._tickets = 0
        self._returning: list[Booking] = []
        late = centre.habits.overtime_s
        self._last_return_at = self._closes_at + late // 2 if late else self._last_ticket_at
        self._until = {one: one.closes_at for one in stretches}
        self._until |= {one: until + late for one, until in self._until.items() if until == self._closes_at}
        self._reprinted = centre.habits.reprinted

    def run(self, bookings: list[Booking]) -> list[Booking]:
        """Let the day happen to `bookings`; returns the bookings that came about in the hall."""
        for booking in bookings:
            if booking.arrives_at is not None:
                self._push(booking.arrives_at, ARRIVE, booking)
        for stretch in self._stretches:
            self._free_from(stretch, stretch.opens_at - self._early(stretch))
        while self._events:
            now, _, kind, who = heapq.heappop(self._events)
            if isinstance(who, Stretch):
                self._free(who, now)
            elif kind == ARRIVE:
                self._arrive(who, now)
            elif kind == BACK:
                who.priority_class = who.priority_class or "recall"
                self._join(who, now, now - AT_ONCE_S)
            elif who in self._waiting and kind == REPRINT:
                self._next_number(who)
            elif who in self._waiting:
                self._leave(who)
        for booking in list(self._waiting):
            self._leave(booking)
        return self._returning

    def _push(self, when: int, kind: int, who: Booking | Stretch) -> None:
        self._order += 1
        heapq.heappush(self._events, (when, self._order, kind, who))

    def _free_from(self, stretch: Stretch, when: int) -> None:
        self._free_at[stretch] = when
        self._push(when, FREE, stretch)

    def _early(self, stretch: Stretch) -> int:
        """How long before its hour a window begins, mornings only."""
        most = self._clerks[stretch.clerk_id].starts_early_s
        return between(self._rng, 0, most) if most and stretch.opens_at == self._opens_at else 0

    def _arrive(self, booking: Booking, now: int) -> None:
        favour = booking.favour
        if favour and favour.outside_hours and self._serve_outside_hours(booking, favour, now):
            return
        if favour and favour.looks_in and self._looks_in_again(booking, favour, now):
            self._push(now + between(self._rng, *LOOKS_IN_S), ARRIVE, booking)
            return
        if now > (self._last_return_at if _returns(booking) else self._last_ticket_at):
            booking.status = "no_show"
            return
        self._take_ticket(booking, now)
        if booking.patience_s is not None:
            self._push(now + booking.patience_s, LEAVE, booking)
        credit = PRIORITY_CREDIT_S if booking.priority_class else 0
        self._join(booking, now, booking.entitled_at - (AT_ONCE_S if _returns(booking) else credit))

    def _next_number(self, booking: Booking) -> None:
        self._tickets += 1
        booking.ticket_no = self._tickets

    def _take_ticket(self, booking: Booking, now: int) -> None:
        self._next_number(booking)
        booking.checked_in_at = now
        if booking.favour:
            booking.favour.checks_in(booking, self._rng)
        elif self._reprinted and self._rng.random() < self._reprinted:
            self._push(now + between(self._rng, *REPRINTED_S), REPRINT, booking)

    def _serve_outside_hours(self, booking: Booking, favour: Favour, now: int) -> bool:
        """Whether the favour's clerk serves the client now, while the windows are shut."""
        own = [one for one in self._stretches if one.clerk_id == favour.clerk_id]
        early = now < self._opens_at
        if not own or not (early or now > self._closes_at):
            return False
        stretch = own[0] if early else own[-1]
        free_at = self._served_early.get(stretch, now) if early else self._free_at[stretch]
        begins = max(now, free_at) + between(self._rng, *LOOKS_UP_S)
        if early and begins >= self._opens_at:
            return False
        self._take_ticket(booking, now)
        signed_off = stretch.closes_at
        self._serve(booking, stretch, begins)
        stretch.closes_at = signed_off
        self._served_early[stretch] = self._free_at[stretch]
        if stretch in self._idle:
            self._idle.remove(stretch)
        self._free_from(stretch, max(self._free_at[stretch], stretch.opens_at))
        return True

    def _looks_in_again(self, booking: Booking, favour: Favour, now: int) -> bool:
        start = booking.slot.start if booking.slot else now
        came = max(start, booking.arrives_at or now)
        if now > min(came + LOOKS_IN_UNTIL_S, self._last_ticket_at - LOOKS_IN_S[1]):
            return False
        free_at = min(
            (at for one, at in self._free_at.items() if one.clerk_id == favour.clerk_id and at < one.closes_at),
            default=None,
        )
        if any(one.favour and one.favour.clerk_id == favour.clerk_id for one in self._waiting):
            return True
        ahead = len(self._ahead(booking, max(now, start)))
        return not favour.comes_in(ahead, None if free_at is None else free_at - now)

    def _ahead(self, booking: Booking, entitled: int) -> list[Booking]:
        """Who waits in the same queue, was entitled before and did not miss a call."""
        return [
            other
            for other in self._waiting
            if other.service_code == booking.service_code and other.entitled_at < entitled and other.missed_at is None
        ]

    def _join(self, booking: Booking, now: int, turn: int) -> None:
        self._waiting.append(booking)
        self._turn[booking] = turn
        for stretch in self._idle:
            if booking.service_code in stretch.services and now < self._until[stretch]:
                self._idle.remove(stretch)
                self._free(stretch, now)
                return

    def _leave(self, booking: Booking) -> None:
        self._waiting.remove(booking)
        booking.status = "abandoned"

    def _free(self, stretch: Stretch, now: int) -> None:
        """The window calls somebody, or stands idle until somebody comes."""
        if not self._free_at[stretch] <= now < self._until[stretch]:
            return  # shut, or busy with somebody who came before opening
        able = [one for one in self._waiting if one.service_code in stretch.services]
        if not able:
            self._idle.append(stretch)
            return
        favoured = self._favoured(able, stretch)
        booking = favoured or self._next(able, stretch, now)
        if favoured is None and booking.favour and booking.favour.by_record:
            booking.passed = self._ahead(booking, booking.entitled_at)
        self._waiting.remove(booking)
        if favoured is None and booking.missed_at is None and self._misses(booking):
            self._miss(booking, stretch, now)
        else:
            self._serve(booking, stretch, now)
            self._serve_in_one_go(booking, stretch, now)

    def _misses(self, booking: Booking) -> bool:
        return self._rng.random() < MISSED and not (booking.favour and booking.favour.never_misses)

    def _favoured(self, able: list[Booking], stretch: Stretch) -> Booking | None:
        for booking in able:
            favour = booking.favour
            if favour is None or favour.clerk_id != stretch.clerk_id:
                continue
            ahead = self._ahead(booking, booking.entitled_at)
            if favour.acts(len(ahead)):
                booking.passed = ahead
                favour.disguise(booking, ahead, self._rng)
                return booking
        return None

    def _next(self, able: list[Booking], stretch: Stretch, now: int) -> Booking:
        """Whose turn it is, unless the clerk slips or the system is down."""
        able.sort(key=lambda one: (self._turn[one], one.ticket_no))
        clerk = self._clerks[stretch.clerk_id]
        if self._outage[0] <= now < self._outage[1]:
            return able[int(self._rng.integers(len(able)))]
        if len(able) > 1 and self._rng.random() < clerk.slips:
            return able[int(self._rng.integers(1, min(clerk.reach, len(able) - 1) + 1))]
        return able[0]

    def _miss(self, booking: Booking, stretch: Stretch, now: int) -> None:
        booking.missed_at = now
        booking.status = "abandoned"
        if self._rng.random() < COMES_BACK:
            self._push(now + between(self._rng, *COMES_BACK_S), BACK, booking)
        self._free_from(stretch, now + between(self._rng, *MISSED_WAIT_S))

    def _serve(self, booking: Booking, stretch: Stretch, now: int) -> None:
        service = self._services[booking.service_code]
        takes = service.median_s * float(self._rng.lognormal(0, service.spread))
        served_from = now + between(self._rng, *WALK_S)
        served_to = served_from + int(min(max(takes, SHORTEST_S), LONGEST_S))
        self._record(booking, stretch, (now, served_from, served_to))
        self._free_from(stretch, served_to + between(self._rng, *TIDY_S))
        alone = booking.favour is None and booking.party is None
        if alone and not _returns(booking) and self._rng.random() < LACKS_PAPER:
            self._send_for_paper(booking, served_to)

    def _record(self, booking: Booking, stretch: Stretch, times: tuple[int, int, int]) -> None:
        booking.status = "served"
        booking.called_at, booking.served_from, booking.served_to = times
        booking.window_id, booking.clerk_id = stretch.window_id, stretch.clerk_id
        if self._clerks[stretch.clerk_id].signs_off:
            stretch.closes_at = max(stretch.closes_at, times[-1])

    def _serve_in_one_go(self, first: Booking, stretch: Stretch, now: int) -> None:
        """Whoever of the party waits comes along: one call, one time of service, longer by a part for each."""
        party = first.party
        if party is None or party.clerk_id not in {None, stretch.clerk_id}:
            return
        along = [one for one in party.members if one in self._waiting and one.service_code in stretch.services]
        if not along or first.served_from is None or first.served_to is None:
            return
        length = (first.served_to - first.served_from) * (1 + A_PART * len(along))
        until = first.served_from + int(min(length, LONGEST_S))
        for one in along:
            one.passed = self._ahead(one, one.entitled_at)
        party.served = [first, *along]
        for one in party.served:
            self._record(one, stretch, (now, first.served_from, until))
        for one in along:
            self._waiting.remove(one)
        self._free_from(stretch, until + between(self._rng, *TIDY_S))

    def _send_for_paper(self, booking: Booking, served_to: int) -> None:
        back = served_to + between(self._rng, *PAPER_S)
        if back > self._last_return_at:
            return
        again = Booking(
            booking.centre_id,
            booking.service_code,
            booking.service_day,
            booking.person,
            Contact(booking.contact.phone),
            "onsite",
            back,
            priority_class="returning",
            arrives_at=back,
        )
        self._returning.append(again)
        self._push(back, ARRIVE, again)


def _returns(booking: Booking) -> bool:
    return booking.priority_class == "returning"
