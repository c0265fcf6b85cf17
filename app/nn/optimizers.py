"""Optimisers: each lays its update over flat vectors, parameters, gradients and state alike.

A rule's state stands in one vector, one piece of P numbers behind the other, in the order of `state`.
`adagrad … adamw` follow PyTorch's formulas (torch.optim) to the place of epsilon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import sqrt

import numpy as np

from app.nn.arrays import Array, Call, IntArray, Runner, aligned, call, constant
from app.nn.fields import Field, Options, resolve

PIECE = 2**14  # numbers


@dataclass(frozen=True)
class Operands:
    """What a rule lays its calls over: w and g (P,), state (pieces, P); rate and the other 0-d arrays are set
    before each update."""

    w: Array
    g: Array
    state: Array
    rate: Array
    epsilon: Array
    decay: Array
    options: Mapping[str, float]

    @cached_property
    def t(self) -> Array:
        """Room for P intermediate numbers."""
        return aligned(self.w.size)

    def scaled_step(self, direction: Array) -> list[Call]:
        """w -= rate · direction, in pieces that stay in the cache."""
        calls = []
        for start in range(0, self.w.size, PIECE):
            w, part = (values[start : start + PIECE] for values in (self.w, direction))
            t = self.t[: part.size]
            calls += [call(np.multiply, part, self.rate, t), call(np.subtract, w, t, w)]
        return calls


def _average(mean: Array, value: Array, rho: float, t: Array) -> list[Call]:
    """mean = ρ mean + (1 - ρ) value, through t (which may be value)."""
    return [
        call(np.multiply, mean, constant(rho), mean),
        call(np.multiply, value, constant(1.0 - rho), t),
        call(np.add, mean, t, mean),
    ]


def _sgd(o: Operands) -> list[Call]:
    return o.scaled_step(o.g)


def _momentum(o: Operands) -> list[Call]:
    (v,) = o.state
    mu = constant(o.options["momentum"])
    return [call(np.multiply, v, mu, v), call(np.add, v, o.g, v), *o.scaled_step(v)]


def _nesterov(o: Operands) -> list[Call]:
    (v,) = o.state
    mu = constant(o.options["momentum"])
    return [
        call(np.multiply, v, mu, v),
        call(np.add, v, o.g, v),
        call(np.multiply, v, mu, o.t),
        call(np.add, o.t, o.g, o.t),
        *o.scaled_step(o.t),
    ]


def _divided_step(o: Operands, numerator: Array, square: Array) -> list[Call]:
    """w -= rate · numerator / (√square + ε)."""
    return [
        call(np.sqrt, square, o.t),
        call(np.add, o.t, constant(o.options["epsilon"]), o.t),
        call(np.divide, numerator, o.t, o.t),
        *o.scaled_step(o.t),
    ]


def _adagrad(o: Operands) -> list[Call]:
    (total,) = o.state
    return [call(np.multiply, o.g, o.g, o.t), call(np.add, total, o.t, total), *_divided_step(o, o.g, total)]


def _rmsprop(o: Operands) -> list[Call]:
    (square,) = o.state
    return [
        call(np.multiply, o.g, o.g, o.t),
        *_average(square, o.t, o.options["rho"], o.t),
        *_divided_step(o, o.g, square),
    ]


def _adadelta(o: Operands) -> list[Call]:
    square, accumulated = o.state
    rho, epsilon, change = o.options["rho"], constant(o.options["epsilon"]), aligned(o.w.size)
    return [
        call(np.multiply, o.g, o.g, o.t),
        *_average(square, o.t, rho, o.t),
        call(np.add, accumulated, epsilon, change),
        call(np.sqrt, change, change),
        call(np.add, square, epsilon, o.t),
        call(np.sqrt, o.t, o.t),
        call(np.divide, change, o.t, change),
        call(np.multiply, change, o.g, change),
        call(np.multiply, change, change, o.t),
        *_average(accumulated, o.t, rho, o.t),
        *o.scaled_step(change),
    ]


def _adam(o: Operands) -> list[Call]:
    beta1, beta2 = o.options["beta1"], o.options["beta2"]
    decay, added = aligned(*o.state.shape), aligned(*o.state.shape)
    decay[0], decay[1] = beta1, beta2
    m, v = o.state
    # rate and epsilon already hold η√(1 - β2^t)/(1 - β1^t) and ε√(1 - β2^t)
    return [
        call(np.multiply, o.g, constant(1.0 - beta1), added[0]),
        call(np.multiply, o.g, constant(sqrt(1.0 - beta2)), added[1]),
        call(np.multiply, added[1], added[1], added[1]),
        call(np.multiply, o.state, decay, o.state),
        call(np.add, o.state, added, o.state),
        call(np.sqrt, v, o.t),
        call(np.add, o.t, o.epsilon, o.t),
        call(np.divide, m, o.t, o.t),
        *o.scaled_step(o.t),
    ]


def _adamw(o: Operands) -> list[Call]:
    return [call(np.multiply, o.w, o.decay, o.w), *_adam(o)]


@dataclass(frozen=True)
class OptimizerRule:
    """What one optimiser is: its fields, the names of its pieces of state, and what it lays."""

    name: str
    lay: Callable[[Operands], list[Call]]
    state: tuple[str, ...] = ()
    fields: dict[str, Field] = field(default_factory=dict, hash=False)


def _adam_fields(weight_decay: float | None = None) -> dict[str, Field]:
    fields = {
        "beta1": Field(0.9, 0, 1, high_open=True),
        "beta2": Field(0.999, 0, 1, high_open=True),
        "epsilon": Field(1e-8, 0, 1, low_open=True),
    }
    return fields if weight_decay is None else {**fields, "weight_decay": Field(weight_decay, 0, 1)}


_MOMENTUM = {"momentum": Field(0.9, 0, 1, high_open=True)}

OPTIMIZERS: dict[str, OptimizerRule] = {
    rule.name: rule
    for rule in (
        OptimizerRule("sgd", _sgd),
        OptimizerRule("momentum", _momentum, ("v",), _MOMENTUM),
        OptimizerRule("nesterov", _nesterov, ("v",), _MOMENTUM),
        OptimizerRule("adagrad", _adagrad, ("sum",), {"epsilon": Field(1e-10, 0, 1, low_open=True)}),
        OptimizerRule(
            "rmsprop",
            _rmsprop,
            ("square_avg",),
            {"rho": Field(0.99, 0, 1, high_open=True), "epsilon": Field(1e-8, 0, 1, low_open=True)},
        ),
        OptimizerRule(
            "adadelta",
            _adadelta,
            ("square_avg", "acc_delta"),
            {"rho": Field(0.9, 0, 1, high_open=True), "epsilon": Field(1e-6, 0, 1, low_open=True)},
        ),
        OptimizerRule("adam", _adam, ("m", "v"), _adam_fields()),
        OptimizerRule("adamw", _adamw, ("m", "v"), _adam_fields(weight_decay=0.01)),
    )
}


@dataclass(frozen=True)
class Optimizer:
    """An optimiser by name, every option resolved; made by `optimizer`."""

    name: str
    learning_rate: float
    options: Options = ()

    @property
    def rule(self) -> OptimizerRule:
        """Its entry in OPTIMIZERS."""
        return OPTIMIZERS[self.name]


def optimizer(name: str, learning_rate: float, **options: float) -> Optimizer:
    """The optimiser `name` with `options`, defaults for the rest; ValueError for what is impossible."""
    if name not in OPTIMIZERS:
        raise ValueError(f"unknown optimizer {name!r}; known: {', '.join(OPTIMIZERS)}")
    return Optimizer(name, float(learning_rate), resolve(name, OPTIMIZERS[name].fields, options))


def state_names(optimizer: Optimizer) -> tuple[str, ...]:
    """The pieces of the state vector, in order: v; m, v; sum; square_avg; …"""
    return optimizer.rule.state


def state_size(optimizer: Optimizer, size: int) -> int:
    """How many numbers of state `size` parameters need."""
    return len(optimizer.rule.state) * size


def first_state(optimizer: Optimizer, size: int) -> Array:
    """The state (S,) of `size` parameters before the first update: zeros, that all who begin share."""
    return _zeros(state_size(optimizer, size))


@lru_cache(maxsize=64)
def _zeros(count: int) -> Array:
    zeros = np.zeros(count)
    zeros.flags.writeable = False
    return zeros


class Update:
    """One optimiser laid over one vector of parameters and one of gradients, both (P,), behind the calls that
    fill the gradients.

    With `clip_norm` gradients longer than it are scaled down to it, all together, for the update alone.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        params: Array,
        grads: Array,
        clip_norm: float | None = None,
        before: Sequence[Call] = (),
    ) -> None:
        self.state = aligned(state_size(optimizer, params.size))
        self._options = dict(optimizer.options)
        self._params, self._grads = params, grads
        self._pieces = self.state.reshape(len(optimizer.rule.state), params.size)
        self._rate, self._epsilon, self._decay = constant(0.0), constant(0.0), constant(1.0)
        self._is_adam = "beta1" in self._options
        self._frozen: IntArray | None = None
        g = grads if clip_norm is None else aligned(grads.size)
        operands = Operands(params, g, self._pieces, self._rate, self._epsilon, self._decay, self._options)
        clip = [] if clip_norm is None else [call(self._clip, g, clip_norm)]
        self._run = Runner().bound([*before, *clip, *optimizer.rule.lay(operands)])

    def load(self, state: Array) -> None:
        """Copy a state vector in."""
        np.copyto(self.state, state)

    def _corrected(self, learning_rate: float, t: int) -> float:
        """Adam's rate, where m and v have begun at 0."""
        correction = sqrt(1.0 - self._options["beta2"] ** t)
        self._epsilon[()] = self._options["epsilon"] * correction
        self._decay[()] = 1.0 - learning_rate * self._options.get("weight_decay", 0.0)
        return learning_rate * correction / (1.0 - self._options["beta1"] ** t)

    def apply(self, learning_rate: float, t: int, frozen: IntArray | None = None) -> None:
        """Run what fills the gradients, then update `params` and `state` in place.

        t counts updates from 1. What stands at the flat indices `frozen` stays as it is, state too, and does not
        count in the norm that is clipped.
        """
        self._rate[()] = self._corrected(learning_rate, t) if self._is_adam else learning_rate
        self._frozen = frozen
        if frozen is None or frozen.size == 0:
            self._run()
            return
        kept, kept_state = self._params[frozen], self._pieces[:, frozen]
        self._run()
        self._params[frozen] = kept
        self._pieces[:, frozen] = kept_state

    def _clip(self, g: Array, clip_norm: float) -> None:
        """The gradients into g, no longer than `clip_norm`."""
        np.copyto(g, self._grads)
        if self._frozen is not None:
            g[self._frozen] = 0.0
        norm = sqrt(g.dot(g))
        if norm > clip_norm:
            g *= clip_norm / norm
