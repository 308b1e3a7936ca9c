"""Dense blocks of identifiers: those that the same citizens use, told apart from those that strangers share.

Strong ties are joined by union-find; in large joined parts blocks are peeled off greedily, the densest first, density
being the sum of ties by the number of identifiers (Charikar 2000; FRAUDAR, Hooi et al., KDD 2016). See docs/rings.md.
"""

import heapq

import numpy as np

from features.linking.ties import STRONG, Graph, Ties, Web, strong_ties, web_of
from features.queues.lines import Bools, Ints, compiled

#: identifiers up to which a joined part is a block as it stands
SMALL = 12
#: rounds of peeling; what has no dense block by then is a web of acquaintances
ROUNDS = 20
#: block of an identifier that is in none yet
OPEN = -1


def blocks(graph: Graph, sole: Ints) -> Ints:
    """For each identifier the place of the least one of its block; one that is tied to no other is its own block.

    `sole`: a number for each kind of which a person commonly has only one, such as telephones; -1 for other kinds.
    """
    count = graph.starts.size - 1
    ties = strong_ties(graph, sole)
    block = np.full(count, OPEN)
    for number in range(ROUNDS):
        part = _parts(count, ties, block == OPEN)
        large = (np.bincount(part, minlength=count) > SMALL)[part] & (block == OPEN)
        if not large.any():
            break
        web = Web(*web_of(ties, large))
        core = _peel(web, part, large)
        block[core] = _parts(count, ties, core)[core]
        _attach(web, large & ~core, block)
        loose = large & ~_has(part, core)
        if number == ROUNDS - 1:
            loose = large & (block == OPEN)
        block[loose] = np.flatnonzero(loose)
    rest = block == OPEN
    block[rest] = _parts(count, ties, rest)[rest]
    return _least(block)


def _has(part: Ints, some: Bools) -> Bools:
    """Whether any of `some` is in the same part."""
    found: Bools = np.bincount(part[some], minlength=part.size)[part] > 0
    return found


@compiled
def _least(block: Ints) -> Ints:
    """Each block named by its least member: one that was attached may be less than all of the core."""
    least = np.full(block.size, OPEN)
    for place in range(block.size):
        if least[block[place]] == OPEN:
            least[block[place]] = place
    return least[block]


@compiled
def _parts(count: int, ties: Ties, among: Bools) -> Ints:
    """Per identifier the least one that it is joined to by ties `among` some; union-find."""
    root = np.arange(count)
    for tie in range(ties.one.size):
        a, b = ties.one[tie], ties.other[tie]
        if not (among[a] and among[b]):
            continue
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        root[max(a, b)] = min(a, b)
    for i in range(count):  # a root is never after its members
        root[i] = root[root[i]]
    return root


@compiled
def _peel(web: Web, part: Ints, large: Bools) -> Bools:
    """The densest block of each large part; nothing of a part in which nothing is dense.

    Those with the least sum of ties go first, equals together, so that names do not decide; the block is what stood
    when the density was highest.
    """
    nodes = np.flatnonzero(large)
    nodes = nodes[np.argsort(part[nodes], kind="mergesort")]
    degree = np.zeros(large.size, np.int64)
    left_at = np.full(large.size, -1, np.int64)
    core = np.zeros(large.size, np.bool_)
    begin = 0
    while begin < nodes.size:
        end = begin
        total = 0
        heap = [(0, 0) for _ in range(0)]
        while end < nodes.size and part[nodes[end]] == part[nodes[begin]]:
            i = nodes[end]
            degree[i] = web.strength[web.starts[i] : web.starts[i + 1]].sum()
            total += degree[i]
            heap.append((int(degree[i]), int(i)))
            end += 1
        best = _strip(web, heap, total // 2, degree, left_at)
        for i in nodes[begin:end]:
            core[i] = 0 <= best <= left_at[i]
        begin = end
    return core


@compiled
def _attach(web: Web, rest: Bools, block: Ints) -> None:
    """Give each of `rest` to the block that half of its ties or more lead to; it ties that block to no other."""
    joined = block.copy()
    for i in np.flatnonzero(rest):
        begin, end = web.starts[i], web.starts[i + 1]
        blocks = block[web.to[begin:end]]
        total = web.strength[begin:end].sum()
        for one in np.unique(blocks):
            if one != OPEN and joined[i] == OPEN and 2 * web.strength[begin:end][blocks == one].sum() >= total:
                joined[i] = one
    block[:] = joined


@compiled
def _strip(web: Web, heap: list[tuple[int, int]], total: int, degree: Ints, left_at: Ints) -> int:
    """Take identifiers away step by step; each one's step goes into `left_at`. The step before which the rest was
    densest, or -1 where it never was denser than a chain of the weakest strong ties.
    """
    heapq.heapify(heap)
    count = len(heap)
    best, best_density, step = -1, float(STRONG), 0
    while count > 0:
        if total / count > best_density:
            best, best_density = step, total / count
        while left_at[heap[0][1]] >= 0 or degree[heap[0][1]] != heap[0][0]:
            heapq.heappop(heap)
        least = heap[0][0]
        leaving = [heap[0][1] for _ in range(0)]
        while len(heap) > 0 and heap[0][0] == least:
            _, i = heapq.heappop(heap)
            if left_at[i] < 0 and degree[i] == least:
                left_at[i] = step
                leaving.append(i)
        count -= len(leaving)
        for i in leaving:
            for place in range(web.starts[i], web.starts[i + 1]):
                j = web.to[place]
                if left_at[j] < 0 or (left_at[j] == step and j > i):
                    total -= web.strength[place]
                if left_at[j] < 0:
                    degree[j] -= web.strength[place]
                    heapq.heappush(heap, (degree[j], j))
        step += 1
    return best
