"""Hires rings for a centre: who of its clerks plays along, how often, and how well it is hidden."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from data.worlds.chance import Purpose, chosen, stream
from data.worlds.districts import Draw, district
from data.worlds.plan import Centre, Scheme, Service
from data.worlds.schemes.favour import all_arrangements
from data.worlds.schemes.withheld import withholding

#: the hours at which a hall is full, and all hours
CROWDED = ("09:30", "10:00", "10:30", "14:00")
MORNING = ("09:00", "09:30", "10:00")
ALL_DAY = ("09:00", "09:30", "10:00", "10:30", "11:00", "13:30", "14:00", "14:30", "15:00")
#: by how much the intensity of a ring differs from what a preset says
VARIES = (0.6, 1.5)
#: bookings a client has with the ring
EACH = 1.6


@dataclass(frozen=True)
class Hire:
    """What a preset says of a ring; the meaning of each part is that of `Scheme`.

    `a_day` bookings a working day, about; `clerks` of the centre, who are drawn; `span`: the part of the world in
    which the ring acts, 0 to 1; `decoys`: bookings of people who wait their turn, as a part of the ring's.
    """

    kind: str
    a_day: float
    clerks: int = 1
    phones: int = 2
    devices: int = 2
    identified: float = 1.0
    adherence: float = 0.9
    decoys: float = 0.0
    wants: tuple[str, ...] = CROWDED
    passes: tuple[int, int] | None = None
    span: tuple[float, float] = (0.0, 1.0)


@dataclass(frozen=True)
class Hires:
    """The rings of one centre, and which part of its quota it releases (1: all)."""

    rings: tuple[Hire, ...] = ()
    releases: float = 1.0


def centres(seed: int, count: int, days: int, first_day: date, hires: Sequence[Hires]) -> tuple[Centre, ...]:
    """So many different centres; the n-th has the n-th of `hires`, which begin again at their end."""
    made = []
    for number in range(count):
        hired = hires[number % len(hires)]
        draw = Draw(stream(seed, Purpose.PLAN, number, 1))
        centre = district(seed, number, days, first_day)
        schemes = [
            _scheme(draw, centre, days, f"{centre.centre_id}-R{i + 1}", one) for i, one in enumerate(hired.rings)
        ]
        if hired.releases < 1:
            centre = withholding(centre, hired.releases)
        made.append(replace(centre, schemes=tuple(schemes)))
    return tuple(made)


def _longest_queues(centre: Centre) -> list[Service]:
    """The two common items with most to do, where a place is worth money."""
    common = [one for one in centre.services if not any(window.services == (one.code,) for window in centre.windows)]
    return sorted(common, key=lambda one: -one.quota * one.median_s)[:2]


def _scheme(draw: Draw, centre: Centre, days: int, ring: str, hire: Hire) -> Scheme:
    first, last = round(hire.span[0] * days), max(round(hire.span[1] * days), 1) - 1
    active = last - first + 1
    size = all_arrangements()[hire.kind].size
    bookings = max(round(hire.a_day * draw.part(*VARIES) * active), size)
    common = [clerk.clerk_id for clerk in centre.clerks if not clerk.specialist]
    clerks = tuple(common[int(i)] for i in sorted(draw.rng.permutation(len(common))[: hire.clerks]))
    return Scheme(
        kind=hire.kind,
        ring=ring,
        clerks=clerks,
        service=chosen(draw.rng, _longest_queues(centre)).code,
        clients=max(round(bookings / EACH), 8 * size),
        bookings=bookings,
        days=max(round(active * draw.part(0.5, 0.9)), 1),
        phones=hire.phones,
        devices=hire.devices,
        wants=hire.wants,
        adherence=hire.adherence,
        identified=hire.identified,
        decoys=round(hire.decoys * bookings),
        first=first,
        last=last,
        passes=hire.passes,
    )
