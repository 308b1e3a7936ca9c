"""Q501: identifiers shared by more citizens than a family has."""

import ibis
import ibis.expr.types as ir

from detection.flag import Innocent, flag


@flag(
    code="Q501",
    family="links",
    side="channel",
    unit="applicants",
    at_least=6,
    why="An intermediary books for many citizens from the same phone or device without being registered as an agent.",
    source="Six: a household has two to five people (design, features of links).",
    innocent=(
        Innocent("a family, which shares a phone among up to five people", checked=True),
        Innocent("a library's, village's or employer's computer: its users come without any benefit", checked=False),
        Innocent("a registered agency: compare the agents' register", checked=False),
    ),
    text="phone or device shared by {value} different citizens within 30 days; {expected} is usual in this queue",
)
def undeclared_intermediary(features: ir.Table) -> ir.Value:
    """Different citizens on this booking's phone or on its device in 30 days, whichever are more."""
    phone, device = features.applicants_on_phone, features.applicants_on_device
    return ibis.greatest(phone.fill_null(device), device.fill_null(phone))
