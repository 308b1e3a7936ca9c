"""Q403: from a device whose bookings are given up, most of them."""

import ibis.expr.types as ir

from detection.flag import Innocent, Words, flag

#: citizens on a device in 30 days from which on a share of its bookings says something
LEAST_APPLICANTS = 3


@flag(
    code="Q403",
    name=Words("囤号", "hoarding"),
    family="booking",
    side="channel",
    beside=("booking",),
    unit=Words("比例", "share"),
    at_least=0.8,
    rare=0.05,
    rarity=Words(
        "几人共用的设备只有几次预约，碰巧全部落空的不超过二十分之一",
        "devices that three or four share have few bookings; of at most one in twenty all fall through by chance",
    ),
    exposure=Words("30 天内设备上至少三名办事人", "three citizens on the device within 30 days"),
    needs=("device_never_served_28d", "applicants_on_device"),
    why=Words(
        "替许多人约号，却大多退掉或爽约：先囤着，找到买主再用。",
        "A device that books for several people and lets most bookings lapse keeps slots until a client is found.",
    ),
    source="Judgement: four of five, since most honest bookings are served; three people, so that one citizen's change "
    "of mind is not a pattern.",
    innocent=(
        Innocent(Words("设备上只有一两人", "a device of one or two people"), checked=True),
        Innocent(
            Words("停业或系统故障，许多预约一并取消", "a closure or an outage that cancelled many bookings"),
            checked=False,
        ),
        Innocent(
            Words("公用电脑，其使用者互不相识", "a public computer whose users do not know one another"), checked=False
        ),
    ),
    text=Words(
        "所用设备 28 天内的预约有 {value} 被取消或爽约；本中心平均 {expected}",
        "share of its device's bookings of 28 days cancelled or missed: {value}; the centre's mean: {expected}",
    ),
    meaning="该设备 28 天内的预约中被取消或爽约的比例；设备上不足三名办事人的不予评估。",
)
def hoarding(features: ir.Table) -> ir.Value:
    """Share of its device's bookings of 28 days that were cancelled or missed; null below three citizens on it."""
    enough = features.applicants_on_device >= LEAST_APPLICANTS
    return enough.ifelse(features.device_never_served_28d, None)
