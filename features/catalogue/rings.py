"""Hidden intermediaries: what is known of the ring that a booking is of, over the 30 days up to the night."""

import ibis
import ibis.expr.types as ir

from features.declare import feature

NO_CONTACT = "neither phone nor agent delivered, and its device is no ring's"


@feature(unit="bookings", needs=(), null=NO_CONTACT)
def ring_bookings_30d(rings: ir.Table) -> ir.Value:
    """Bookings made with the ring's telephones, devices and agents; 0: of no ring."""
    return _whole(rings, rings.ring_bookings)


@feature(unit="applicants", needs=(), null=NO_CONTACT)
def ring_applicants(rings: ir.Table) -> ir.Value:
    """Different citizens who booked with them; 0: of no ring."""
    return _whole(rings, rings.ring_applicants)


@feature(unit="identifiers", needs=(), null=NO_CONTACT)
def ring_identifiers(rings: ir.Table) -> ir.Value:
    """Telephones, devices and unregistered agents of the ring; 0: of no ring."""
    return _whole(rings, rings.ring_identifiers)


@feature(unit="centres", needs=(), null=NO_CONTACT)
def ring_centres(rings: ir.Table) -> ir.Value:
    """Centres that the ring booked at; 0: of no ring."""
    return _whole(rings, rings.ring_centres)


@feature(unit="days", needs=(), null=NO_CONTACT)
def ring_age_days(rings: ir.Table) -> ir.Value:
    """Days from the first booking with the ring's identifiers, within the 30 days, to the night; 0: of no ring.

    Of a ring that is older it is 29 or a little less.
    """
    return _whole(rings, rings.service_day.delta(rings.ring_first_day, unit="day"))


@feature(unit="weight a member", needs=(), null=NO_CONTACT)
def ring_density(rings: ir.Table) -> ir.Value:
    """FRAUDAR's density of the ring: rarity by member, over identifiers and citizens; 0: of no ring.

    Each use of an identifier by a citizen weighs 1 / log(citizens of the identifier + 5) (Hooi et al., KDD 2016).
    """
    return _whole(rings, rings.ring_density)


def _whole(rings: ir.Table, value: ir.Value) -> ir.Value:
    return rings.assessed.ifelse(ibis.coalesce(value, 0), None)
