"""Whether a slot was passed on between people who have nothing to do with each other; what two flags ask."""

import ibis.expr.types as ir

from features.linking.contact_weights import HOUSEHOLD


def passed_on(features: ir.Table, within: ir.BooleanValue) -> ir.Value:
    """1 where the slot changed hands `within` the time that a flag asks of, of who gave it up and of who took it.

    Else 0, and where both name the same telephone and that is a household's or an office's. Null: the slot has no name,
    or no cancellations were delivered.
    """
    theirs = (features.applicants_on_phone <= HOUSEHOLD) | (features.phone_hub == 1)
    lawful = (features.handed_within_phone == 1).fill_null(False) & theirs.fill_null(True)
    return features.handed_over.notnull().ifelse((within.fill_null(False) & ~lawful).cast("float64"), None)
