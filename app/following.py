"""One sample, or one point of one's own, followed through the network: nothing is changed by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.datasets import DATASETS, feature_matrix
from app.errors import Fault, RequestError
from app.i18n import N_
from app.session import Session
from app.spec import DatasetSpec
from app.training import run

Array = NDArray[np.float64]
PROBE_INPUTS = 8  # with more inputs nobody types them


def share(session: Session, sample: int) -> Array | None:
    """What one sample of the batch adds to its gradient (P,), penalty not included; None before backward.

    The loss of a batch is the mean over its samples: a share is the gradient of the sample's own loss over the
    number of samples, and the shares of a batch add up to its gradient. What dropout leaves out of the sample is
    what it leaves out in the batch.
    """
    one, setup = session.backward_pass, session.setup
    if one is None or session.phase == "forward":
        return None
    rows = one.rows(setup)
    whole, plan = run(setup, one, backward=False)[0], nn.plan_for(setup.network, 1)
    if plan is not whole:
        plan.load(one.params)
        plan.feed(setup.train.inputs, setup.train.targets, rows[sample : sample + 1])
        plan.draw_as(whole, sample)
        plan.forward()
    plan.backward()
    return plan.grads / len(rows)


def probe_names(session: Session) -> tuple[str, ...]:
    """What a point of one's own is made of: raw inputs where features follow from them, else the network's
    inputs; nothing where they are too many or not plain numbers."""
    network, data = session.setup.network, session.spec.data
    if isinstance(data, DatasetSpec) and DATASETS[data.dataset].domain:
        return DATASETS[data.dataset].input_names
    if len(network.input_shape) != 1 or network.input_shape[0] > PROBE_INPUTS:
        return ()
    names = session.setup.data.feature_names
    count = network.input_shape[0]
    return tuple(names) if len(names) == count else tuple(f"x{place + 1}" for place in range(count))


@dataclass(frozen=True, eq=False)
class Probed:
    """The forward pass of one point: as it was given, and the trace of a batch of it alone."""

    point: tuple[float, ...]
    trace: nn.Trace


def probe(session: Session, point: Sequence[float]) -> Probed:
    """Run a point forward with the present parameters. `point` has a number for each of `probe_names`."""
    network, data = session.setup.network, session.spec.data
    raw = np.array([point], dtype=np.float64)
    if isinstance(data, DatasetSpec) and DATASETS[data.dataset].domain:
        raw = feature_matrix(raw, data.features, DATASETS[data.dataset])
    plan = nn.plan_for(network, 1)
    plan.load(session.now.params)
    plan.feed(network.inputs(raw), None)
    plan.forward()
    trace = plan.trace(with_delta=False)
    nothing = np.full(1, np.nan)
    return Probed(tuple(point), replace(trace, loss_per_sample=nothing, loss=float("nan")))


def point_in(texts: Sequence[str], names: Sequence[str]) -> tuple[float, ...]:
    """Typed numbers as a point. Raises RequestError naming each that is none."""
    faults, point = [], []
    for name, text in zip(names, texts, strict=True):
        number = _number(text)
        if number is None:
            faults.append(Fault((name,), N_("is {value}; a finite number is expected"), (("value", text),)))
        else:
            point.append(number)
    if faults:
        raise RequestError(N_("The point cannot be run through the network."), faults)
    return tuple(point)


def _number(text: str) -> float | None:
    try:
        number = float(text.replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) else None
