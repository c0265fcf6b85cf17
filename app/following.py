"""One sample, or inputs of one's own, followed through the network: nothing is changed by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.datasets import DATASETS, feature_matrix
from app.session import Session
from app.setup import Setup
from app.spec import DatasetSpec
from app.typed import Form, image_shape
from app.updating import run

Array = NDArray[np.float64]
PROBE_INPUTS = 8  # with more inputs nobody types them
PROBE_PIXELS = 16  # along a side; a larger image is not drawn by hand


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
    plan.held = None  # a batch of one is run by the same plan, and its gradients have the penalties in them
    plan.backward()
    return plan.grads / len(rows)


def probe_form(setup: Setup) -> Form | None:
    """What an input of one's own is made of: raw inputs where features follow from them, pixels, the steps of a
    sequence, else the network's inputs; None where they are too many to be typed or drawn."""
    network, data, spec = setup.network, setup.data, setup.spec.data
    shape, names = network.input_shape, data.feature_names
    if isinstance(spec, DatasetSpec) and DATASETS[spec.dataset].domain:
        raw = DATASETS[spec.dataset].input_names
        return Form("point", raw, (len(raw),))
    if len(shape) == 1 and shape[0] <= PROBE_INPUTS:
        given = (
            tuple(names) if len(names) == shape[0] else tuple(f"x{place + 1}" for place in range(shape[0]))
        )
        return Form("point", given, shape)
    if len(shape) == 2:
        return _sequence_form(shape, data.symbols)
    drawn = image_shape(shape, names)
    if drawn and drawn[2] == 1 and max(drawn) <= PROBE_PIXELS:
        return Form("image", (), drawn[:2])
    return None


def _sequence_form(shape: tuple[int, ...], symbols: tuple[str, ...]) -> Form | None:
    if len(symbols) == shape[1]:
        return Form("symbols", symbols, shape)
    return Form("numbers", (), shape) if shape[1] <= PROBE_INPUTS else None


@dataclass(frozen=True, eq=False)
class Probed:
    """The forward pass of inputs of one's own: as they were given, the trace of a batch of them alone, and what every
    unit did, where they are units on a row of inputs."""

    inputs: Array
    trace: nn.Trace
    means: nn.Means | None


def probe(session: Session, inputs: Array) -> Probed:
    """Run inputs of one's own, of the shape of `probe_form`, forward with the present parameters."""
    network, data = session.setup.network, session.spec.data
    raw = inputs[None]
    if isinstance(data, DatasetSpec) and DATASETS[data.dataset].domain:
        raw = feature_matrix(raw, data.features, DATASETS[data.dataset])
    plan = nn.plan_for(network, 1)
    plan.load(session.now.params)
    plan.feed(network.inputs(raw.reshape(1, *network.input_shape)), None)
    plan.forward()
    trace = plan.trace(with_delta=False)
    nothing = np.full(1, np.nan)
    means = plan.means(with_delta=False) if network.by_unit else None
    return Probed(inputs, replace(trace, loss_per_sample=nothing, loss=float("nan")), means)
