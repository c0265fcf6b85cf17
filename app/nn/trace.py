"""The read-only record of one pass: copies, sample first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from app.nn.arrays import Array


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One layer's z, a and delta = ∂L/∂z of the mean batch loss, each (batch, *shape); delta None before a
    backward pass.

    A recurrent layer shows every step, whatever it hands on: z and delta (batch, time, gates·units) of its
    gates' pre-activations, a (batch, time, units) its states h_t, and dh = ∂L/∂h_t, what reaches each step.
    A gated one has besides `gates` (batch, time, gates·units), the values of its gates, and an LSTM its `cells`
    c_t (batch, time, units).
    A dropout layer shows its mask, (batch, *shape).
    Every other layer has da = ∂L/∂a after a backward pass, but the last one and one in front of a recurrent one.
    """

    type: str
    z: Array
    a: Array
    delta: Array | None
    dh: Array | None = None
    gates: Array | None = None
    cells: Array | None = None
    da: Array | None = None
    mask: Array | None = None

    def sample(self, number: int | slice) -> LayerTrace:
        """The same of one sample alone, without the first axis; of a slice, of those samples."""
        parts: dict[str, Any] = {
            name: part[number] for name, part in vars(self).items() if isinstance(part, np.ndarray)
        }
        return replace(self, **parts)


@dataclass(frozen=True, eq=False)
class Trace:
    """inputs (batch, *input_shape), targets and outputs (batch, *output_shape), loss_per_sample (batch,),
    whose mean is `loss`. What the layers did is copied when it is first asked for, by `copied`: of all samples (None),
    or of one as a batch of one."""

    inputs: Array
    targets: Array
    outputs: Array
    loss_per_sample: Array
    loss: float
    copied: Callable[[int | None], tuple[LayerTrace, ...]]

    @cached_property
    def layers(self) -> tuple[LayerTrace, ...]:
        """Every layer's own."""
        return self.copied(None)

    def alone(self, sample: int) -> Trace:
        """The same of one sample, as a batch of one: ∂L still of the mean loss of the batch."""
        mine = slice(sample, sample + 1)
        return Trace(
            self.inputs[mine],
            self.targets[mine],
            self.outputs[mine],
            self.loss_per_sample[mine],
            self.loss,
            lambda one: self.copied(sample if one is None else sample + one),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """What the units did, a number each, layer by layer: a (of the inputs too), z and, of a batch, the mean |δ|, of one
    sample its δ; None without a backward pass."""

    a: Array
    z: Array
    delta: Array | None


@dataclass(frozen=True, eq=False)
class Units:
    """What the units or channels of one layer did, (units, …), every sample, step or pixel behind the first axis:
    their outputs a; what they compute and what comes back to it, z and δ, of recurrent ones h and ∂L/∂h."""

    a: Array
    computed: Array
    back: Array

    @cached_property
    def first(self) -> Array:
        """What every unit computes in the first place of all (units,): a view too."""
        place: Any = (slice(None), *[0] * (self.computed.ndim - 1))
        return np.asarray(self.computed[place])
