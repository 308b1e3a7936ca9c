"""Q501: identifiers shared by more citizens than a family has."""

import ibis
import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag


@flag(
    code="Q501",
    name=Words("未登记的代办", "undeclared intermediary"),
    family="links",
    side="channel",
    unit=Words("人", "applicants"),
    at_least=6,
    rare=0.1,
    rarity=Words(
        "图书馆、村委会和单位的公用电脑使用者众多，可占全部预约的数个百分点，机构枢纽已剔除",
        "computers of libraries, villages and employers have many users, some percent of all bookings; institutions "
        "are left out",
    ),
    needs=(
        *("applicants_on_phone", "applicants_on_device", "phone_hub", "device_hub"),
        *("agent_registered", "family_like"),
    ),
    why=Words(
        "中介未登记为代理，却用同一电话或设备为许多办事人预约。",
        "An intermediary books for many citizens from the same phone or device without being registered as an agent.",
    ),
    source="Six: a household has two to five people (design, features of links).",
    innocent=(
        Innocent(
            Words("家庭：至多五人共用一部电话", "a family, which shares a phone among up to five people"), checked=True
        ),
        Innocent(
            Words(
                "大厅自助机、大厅代填的电话，或每月有三百人使用的机构电话、设备",
                "a hall's kiosk or own phone, or an institution's phone or device that 300 people use a month",
            ),
            checked=True,
        ),
        Innocent(Words("有效登记的代理机构", "an agency whose registration is valid"), checked=True),
        Innocent(
            Words(
                "图书馆、村委会或单位的电脑：其使用者没有任何获益",
                "a library's, village's or employer's computer: its users come without any benefit",
            ),
            checked=False,
        ),
        Innocent(
            Words("登记材料未提供的代理机构", "a registered agency, where no register was delivered"), checked=False
        ),
    ),
    text=Words(
        "所用电话或设备 30 天内为 {value} 名不同办事人预约；本中心通常为 {expected}",
        "citizens within 30 days who share its phone or device: {value}; usual at this centre: {expected}",
    ),
    meaning="30 天内使用该预约的电话或设备的不同办事人数，取多者。机构、自助机、家庭和有效登记的代理计为 0。",
)
def undeclared_intermediary(features: ir.Table) -> ir.Value:
    """Different citizens on this booking's phone or on its device in 30 days, whichever are more.

    An institution's, a kiosk's, a family's and those of an agent whose registration is valid count as 0.
    """
    phone = _counted(features.applicants_on_phone, features.phone_hub)
    device = _counted(features.applicants_on_device, features.device_hub)
    shared = ibis.greatest(phone.fill_null(device), device.fill_null(phone))
    return _counted(_counted(shared, features.agent_registered), features.family_like)


def _counted(value: ir.Value, explained: ir.Value) -> ir.Value:
    """The value, 0 where it is known to be explained."""
    return (explained.fill_null(0) == 1).ifelse(value * 0, value)
