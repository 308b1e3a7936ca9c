"""Complaints and the register of agents: the two tables that tell of people's words rather than of queues."""

from typing import Any

import numpy as np

from benchmarks.foreign.model import HOUR, between, pick
from benchmarks.foreign.tables import Rows, date_of, instant
from benchmarks.foreign.today import Today

WORDS = {
    "waiting": ("等了将近两个小时才叫到我。", "上午取号,到中午还没轮到。", "窗口开得太少,大厅里全是人。"),
    "no_slot": ("一到放号时间就显示约满。", "连着几天都抢不到号。", "电话说没有号,可大厅里空着窗口。"),
    "order": ("后面来的人先办了,没人解释。", "有人没排队直接进了窗口。", "我的号被跳过去了。"),
    "manner": ("工作人员态度冷淡。", "材料不齐也不一次说清楚。"),
}


def complain(today: Today, rows: Rows) -> None:
    """Some of those refused, kept long or passed over complain, mostly about innocent things."""
    centre, day = today.centre, today.day
    rng = today.rng
    long_waits = sum(1 for v in today.visits if v.called and v.arrival and v.called - v.arrival > 1.3 * HOUR)
    passed = sum(v.passed for v in today.visits if not v.favoured)
    expected = {
        "waiting": 0.008 * long_waits,
        "no_slot": 0.012 * len(today.refusals),
        "order": 0.0004 * passed,
        "manner": 0.08,
    }
    answers = between(np.random.default_rng([centre.index, 6]), 0.2, 1.0)
    for category, mean in expected.items():
        for _ in range(int(rng.poisson(mean))):
            at = between(rng, 9, 22) * HOUR
            answered = rng.random() < answers
            reply = at + between(rng, 20, 300) * HOUR
            rows["complaints"].append(
                {
                    "complaint_id": f"K{len(rows['complaints']) + 1:05d}",
                    "centre_id": centre.centre_id,
                    "received_at": instant(day, at),
                    "category": category,
                    "text": pick(rng, WORDS[category]),
                    "replied_at": instant(day, reply) if answered else None,
                    "outcome": pick(rng, ("explained", "apology", "unfounded")) if answered else None,
                }
            )


def register(rows: Rows) -> None:
    """List the agents that occur: employers, and agencies that hold a licence whatever else they do."""
    seen = sorted({row["agent_id"] for row in rows["bookings"] if row["agent_id"]})
    start = date_of(0).replace(year=2025)
    for agent in seen:
        agency = int(agent[1:]) >= 100 or int(agent[1:]) % 5 == 0
        entry: dict[str, Any] = {
            "agent_id": agent,
            "kind": "licensed_agency" if agency else "employer",
            "registered_from": start,
            "registered_to": None,
            "name": f"{'Agency' if agency else 'Works'} {agent[1:]}",
        }
        rows["agents"].append(entry)
