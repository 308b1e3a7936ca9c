"""What a world is made of: the numbers a preset states, without any behaviour."""

from dataclasses import dataclass
from datetime import date

from data.worlds.clock import MINUTE, working_days


@dataclass(frozen=True)
class Service:
    """An item of business. Each is one queue of its centre.

    `median_s` and `spread` (standard deviation of the logarithm) describe the time at the window, `quota` is
    the slots released a day, `demand` the mean number of people a day who ask for one.
    """

    code: str
    median_s: int
    spread: float
    quota: int
    demand: float

    def at_the_doors(self, on_the_day: float) -> int:
        """How many of its slots are given out on the day itself, if that share is."""
        return round(self.quota * on_the_day)


@dataclass(frozen=True)
class Window:
    """A window, the items it serves and the lunch hour at which it is shut ("HH:MM")."""

    window_id: str
    services: tuple[str, ...]
    lunch: tuple[str, str]
    specialist: bool = False


@dataclass(frozen=True)
class Clerk:
    """Who sits at a window. With probability `slips` a call reaches 1 to `reach` places too far back.

    `starts_early_s`: calls begin up to so many seconds before opening. `signs_off`: when service runs over closing,
    the roster says so; otherwise it keeps the planned hour.
    """

    clerk_id: str
    slips: float = 0.03
    reach: int = 4
    specialist: bool = False
    starts_early_s: int = 0
    signs_off: bool = True


@dataclass(frozen=True)
class Outage:
    """The calling system fails from `start` to `end` ("HH:MM") on the world's n-th day: any order goes."""

    day_number: int
    start: str
    end: str


@dataclass(frozen=True)
class Agent:
    """A declared agent with lawful bulk bookings: `group` people (low, high) on each of its days.

    `arranged`: the centre expects them, so that they have the class "group" and come together.
    """

    agent_id: str
    kind: str
    name: str
    registered_from: date
    service: str
    days: tuple[int, ...]
    group: tuple[int, int]
    clients: int
    arranged: bool = False


@dataclass(frozen=True)
class Scheme:
    """Planted queue-jumping: `bookings` in all, for `clients` people, on `days` days, by one ring.

    Each of the days has one occasion, some have up to three. They lie from the world's day number `first` to
    `last` (null: its end), where one of `clerks` sits at a window for the item.

    `phones` and `devices` are the intermediary's; a booking carries them with probability `identified`, otherwise
    the client's own. `decoys` bookings come from the same telephones for people who wait their turn. `adherence`
    is the share of clients for whom the clerk (a hoard: the ring) does it. `wants` are the slots asked for
    ("HH:MM"). `passes`: fewest and most people past whom a client is called, null: the scheme's own.
    """

    kind: str
    ring: str
    clerks: tuple[str, ...]
    service: str
    clients: int
    bookings: int
    days: int
    phones: int
    devices: int
    wants: tuple[str, ...]
    adherence: float = 1.0
    identified: float = 1.0
    decoys: int = 0
    first: int = 0
    last: int | None = None
    passes: tuple[int, int] | None = None


@dataclass(frozen=True)
class Habits:
    """What goes on at a centre besides booking and being served; every default is none of it.

    Shares: `at_kiosk` of walk-ins use a kiosk of the hall; `at_counter` of those whom employees type in there are
    entered under the hall's own telephone, on its terminal; `behind_nat` of on-line requests come from one of a
    carrier's few addresses; `retries` of the refused ask again; `hunted` of freed slots are taken within seconds by
    somebody who watches; `unrecorded` of people let through for age or need have no class in the log; `borrowed` of
    ordinary people show a relative's card; `reprinted` of tickets get a new number later; `on_the_day` of each quota
    is given out at the doors on the day itself, to those who stand there, and of the requests comes there; `answers` of
    complaints get a reply.

    Means a day: `night_queue` people wait for tickets before the doors open; `couples` share a telephone and are
    served together; `swaps` of a slot within a household; `topups` units released on the morning itself for people
    without a slot.

    `eager_mean_s`: how soon after release the eager book. `skew_s`: how far the clocks of the hall's machines lie
    apart. `overtime_s`: how long after closing those still waiting are served; half of it people who return with a
    paper may still come. `late_days`: whose logs are delivered later.
    """

    at_kiosk: float = 0.0
    at_counter: float = 0.0
    behind_nat: float = 0.0
    retries: float = 0.0
    hunted: float = 0.0
    unrecorded: float = 0.0
    borrowed: float = 0.0
    reprinted: float = 0.0
    night_queue: float = 0.0
    couples: float = 0.0
    swaps: float = 0.0
    topups: float = 0.0
    eager_mean_s: int = 25 * MINUTE
    skew_s: int = 0
    overtime_s: int = 0
    late_days: tuple[int, ...] = ()
    answers: float = 0.55
    on_the_day: float = 0.0


@dataclass(frozen=True)
class Centre:
    """One service centre.

    `population` is the citizens of its district, `walk_ins` the mean number a day who come without a slot,
    `walk_in_tickets` how many of them the machine lets in, `complaints` how many reach it in the whole world.
    `withholds`: it releases less than it can serve, to sell the rest.
    """

    centre_id: str
    services: tuple[Service, ...]
    windows: tuple[Window, ...]
    clerks: tuple[Clerk, ...]
    population: int
    walk_ins: float
    walk_in_tickets: int
    complaints: int
    agents: tuple[Agent, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    outages: tuple[Outage, ...] = ()
    withholds: bool = False
    habits: Habits = Habits()


@dataclass(frozen=True)
class Preset:
    """A named world: where, when, how much, and the seed it has when none is given."""

    name: str
    seed: int
    first_day: date
    days: int
    centres: tuple[Centre, ...]

    @property
    def calendar(self) -> list[date]:
        """The world's working days in order."""
        return working_days(self.first_day, self.days)
