"""The telephones of messengers: who comes openly with the papers of a whole company."""

from features.night import Night
from features.queues.lines import Ints
from features.summaries.delegations import DELEGATION_DAYS

#: the part of those who came under a number that came in delegations, from which it is a messenger's. An intermediary's
#: clients come one by one, each at the hour of a slot
IN_DELEGATIONS = 0.8


def messenger_phones(night: Night) -> Ints:
    """The numbers of the telephones under which people come in delegations, in the weeks up to the night, ascending."""
    rows = night.table("delegations", DELEGATION_DAYS)
    rows = rows.semi_join(rows.filter(rows.together > 0).select("phone").distinct(), "phone")  # a few of millions
    found = rows.group_by("phone").aggregate(came=rows.came.sum(), together=rows.together.sum())
    found = found.filter(found.together >= IN_DELEGATIONS * found.came).select("phone").order_by("phone")
    numbers: Ints = night.engine.arrow(found)["phone"].to_numpy()
    return numbers
