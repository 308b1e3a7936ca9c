"""What a world is made of: the numbers a preset states, without any behaviour."""

from dataclasses import dataclass
from datetime import date

from data.worlds.clock import working_days


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


@dataclass(frozen=True)
class Window:
    """A window, the items it serves and the lunch hour at which it is shut ("HH:MM")."""

    window_id: str
    services: tuple[str, ...]
    lunch: tuple[str, str]
    specialist: bool = False


@dataclass(frozen=True)
class Clerk:
    """Who sits at a window. With probability `slips` a call reaches 1 to `reach` places too far back."""

    clerk_id: str
    slips: float = 0.03
    reach: int = 4
    specialist: bool = False


@dataclass(frozen=True)
class Outage:
    """The calling system fails from `start` to `end` ("HH:MM") on the world's n-th day: any order goes."""

    day_number: int
    start: str
    end: str


@dataclass(frozen=True)
class Agent:
    """A declared agent with lawful bulk bookings: `group` people (low, high) on each of its days."""

    agent_id: str
    kind: str
    name: str
    registered_from: date
    service: str
    days: tuple[int, ...]
    group: tuple[int, int]
    clients: int


@dataclass(frozen=True)
class Scheme:
    """Planted queue-jumping: `bookings` of `clients` people on `days` days, 1 to 3 a day, by one clerk.

    `phones` and `devices` are the intermediary's, shared by its clients; 0: clients book with their own.
    `wants` are the slots it asks for ("HH:MM"), `adherence` the share of clients for whom the clerk does it.
    """

    kind: str
    ring: str
    clerk_id: str
    service: str
    clients: int
    bookings: int
    days: int
    phones: int
    devices: int
    wants: tuple[str, ...]
    adherence: float = 1.0


@dataclass(frozen=True)
class Centre:
    """One service centre.

    `population` is the citizens of its district, `walk_ins` the mean number a day who come without a slot,
    `walk_in_tickets` how many of them the machine lets in, `complaints` how many reach it in the whole world.
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
    outage: Outage | None = None


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
