"""Figures as people read them, and the words that a check-up needs more than once."""

from detection.flag import Words

#: daily series that are watched for change
WHAT = {
    "released": Words("放号", "released slots"),
    "served": Words("办理人数", "people served"),
    "refused": Words("约不到号的次数", "attempts without a slot"),
    "off_quota": Words("超放号办理", "service beyond the quota"),
}
VERDICTS = {
    "adequate": Words("基本匹配", "adequate"),
    "withheld": Words("号源截留", "withheld"),
    "not_assessed": Words("未评估", "not assessed"),
}
#: why a part is not assessed, in Chinese
LACKING_ZH = {
    "no quotas delivered": "没有放号数据",
    "no refusals delivered": "没有约不到号的记录",
    "no complaints delivered": "没有投诉数据",
    "no night of the period has been run": "该时段还没有跑过夜间任务",
    "no shifts delivered: windows count as open when they were seen working": "没有排班表，按看得到在办理的时段计算",
    "no service with its times and window is known": "没有带时间和窗口的办理记录",
    "hardly anybody waited, or nobody's check-in and service times are known": "几乎没有人等候，或没有取号和办理时间",
    "fewer than 5 days of service with open windows": "有窗口办理的日子不足 5 天",
    "fewer than 10 days with released slots and service": "有放号又有办理的日子不足 10 天",
    "released slots that cannot be, more than 20 times what could be served": "放号数不可能：超过办理能力的 20 倍",
}


def number(value: float) -> str:
    """To one place below ten, else whole, with thousands."""
    return f"{value:,.1f}" if abs(value) < 10 else f"{value:,.0f}"


def percent(value: float) -> str:
    """A share in whole hundredths."""
    return f"{value:.0%}"


def clock(seconds: float) -> Words:
    """How long something took."""
    if seconds < 120:
        return Words(f"{seconds:.0f} 秒", f"{seconds:.0f} seconds")
    if seconds < 2 * 3600:
        return Words(f"{seconds / 60:.0f} 分钟", f"{seconds / 60:.0f} minutes")
    if seconds < 2 * 86400:
        return Words(f"{seconds / 3600:.0f} 小时", f"{seconds / 3600:.0f} hours")
    return Words(f"{seconds / 86400:.0f} 天", f"{seconds / 86400:.0f} days")
