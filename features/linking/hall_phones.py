"""The telephones of the halls themselves: numbers that employees fill in for people who have none."""

import ibis.expr.types as ir

from features.night import Night
from features.queues.lines import Ints
from features.summaries.typed import TYPED_DAYS

#: the part of its bookings that employees of one centre typed in, from which a number is that hall's: others may have
#: been told it by mistake
TYPED_PART = 0.8
#: the part of the employees who fill it in, of those who would if it were anybody's to fill in: an intermediary has one
#: or two on its side
TYPISTS_PART = 0.6
#: and employees who do: of a single one nobody knows whose number it is
TYPISTS = 2


def hall_phones(night: Night) -> Ints:
    """The numbers of the telephones that are a hall's own, in the weeks up to the night, ascending.

    Where nobody records who typed a booking in, none is known.
    """
    typed = night.table("typed", TYPED_DAYS)
    typed = typed.filter(typed.created_by.notnull())
    of_phone = typed.filter(typed.phone.notnull())
    of_phone = of_phone.group_by("phone").aggregate(
        centre_id=of_phone.centre_id.min(),
        centres=of_phone.centre_id.nunique(),
        used_by=of_phone.created_by.nunique(),
        typed=of_phone.bookings.sum(),
    )
    of_phone = of_phone.filter(of_phone.centres == 1, of_phone.used_by >= TYPISTS)
    by_many = of_phone.inner_join(_typists(typed), "centre_id")
    # whoever types a part p of a centre's bookings is among those of any n of them with probability 1 - (1 - p)^n
    by_many = by_many.group_by("phone", "used_by", "typed").aggregate(
        expected=(1 - (1 - by_many.part) ** by_many.typed).sum()
    )
    by_many = by_many.filter(by_many.used_by >= TYPISTS_PART * by_many.expected)
    contacts = night.table("contacts", TYPED_DAYS)
    made = contacts.filter(contacts.kind == "phone").semi_join(by_many, [("identifier", "phone")])
    made = made.group_by(phone=made.identifier).aggregate(made=made.bookings.sum())
    found = by_many.inner_join(made, "phone")
    found = found.filter(found.typed >= TYPED_PART * found.made).select("phone").order_by("phone")
    numbers: Ints = night.engine.arrow(found)["phone"].to_numpy()
    return numbers


def _typists(typed: ir.Table) -> ir.Table:
    """The part that each employee has in what is typed in at a centre."""
    typists = typed.group_by("centre_id", "created_by").aggregate(bookings=typed.bookings.sum())
    total = typed.group_by("centre_id").aggregate(total=typed.bookings.sum())
    both = typists.inner_join(total, "centre_id")
    return both.select("centre_id", part=both.bookings / both.total)
