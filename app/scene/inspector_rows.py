"""The rows of the inspector: the terms that make a gradient, the largest of them, and sums of many together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.scene.view import Activity, Array, Explanation, IntArray

ROWS = 10  # the most rows shown; the rest is folded into one
STEPS = 24  # the most steps of a sequence shown one by one


@dataclass(frozen=True, slots=True)
class Row:
    """One sample of the batch, at one step or position. Of a parameter: local · δ = product. Of an output: z, a, δ.

    `step`, and row and column in `position`, count from 1.
    """

    sample: int
    step: int | None = None
    position: tuple[int, int] | None = None
    z: float | None = None
    a: float | None = None
    local: float | None = None
    delta: float | None = None
    product: float | None = None


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


def term_rows(explanation: Explanation | None, followed: int | None) -> Rows:
    """The terms of a gradient: of samples alone in their order, of many per sample the largest first.

    Those of the sample followed come before the others, or at least stand among them.
    """
    if explanation is None:
        return Rows()
    terms, samples = explanation.terms, explanation.rows[explanation.terms.sample]
    many = terms.time is not None or terms.position is not None
    order = _largest(terms.product, samples, followed) if many else _in_order(samples, followed)

    def row(at: int) -> Row:
        return Row(
            int(samples[at]),
            None if terms.time is None else int(terms.time[at]) + 1,
            None
            if terms.position is None
            else (int(terms.position[at, 0]) + 1, int(terms.position[at, 1]) + 1),
            local=float(terms.local[at]),
            delta=float(terms.delta[at]),
            product=float(terms.product[at]),
        )

    shown, folded = _split(order, ROWS)
    products = terms.product
    return Rows(tuple(map(row, shown)), len(folded), _sum(products[folded]), _sum(products))


def activity_rows(activity: Activity | None, followed: int | None) -> Rows:
    """What one output was for every sample of the batch; where its δ is known, with their sum."""
    if activity is None:
        return Rows()
    shown, folded = _split(_in_order(activity.rows, followed), ROWS)
    rows = tuple(
        Row(
            int(activity.rows[at]),
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
