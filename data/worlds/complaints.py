"""Complaints as citizens write them, some answered, some not."""

from dataclasses import dataclass
from datetime import date

from data.worlds.chance import Purpose, between, chosen, stream
from data.worlds.clock import DAY, HOUR, instant
from data.worlds.day import Gist
from data.worlds.plan import Centre
from data.worlds.records import Complaint

#: after how long a complaint is answered, if it is (s)
ANSWERED_S = (DAY, 6 * DAY)
#: as many people must have been turned away on a day for a complaint about slots
MANY_REFUSED = 10


@dataclass(frozen=True)
class Grievance:
    """What somebody complains of, in their words, and what the centre answers when it answers."""

    category: str
    texts: tuple[str, ...]
    outcomes: tuple[str, ...]


SLOTS_GONE = Grievance(
    "预约号源",
    (
        "早上八点放号，手机点进去就显示约满，连着三天都没抢到手工报销的号。",
        "号源几分钟就没有了，打电话预约一直占线，老人不会用手机怎么办？",
        "网上约不到号，现场机器又说当日取号已满，白跑一趟。",
    ),
    ("已解释放号规则", "建议改约其他日期", "已协助电话预约"),
)
LONG_WAIT = Grievance(
    "排队等候",
    (
        "预约的上午十点，等到十一点才叫到我，预约的意义在哪里？",
        "大厅里人很多，窗口却没有全开，等了一个多小时。",
        "周一上午排队时间太长，希望增加窗口。",
    ),
    ("已致歉", "已增派人员", "已解释高峰情况"),
)
OUT_OF_TURN = Grievance(
    "叫号秩序",
    (
        "我前面明明没几个人，有人后到却先办，问工作人员说是系统叫的号。",
        "比我晚取号的人先被叫到窗口，希望查一下叫号顺序。",
    ),
    ("经查为系统叫号，已答复", "已提醒窗口人员"),
)

NIGHT_QUEUE = Grievance(
    "夜间排队",
    (
        "夜里两点就来排队，前面已经三十多个人，早上发号还是没领到。",
        "为了办医保报销，老人裹着被子在门口排了一整夜，一天只放几十个号，下午窗口明明空着。",
        "凌晨排队领号已经好几个月了，反映过多次，没有人回复。",
        "排了一夜的队没有号，有人早上九点才来，却直接进去办了。",
        "天不亮就要来排队，发号十分钟就没了，能不能多放一些号？",
    ),
    ("已解释放号规则", "已转业务科室研究", "建议错峰办理"),
)
#: from so many people a day who queue at night, complaints speak of it, and more often by each further so many
QUEUES_AT_NIGHT, MORE_OFTEN = 4, 12


def complain(seed: int, number: int, centre: Centre, days: list[Gist]) -> list[Complaint]:
    """The centre's complaints over the whole world, in order of time; some come from people really passed."""
    rng = stream(seed, Purpose.COMPLAINTS, number)
    moments: list[tuple[int, Grievance]] = []
    for _ in range(centre.complaints):
        grievance = chosen(rng, _grievances(centre))
        day = chosen(rng, _days_with(grievance, days) or [one.day for one in days])
        moments.append((instant(day, "10:00") + between(rng, 0, 9 * HOUR), grievance))
    complaints = []
    for count, (received, grievance) in enumerate(sorted(moments, key=lambda one: one[0]), 1):
        answered = rng.random() < centre.habits.answers
        replied = received + between(rng, *ANSWERED_S) if answered else None
        outcome = chosen(rng, grievance.outcomes) if answered else None
        name = f"{centre.centre_id}-TS-{count:03d}"
        text = chosen(rng, grievance.texts)
        complaints.append(Complaint(name, centre.centre_id, received, grievance.category, text, replied, outcome))
    return complaints


def _grievances(centre: Centre) -> tuple[Grievance, ...]:
    usual, at_night = (SLOTS_GONE, LONG_WAIT, OUT_OF_TURN), centre.habits.night_queue
    if at_night < QUEUES_AT_NIGHT:
        return usual
    return (*usual, *(NIGHT_QUEUE,) * (1 + int(at_night / MORE_OFTEN)))


def _days_with(grievance: Grievance, days: list[Gist]) -> list[date]:
    """The days that gave cause for it."""
    if grievance is SLOTS_GONE:
        return [one.day for one in days if one.refused >= MANY_REFUSED]
    if grievance is OUT_OF_TURN:
        return [one.day for one in days if one.passed]
    return [one.day for one in days]
