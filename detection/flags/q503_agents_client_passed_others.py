"""Q503: a registered agent's client passed others."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q503",
    name=Words("登记代理的客户越过他人", "a registered agent's client passed others"),
    family="links",
    side="channel",
    beside=(),
    unit=Words("人", "people"),
    at_least=1,
    rare=0.05,
    rarity=Words(
        "任何人的叫号都可能因误叫越过他人，约二十次中一次",
        "a miscall makes anybody pass somebody, in about one call of twenty",
    ),
    exposure=Words("申报了代理，且提供了代理登记", "an agent declared, and a register delivered"),
    needs=("agent_registered", "people_passed"),
    why=Words(
        "登记只许可代办，不许可先办；其客户却越过了正在等候的人。",
        "Registration lets an agent book for others and not go first, yet its client passed people who were waiting.",
    ),
    source="Judgement: registration explains shared identifiers (Q501) and no lost turn; so one person is enough.",
    innocent=(
        Innocent(Words("有登记理由的越过不计", "passing with a recorded reason does not count"), checked=True),
        Innocent(Words("误叫或相邻两人互换", "a miscall, or neighbours who swapped"), checked=False),
    ),
    text=Words(
        "登记代理的客户越过 {value} 名应先办理的人；本中心平均 {expected}",
        "the client of a registered agent passed {value} of those entitled earlier; the centre's mean: {expected}",
    ),
    meaning="代理登记有效时，无据越过的应先办理的人数；登记无效的为 0。",
)
def agents_client_passed_others(features: ir.Table) -> ir.Value:
    """People whom the client of a validly registered agent passed unexplained; 0 where the registration is not valid.

    Null where no agent was declared or no register delivered. By itself no hypothesis: Q101 is, and this stands beside.
    """
    return features.people_passed * features.agent_registered
