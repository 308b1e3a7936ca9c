"""The citizens of a district: who they are, whose telephone they use, how often they come.

Every identifier is invented: identity numbers carry a region from 000000 on (real ones start at 110000) and a wrong
check character, addresses lie in the ranges set aside for documentation (RFC 5737).
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from data.worlds.chance import Purpose, stream

#: share of households in which 2 to 4 citizens share one telephone and one device
SHARING = 0.048
#: how much more often a sharing household comes than others: it is older and has more children
SHARING_COMES = 3.0
#: ages (years) of applicants at a medical-insurance hall: share, youngest, oldest
AGES = ((0.45, 19, 44), (0.38, 45, 69), (0.17, 70, 92))
ELDERLY_FROM = 70  # years; usual age of the priority window in city service halls
#: shares of the younger who hold a priority card; of women up to 42, many of whom come for maternity claims
DISABLED, VETERAN = 0.015, 0.01
PREGNANT, PREGNANT_UP_TO = 0.08, 42
#: addresses behind which a carrier puts the telephones of a district, and self-service machines in a hall
CARRIER_ADDRESSES, KIOSKS = 4, 2
#: the hall's own telephone, without its area code and with the number of the centre to be added
LANDLINE = 88_000_000
#: GB 11643-1999: weights and characters of an identity number's check
CHECK_CHARACTERS = "10X98765432"
CENTRES_A_REGION = 49
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Contact:
    """What a booking leaves behind of how it was made; null where the way of booking has none."""

    phone: str | None = None
    device_id: str | None = None
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen; `standing` is the priority class they may claim, null: none."""

    applicant_id: str
    birth_year: int
    contact: Contact
    standing: str | None


def right_check_character(first17: str) -> str:
    """The check character that a real identity number with these 17 digits would end in (GB 11643-1999).

    >>> right_check_character("11010519491231002")
    'X'
    """
    total = sum(weight * int(digit) for weight, digit in zip(CHECK_WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


class Identifiers:
    """Hands out identifiers that no one else of the same world has; `centre` keeps districts apart."""

    def __init__(self, rng: np.random.Generator, centre: int) -> None:
        self._rng = rng
        self._centre = centre
        # serials repeat after so many centres; then the region counts on, which no real region's code starts with
        self._region, self._serials = divmod(centre, CENTRES_A_REGION)
        self._phones = iter(rng.permutation(10_000).tolist())
        self._taken: set[str] = set()

    def phone(self) -> str:
        """A mobile number, 199 0ccc nnnn with the centre's number in the middle."""
        return f"1990{self._centre:03d}{next(self._phones):04d}"

    def device(self) -> str:
        """A device fingerprint: 16 hexadecimal digits."""
        return self._rng.bytes(8).hex()

    def ip(self) -> str:
        """A documentation address; many households share one, as behind a carrier's NAT."""
        block = "203.0.113" if self._rng.random() < 0.5 else "198.51.100"
        return f"{block}.{int(self._rng.integers(1, 255))}"

    def contact(self) -> Contact:
        """A telephone, a device and an address of one's own."""
        return Contact(self.phone(), self.device(), self.ip())

    def applicant(self, birth_year: int, *, woman: bool) -> str:
        """An 18-character identity text with that year of birth that no authority can have issued."""
        while True:
            month, day = int(self._rng.integers(1, 13)), int(self._rng.integers(1, 29))
            serial = 20 * self._serials + 2 * int(self._rng.integers(0, 10)) + (0 if woman else 1)
            first17 = f"{self._region:06d}{birth_year}{month:02d}{day:02d}{serial:03d}"
            if first17 not in self._taken:
                self._taken.add(first17)
                right = CHECK_CHARACTERS.index(right_check_character(first17))
                return first17 + CHECK_CHARACTERS[(right + 1) % 11]


def _person(rng: np.random.Generator, identifiers: Identifiers, contact: Contact, year: int) -> Person:
    shares = [share for share, _, _ in AGES]
    _, youngest, oldest = AGES[int(rng.choice(len(AGES), p=shares))]
    age = int(rng.integers(youngest, oldest + 1))
    woman = bool(rng.random() < 0.5)
    draw = rng.random()
    standing: str | None = None
    if age >= ELDERLY_FROM:
        standing = "elderly"
    elif draw < DISABLED:
        standing = "disabled"
    elif draw < DISABLED + VETERAN:
        standing = "veteran"
    elif woman and age <= PREGNANT_UP_TO and draw < DISABLED + VETERAN + PREGNANT:
        standing = "pregnant"
    birth_year = year - age
    return Person(identifiers.applicant(birth_year, woman=woman), birth_year, contact, standing)


class Population:
    """A district's citizens; drawing follows how often each comes.

    `library` is the contact of the public computer at which anybody may book: one device, one address, no
    telephone. `kiosks` are those of the hall's machines, `counter` what employees fill in for people who have no
    telephone, on the terminal at their desk, `carrier` the addresses of the mobile network (in RFC
    2544's range for tests), `households` the people who share a telephone, two to four each. Ages are those of `year`.
    """

    def __init__(self, seed: int, centre: int, size: int, *, year: int) -> None:
        rng = stream(seed, Purpose.PEOPLE, centre)
        self.identifiers = Identifiers(rng, centre)
        self.library = Contact(None, self.identifiers.device(), self.identifiers.ip())
        self.people: list[Person] = []
        self.households: list[list[Person]] = []
        self.carrier = [f"198.18.{centre}.{host}" for host in range(1, CARRIER_ADDRESSES + 1)]
        machines = stream(seed, Purpose.LOOKALIKE, centre)
        self.kiosks = [Contact(None, machines.bytes(8).hex(), f"198.19.{centre}.1") for _ in range(KIOSKS)]
        self.counter = Contact(f"0571{LANDLINE + centre}", machines.bytes(8).hex(), f"198.19.{centre}.2")
        weights: list[float] = []
        while len(self.people) < size:
            together = int(rng.integers(2, 5)) if rng.random() < SHARING else 1
            contact = self.identifiers.contact()
            for _ in range(together):
                self.people.append(_person(rng, self.identifiers, contact, year))
                weights.append(rng.gamma(1.5) * (SHARING_COMES if together > 1 else 1.0))
            if together > 1:
                self.households.append(self.people[-together:])
        self._shares = np.array(weights) / np.sum(weights)

    def draw(self, rng: np.random.Generator, count: int, *, but: Collection[str] = ()) -> list[Person]:
        """`count` different citizens, none whose `applicant_id` is in `but`."""
        spare = min(count + len(but), len(self.people))
        picks = rng.choice(len(self.people), spare, replace=False, p=self._shares)
        people = (self.people[int(index)] for index in picks)
        return [person for person in people if person.applicant_id not in but][:count]
