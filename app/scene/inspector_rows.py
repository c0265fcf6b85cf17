"""The rows of the inspector: the terms that make a gradient, the largest of them, and sums of many together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.nn import Terms
from app.scene.openings import MORE, Openings
from app.scene.view import Activity, Array, Explanation, IntArray

ROWS, ALL = 10, 200  # the most rows shown, the rest folded into one; and unfolded
STEPS = 24  # the most steps of a sequence shown one by one


@dataclass(frozen=True, slots=True)
class Row:
    """One sample of the batch, at one step or position. Of a parameter: local · δ = product. Of an output: z, a, δ.

    `step`, and row and column in `position`, count from 1. `place` is where it stands in the trace: the sample in
    the batch, then step or row and column, from 0.
    """

    sample: int
    place: tuple[int, ...]
    step: int | None = None
    position: tuple[int, int] | None = None
    z: float | None = None
    a: float | None = None
    local: float | None = None
    delta: float | None = None
    product: float | None = None

    @property
    def way(self) -> tuple[str, ...]:
        """Where the walk from its δ begins."""
        return (",".join(map(str, self.place)),)


@dataclass(frozen=True, slots=True)
class Rows:
    """What is shown; `rest` rows are folded, `rest_sum` is what they add to `total`, the sum of the products."""

    shown: tuple[Row, ...] = ()
    rest: int = 0
    rest_sum: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """All terms of one sample, or of one step (from 1), added up; `own`: those of the sample followed."""

    number: int
    total: float
    own: float | None


@dataclass(frozen=True, slots=True)
class Groups:
    """The terms added up `by` "sample" or "step"; `rest` groups are folded into `rest_sum`."""

    by: str
    shown: tuple[Group, ...]
    rest: int
    rest_sum: float


def term_rows(explanation: Explanation | None, followed: int | None, openings: Openings) -> Rows:
    """The terms of a gradient, the largest first; those of the sample followed come before the others. What is
    opened is not folded."""
    if explanation is None:
        return Rows()
    terms, samples = explanation.terms, explanation.rows[explanation.terms.sample]

    def row(at: int) -> Row:
        step = None if terms.time is None else int(terms.time[at])
        position = (
            None if terms.position is None else (int(terms.position[at, 0]), int(terms.position[at, 1]))
        )
        return Row(
            int(samples[at]),
            (int(terms.sample[at]), *(position or (() if step is None else (step,)))),
            None if step is None else step + 1,
            None if position is None else (position[0] + 1, position[1] + 1),
            local=float(terms.local[at]),
            delta=float(terms.delta[at]),
            product=float(terms.product[at]),
        )

    shown, folded = _split(_largest(terms.product, samples, followed), _most(openings))
    wanted = [at for at in _opened(terms, openings) if at in folded]
    folded = folded[~np.isin(folded, wanted)]
    rows = tuple(map(row, [*shown, *wanted]))
    return Rows(rows, len(folded), _sum(terms.product[folded]), _sum(terms.product))


def _opened(terms: Terms, openings: Openings) -> list[int]:
    """The terms that are opened."""
    axes = [terms.sample]
    if terms.time is not None:
        axes.append(terms.time)
    if terms.position is not None:
        axes += [terms.position[:, 0], terms.position[:, 1]]
    found: list[int] = []
    for place in openings.places(len(axes)):
        found += np.flatnonzero(
            np.all([axis == at for axis, at in zip(axes, place, strict=True)], axis=0)
        ).tolist()
    return found


def _most(openings: Openings) -> int:
    return ALL if openings.has((MORE,)) else ROWS


def activity_rows(activity: Activity | None, followed: int | None, openings: Openings) -> Rows:
    """What one output was for every sample of the batch; where its δ is known, with their sum."""
    if activity is None:
        return Rows()
    shown, folded = _split(_in_order(activity.rows, followed), _most(openings))
    rows = tuple(
        Row(
            int(activity.rows[at]),
            (at,),
            z=None if activity.z is None else float(activity.z[at]),
            a=float(activity.a[at]),
            delta=None if activity.delta is None else float(activity.delta[at]),
            product=None if activity.delta is None else float(activity.delta[at]),
        )
        for at in shown
    )
    if activity.delta is None:
        return Rows(rows, len(folded))
    return Rows(rows, len(folded), _sum(activity.delta[folded]), _sum(activity.delta))


def groups_of(explanation: Explanation | None, followed: int | None) -> Groups | None:
    """The terms added up: over positions for every sample, or over samples for every step."""
    if explanation is None:
        return None
    terms, samples = explanation.terms, explanation.rows[explanation.terms.sample]
    if terms.time is not None:
        totals = _added(terms.time, terms.product)
        mine = samples == followed
        own = None if followed is None else _added(terms.time[mine], terms.product[mine], len(totals))
        shown, folded = _split(_largest(totals, np.arange(len(totals)), None), STEPS)
        steps = [
            Group(int(t) + 1, float(totals[t]), None if own is None else float(own[t])) for t in sorted(shown)
        ]
        return Groups("step", tuple(steps), len(folded), float(totals[folded].sum()))
    if terms.position is not None:
        totals = _added(terms.sample, terms.product)
        shown, folded = _split(_in_order(explanation.rows, followed), ROWS)
        each = [Group(int(explanation.rows[s]), float(totals[s]), None) for s in shown]
        return Groups("sample", tuple(each), len(folded), float(totals[folded].sum()))
    return None


def _added(numbers: IntArray, products: Array, count: int = 0) -> Array:
    """Σ of the products of every number from 0 on, at least `count` of them."""
    with np.errstate(all="ignore"):
        return np.bincount(numbers, products, count).astype(np.float64)


def _in_order(samples: IntArray, followed: int | None) -> IntArray:
    """Every place, in order; the sample followed is drawn forward where it would be folded."""
    order = np.arange(len(samples))
    found = np.flatnonzero(samples == followed) if followed is not None else order[:0]
    if len(samples) <= ROWS or not found.size or found[0] < ROWS - 1:
        return order
    order[[ROWS - 2, found[0]]] = order[[found[0], ROWS - 2]]
    return order


def _largest(values: Array, samples: IntArray, followed: int | None) -> IntArray:
    """Every place, the sample followed first, the largest values first; those that are no number last."""
    sizes = np.nan_to_num(np.abs(values), nan=-1.0)
    others = np.zeros(len(samples)) if followed is None else samples != followed
    return np.lexsort((-sizes, others))


def _split(order: IntArray, most: int) -> tuple[Sequence[int], IntArray]:
    """The places shown, and those that are folded: all, or one less than `most`."""
    count = len(order) if len(order) <= most else most - 1
    return order[:count].tolist(), order[count:]


def _sum(products: Array) -> float | None:
    """Σ of the products, when there are any."""
    with np.errstate(all="ignore"):
        return float(products.sum()) if products.size else None
