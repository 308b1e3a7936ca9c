"""What ties a booking to others: identifiers that different citizens share."""

import ibis.expr.types as ir

from features.declare import feature


@feature(unit="applicants", needs=("phone",), null="no phone delivered")
def applicants_on_phone(links: ir.Table) -> ir.Value:
    """Different citizens who booked with this phone in the 30 days up to the night."""
    return links.applicants_on_phone


@feature(unit="applicants", needs=("device_id",), null="no device delivered")
def applicants_on_device(links: ir.Table) -> ir.Value:
    """Different citizens who booked from this device in the 30 days up to the night."""
    return links.applicants_on_device_id


@feature(unit="applicants", needs=("ip",), null="no address delivered")
def applicants_on_address(links: ir.Table) -> ir.Value:
    """Different citizens who booked from this network address in the 30 days up to the night."""
    return links.applicants_on_ip
