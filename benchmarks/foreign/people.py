"""Citizens and the identifiers they book with, some of them shared quite innocently."""

import numpy as np

from benchmarks.foreign.model import Person, pick


class People:
    """The population round one centre; the same citizens come back on other days."""

    def __init__(self, seed: int, index: int, size: int) -> None:
        """Households of one to three share a line at home; a quarter use a carrier's few addresses."""
        rng = np.random.default_rng([seed, index, 4])
        self._rng_tag = index + 1
        self.all: list[Person] = []
        ages = np.clip(rng.gamma(5.0, 9.5, size), 16, 96).astype(int)
        carrier = [f"100.{64 + index}.{a}.{b}" for a in range(4) for b in range(10)]
        while len(self.all) < size:
            home = f"10.{index + 20}.{int(rng.integers(256))}.{int(rng.integers(1, 255))}"
            family = int(rng.integers(1, 4))
            shared_phone, shared_device = rng.random() < 0.08, rng.random() < 0.15
            first = len(self.all)
            for _ in range(family):
                number = len(self.all) if not shared_phone else first
                device = len(self.all) if not shared_device else first
                address = pick(rng, carrier) if rng.random() < 0.25 else home
                age = int(ages[len(self.all) % size])
                self.all.append(self._person(rng, number, device, age, address))
        self.elders = [person for person in self.all if person.birth_year <= 1956]

    def _person(self, rng: np.random.Generator, number: int, device: int, age: int, address: str) -> Person:
        """One citizen with ids that tell nothing."""
        key = f"P{self._rng_tag}{int(rng.integers(10**9)):09d}"
        return Person(
            key,
            2026 - age,
            f"1{self._rng_tag:02d}{number * 7919 % 10**8:08d}",
            f"d{self._rng_tag}-{device * 104729 % 10**7:07x}",
            address,
        )

    def draw(self, rng: np.random.Generator) -> Person:
        """Anybody."""
        return pick(rng, self.all)

    def elder(self, rng: np.random.Generator) -> Person:
        """Somebody of seventy or more."""
        return pick(rng, self.elders)
