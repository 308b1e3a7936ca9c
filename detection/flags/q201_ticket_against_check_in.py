"""Q201: the ticket number contradicts the recorded check-in time."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q201",
    name=Words("票号与取号时间矛盾", "ticket against check-in"),
    family="records",
    side="benefit",
    unit=Words("人", "people"),
    at_least=5,
    rare=2e-3,
    rarity=Words(
        "取号机依次发号；卡纸补票等故障约五百票一次",
        "machines number in sequence; a jam or a ticket replaced by hand happens once in five hundred tickets",
    ),
    needs=("tickets_contradicted",),
    why=Words(
        "票号按取号先后发放。登记的取号时间早于许多更小票号者，说明时间被改早，使办理次序看似正常。",
        "Tickets are numbered as they are taken. A check-in that is recorded earlier than those of many lower "
        "numbers was moved back, so that the order of service looks right.",
    ),
    source="Hall machines number tickets in sequence; five, because neighbours swap within the clocks' skew.",
    innocent=(
        Innocent(
            Words(
                "两台取号机时钟不一致：此时整段票号都会矛盾",
                "two machines whose clocks differ: then whole stretches of tickets contradict",
            ),
            checked=False,
        ),
        Innocent(Words("卡纸后补发的票", "a ticket replaced after a paper jam"), checked=False),
    ),
    text=Words(
        "登记的取号时间早于 {value} 名票号更小的人；本中心通常为 {expected}",
        "checked in, on record, before {value} of those with lower ticket numbers; usual at this centre: {expected}",
    ),
    meaning="本网点票号更小而登记取号时间更晚的人数。",
)
def ticket_against_check_in(features: ir.Table) -> ir.Value:
    """People of the centre with a lower ticket number and a later recorded check-in."""
    return features.tickets_contradicted
