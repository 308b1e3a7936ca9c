"""A check-up in words and figures, in Chinese and English: what `checkups.findings` holds."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from detection.checkup.balance import LEAST_SHARE
from detection.checkup.centre import Checkup
from detection.checkup.wording import LACKING_ZH, WHAT, clock, number, percent
from detection.flag import Words

#: the parts of a check-up of which `lacking` may say why they are not assessed
PARTS = {
    "capacity": Words("办理能力", "capacity"),
    "verdict": Words("结论", "verdict"),
    "quotas": Words("放号", "released slots"),
    "refusals": Words("约不到号的情况", "refusals"),
    "roster": Words("排班", "roster"),
    "complaints": Words("投诉", "complaints"),
    "off_quota": Words("超放号办理", "service beyond the quota"),
}


def told(one: Checkup) -> dict[str, Any]:
    """The findings in words (`findings`: code, text, text_zh), what was not assessed, days left out, and figures."""
    return {
        "findings": [{"code": code, "text": said.en, "text_zh": said.zh} for code, said in _said(one)],
        "not_assessed": [
            {"part": part, "text": f"not assessed: {why}", "text_zh": f"未评估：{LACKING_ZH.get(why, why)}"}
            for part, why in one.lacking.items()
        ],
        "left_out": [
            {"day": str(day), "why": why} for day, why in sorted(one.left_out.items(), key=lambda of: str(of[0]))
        ],
        "figures": _figures(one),
    }


def _figures(one: Checkup) -> dict[str, Any]:
    able = one.capacity
    return {
        "q_value": one.q,
        "balance": one.balance and asdict(one.balance),
        "pools": [
            {
                "items": list(pool.items),
                "windows": round(pool.windows, 2),
                "minutes_a_person": round(pool.cycle_s / 60, 2),
                "capacity_per_day": round(pool.per_day, 2),
            }
            for pool in (able.pools if able else ())
        ],
        "items": [
            {name: (None if value != value else value) for name, value in row.items()}  # noqa: PLR0124 # not a number
            for row in one.items.to_dict("records")
        ],
        "idling": one.idling and asdict(one.idling),
        "demand": asdict(one.demand),
        "complaints": one.complaints and asdict(one.complaints),
        "off_quota": one.off_quota and asdict(one.off_quota),
        "changes": [asdict(change) | {"day": str(change.day)} for change in one.changes],
        "displaced": [
            {"source": moved.source, "fell": str(moved.fell.day), "target": moved.target, "rose": str(moved.rose.day)}
            for moved in one.displaced
        ],
        "recommended": one.recommended and asdict(one.recommended),
        "beside": one.beside and asdict(one.beside),
        "on_paper": list(one.on_paper),
    }


def _said(one: Checkup) -> Iterator[tuple[str, Words]]:
    yield "verdict", _verdict(one)
    yield from _of_capacity(one)
    yield from _of_demand(one)
    yield from _of_idling(one)
    yield from _of_complaints(one)
    yield from _of_off_quota(one)
    yield from _of_changes(one)
    yield from _of_peers(one)
    yield from _of_recommended(one)


def _verdict(one: Checkup) -> Words:
    now = one.balance
    if now is None or one.capacity is None:
        why = one.lacking.get("capacity") or one.lacking.get("verdict") or "no quotas delivered"
        return Words(f"未评估：{LACKING_ZH.get(why, why)}。", f"Not assessed: {why}.")
    share = f"{percent(now.share)} ({percent(now.share_low)}–{percent(now.share_high)})"
    bar = percent(LEAST_SHARE)
    if one.verdict == "withheld":
        return Words(
            f"号源截留：所放号源和现场取号合计只用到办理能力的 {share}，整个区间低于 {bar}，同时 "
            f"{percent(now.pressed)} 的工作日有人约不到号。",
            f"Withheld: slots and walk-ins use {share} of what the centre could serve, the whole interval below {bar}, "
            f"while people were turned away on {percent(now.pressed)} of the days.",
        )
    if now.share_high < LEAST_SHARE and not now.is_pressed:
        return Words(
            f"基本匹配：放号只用到办理能力的 {share}，但多数工作日没有人约不到号。",
            f"Adequate: it lets in {share} of what it could serve, but hardly anybody was turned away.",
        )
    return Words(
        f"基本匹配：所放号源和现场取号用到办理能力的 {share}；整个区间低于 {bar} 且多有人约不到号，才判为截留。",
        f"Adequate: slots and walk-ins use {share} of what the centre could serve; withheld would be an interval "
        f"wholly below {bar} while people are turned away.",
    )


def _of_capacity(one: Checkup) -> Iterator[tuple[str, Words]]:
    able = one.capacity
    if able is None:
        return
    days = len(able.days)
    zh = f"每天能办 {number(able.per_day)} 人（95% 区间 {number(able.low)}–{number(able.high)}，据 {days} 个工作日）"
    en = (
        f"It could serve {number(able.per_day)} people a day (95 % {number(able.low)}–{number(able.high)}, {days} days)"
    )
    if one.balance:
        zh += f"，实际放号 {number(one.balance.released)} 个，办理 {number(one.balance.served)} 人"
        en += f", released {number(one.balance.released)} slots and served {number(one.balance.served)}"
    yield "capacity", Words(f"{zh}。", f"{en}.")
    if not one.has_roster:
        yield (
            "no_roster",
            Words(
                "没有排班表：只按看得到在办理的时段计算窗口开放时间，能力可能被低估。",
                "Without a roster a window counts as open while it was seen working only: capacity may be more.",
            ),
        )
    if one.on_paper:
        names = ", ".join(one.on_paper)
        yield (
            "on_paper",
            Words(f"排班表上有、却几乎没有办理过的窗口：{names}；未计入能力。",
                  f"On the roster, but hardly ever served at, and not counted: {names}."),
        )  # fmt: skip


def _of_demand(one: Checkup) -> Iterator[tuple[str, Words]]:
    asked = one.demand
    if asked.refused:
        zh, en = f"每天有 {number(asked.refused)} 次约不到号", f"{number(asked.refused)} attempts a day found no slot"
        if asked.seekers:
            zh += f"，涉及 {asked.seekers:,} 人，其中 {asked.again_and_again:,} 人反复尝试"
            en += f"; {asked.seekers:,} citizens, {asked.again_and_again:,} of whom tried again and again"
        yield "refused", Words(f"{zh}。", f"{en}.")
    if asked.sold_out and asked.sold_out_s is not None:
        yield (
            "sold_out",
            Words(
                f"{percent(asked.sold_out)} 的放号被约完，一般用时 {clock(asked.sold_out_s).zh}。",
                f"{percent(asked.sold_out)} of the releases were booked to the last slot, usually within "
                f"{clock(asked.sold_out_s).en}.",
            ),
        )
    if asked.early >= 1:
        yield (
            "early",
            Words(
                f"每天有 {number(asked.early)} 张号在第一次叫号之前就已被没有预约时段的人取走，说明有人提前排队。",
                f"{number(asked.early)} tickets a day were taken before the first call by people without an hour: "
                "they had queued.",
            ),
        )


def _of_idling(one: Checkup) -> Iterator[tuple[str, Words]]:
    idle = one.idling
    if idle is None or idle.minutes < 1:
        return
    a_day = idle.minutes / idle.days
    yield (
        "idle",
        Words(
            f"有人约不到号的 {idle.days} 天里，开着的窗口每天共空闲 {number(a_day)} 分钟，"
            f"合计还能多办 {number(idle.people)} 人。",
            f"On the {idle.days} days on which people were turned away, open windows stood empty for {number(a_day)} "
            f"minutes a day, time for {number(idle.people)} more people in all.",
        ),
    )
    if idle.finished_early >= 0.1:  # a tenth of the window-days
        yield (
            "finished_early",
            Words(
                f"其中 {percent(idle.finished_early)} 的窗口班次提前收工，平均提前 {number(idle.minutes_early)} 分钟。",
                f"On {percent(idle.finished_early)} of these window-days the last service ended half an hour and more "
                f"before closing, {number(idle.minutes_early)} minutes on the mean.",
            ),
        )


def _of_complaints(one: Checkup) -> Iterator[tuple[str, Words]]:
    said = one.complaints
    if said is None or not said.number:
        return
    zh = f"收到投诉 {said.number} 件，{said.unanswered} 件没有答复，{said.repeated} 件是同类投诉未答复时再次提出"
    en = f"{said.number} complaints, {said.unanswered} unanswered, {said.repeated} made again before one was answered"
    if said.about_supply:
        zh += f"；其中 {said.about_supply} 件说约不到号或排队"
        en += f"; {said.about_supply} were about slots and queues"
    if said.heard is not None:
        zh += "，此后放号增加，算是听进去了" if said.heard else "，此后放号没有增加，等于没听"
        en += (
            ", and more was released afterwards: heard"
            if said.heard
            else ", and no more was released afterwards: unheard"
        )
    yield "complaints", Words(f"{zh}。", f"{en}.")


def _of_off_quota(one: Checkup) -> Iterator[tuple[str, Words]]:
    off = one.off_quota
    if off is None or not off.served:
        return
    hands = ", ".join(f"{typist['clerk_id']} {typist['bookings']}" for typist in off.typists[:3])
    zh = f"超出放号办理了 {off.served} 件，其中 {off.flagged} 件已被标记"
    en = f"{off.served} bookings were served beyond the released slots, {off.flagged} of them flagged"
    if hands:
        zh, en = f"{zh}；录入人：{hands}", f"{en}; typed in by {hands}"
    yield "off_quota", Words(f"{zh}。", f"{en}.")


def _of_changes(one: Checkup) -> Iterator[tuple[str, Words]]:
    for change in one.changes:
        what = WHAT[change.what]
        way = Words("升到", "rose to") if change.raised else Words("降到", "fell to")
        yield (
            "change",
            Words(
                f"自 {change.day} 起，{what.zh}由每天 {number(change.before)} {way.zh} {number(change.after)}。",
                f"From {change.day} on {what.en} {way.en} {number(change.after)} a day, from {number(change.before)}.",
            ),
        )
    for moved in one.displaced:
        yield (
            "displaced",
            Words(
                f"超放号办理在 {moved.source} 减少（{moved.fell.day}）前后，"
                f"在 {moved.target} 增加（{moved.rose.day}）。",
                f"As service beyond the quota fell with {moved.source} ({moved.fell.day}), it rose with {moved.target} "
                f"({moved.rose.day}).",
            ),
        )


def _of_peers(one: Checkup) -> Iterator[tuple[str, Words]]:
    peers = one.beside
    if peers is None:
        return
    yield (
        "peers",
        Words(
            f"同类网点 {peers.peers} 个，中位数为能力的 {percent(peers.median)}；本网点（按不确定性向同类收缩后）"
            f"{percent(peers.shrunk)}，有 {peers.lower} 个比它低。",
            f"{peers.peers} centres like it let in {percent(peers.median)} of their capacity (median); this one, drawn "
            f"towards them by its uncertainty, {percent(peers.shrunk)}; {peers.lower} let in less.",
        ),
    )


def _of_recommended(one: Checkup) -> Iterator[tuple[str, Words]]:
    best, now = one.recommended, one.balance
    if best is None or now is None:
        return
    yield (
        "recommended",
        Words(
            f"建议每天放号 {best.slots} 个：平均等候不超过 {number(best.wait_s / 60)} 分钟，"
            f"窗口空闲约 {percent(best.idle)}。",
            f"It might release {best.slots} slots a day: mean waits of up to {number(best.wait_s / 60)} minutes, "
            f"windows idle for {percent(best.idle)} of the time.",
        ),
    )
    if one.verdict == "withheld" and one.capacity:
        more = LEAST_SHARE * one.capacity.per_day - now.usable - now.walk_ins
        coming = now.usable / now.released if now.usable else 1.0
        yield (
            "to_change",
            Words(
                f"每天再多放 {number(more / coming)} 个号，结论就会改变。",
                f"With {number(more / coming)} more slots a day the verdict would be another.",
            ),
        )
