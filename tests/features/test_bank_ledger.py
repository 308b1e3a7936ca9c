"""The ledger of a real queue: the documented shares of overtaken calls, found through the kernel.

Of the queued calls that an agent served, 30.1 % were overtaken within a day, 15.3 % within type and 6.8 % within type
and priority: by a call that came later and was answered earlier, each clock time taken on the call's own date. Five
calls cross midnight; answered at 0:01, they then count as answered a day early, before everyone who called that day.
Read rightly, and only where the overtaken was waiting, as an overtake is defined here, the shares are lower.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.queues.lines import NEVER, Calls, Ints
from features.queues.overtaking import count_overtakes, line_up

CALLS = Path(__file__).parents[3] / "shared" / "data" / "bank_calls"
DAY = 86_400  # s
#: columns that name a queue, the documented share (%), the share by our own definition (%)
SHARES = {
    "day": (["date"], 30.1, 24.6),
    "type": (["date", "type"], 15.3, 10.1),
    "type and priority": (["date", "type", "priority"], 6.8, 2.9),
}

pytestmark = pytest.mark.skipif(not CALLS.is_dir(), reason=f"the bank's calls are not at {CALLS}")


@pytest.fixture(scope="module")
def served() -> pd.DataFrame:
    """Queued calls that an agent answered, as the files have them."""
    parts = [pd.read_csv(CALLS / f"{month}_1999.csv.gz") for month in ("february", "august")]
    calls = pd.concat(parts, ignore_index=True)
    calls = calls[(calls["outcome"] == "AGENT") & (calls["q_start"] != "0:00:00")].reset_index(drop=True)
    for name in ("q_start", "q_exit"):
        calls[name] = pd.to_timedelta(calls[name]).dt.total_seconds().astype("int64")
    return calls


def overtaken_share(calls: pd.DataFrame, group: list[str], rank: Ints, present: Ints, called: Ints) -> float:
    """Percent of the calls that at least one other passed."""
    nothing = np.zeros(len(calls), np.int64)
    queue = calls.groupby(group, dropna=False).ngroup().to_numpy().astype(np.int64)
    never = np.full(len(calls), NEVER)
    counts = count_overtakes(line_up(Calls(queue, rank, present, called, never, nothing, nothing.astype(np.bool_))))
    return 100 * float((counts.passed_by > 0).mean())


def test_the_documented_number_of_calls(served):
    assert len(served) == 32_487


@pytest.mark.parametrize("within", SHARES)
def test_the_documented_shares(served, within):
    """Presence is no condition, so everyone counts as there from the start; ties in arrival go by the file."""
    came, called = served["q_start"].to_numpy(), served["q_exit"].to_numpy()
    rank = np.empty(len(served), np.int64)
    rank[np.argsort(came, kind="stable")] = np.arange(len(served))
    group, documented, _ = SHARES[within]
    share = overtaken_share(served, group, rank, np.zeros_like(called), called)
    assert share == pytest.approx(documented, abs=0.1)


@pytest.mark.parametrize("within", SHARES)
def test_the_shares_by_our_own_definition(served, within):
    came, called = served["q_start"].to_numpy(), served["q_exit"].to_numpy()
    called = np.where(called < came, called + DAY, called)
    assert int((called >= DAY).sum()) == 5
    group, _, ours = SHARES[within]
    share = overtaken_share(served, group, came, came, called)
    assert share == pytest.approx(ours, abs=0.1)
