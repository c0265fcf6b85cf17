"""Remedies: each is one change of a spec, and which of them helps against what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.errors import NotFoundError
from app.i18n import N_
from app.inline import input_shape
from app.nn import Lstm, Network
from app.spec import LEARNING_RATES, OPTIMIZER_MODELS, DatasetSpec, Spec, parse_spec
from app.starting import initial

Changed = dict[str, Any] | None  # a spec as JSON; None where the remedy changes nothing, or does not fit

FACTOR = 10.0  # from one learning rate to the next
CLIP_NORM = 1.0
L2 = 0.01
OPEN = 4.0  # bias of a gate that is to stand open at first: its sigmoid is 0.98
WRITTEN, DIGITS = 2000, 4  # parameters that a spec still spells out, and their decimals
HIDDEN = 2  # layers of a network that was too deep
RECTIFIERS = ("relu", "leaky_relu", "elu", "selu", "gelu", "softplus", "silu")
SATURATING = ("sigmoid", "tanh")


@dataclass(frozen=True)
class Remedy:
    """A change of a spec: its name in links, its title (a msgid), what it makes of a spec."""

    name: str
    title: str
    change: Callable[[Spec], Changed]

    def applied(self, spec: Spec) -> Spec | None:
        """`spec` with the one change; None where there is nothing to change."""
        changed = self.change(spec)
        return None if changed is None else parse_spec(changed)


def _dump(spec: Spec) -> dict[str, Any]:
    """A network of its own: without the name of what it was."""
    return spec.model_dump(exclude={"name", "data"}) | {"data": spec.data}


def _rate(spec: Spec, rate: float) -> Changed:
    changed = _dump(spec)
    changed["optimizer"]["learning_rate"] = rate
    return changed


def _default_rate(spec: Spec) -> float:
    return LEARNING_RATES.get(spec.optimizer.name, 0.01)


def smaller_rate(spec: Spec) -> Changed:
    """A tenth of the learning rate, or the one its optimiser usually takes, whichever is smaller."""
    return _rate(spec, min(spec.optimizer.learning_rate / FACTOR, _default_rate(spec)))


def larger_rate(spec: Spec) -> Changed:
    """Ten times the learning rate, or the one its optimiser usually takes, whichever is larger."""
    return _rate(spec, max(spec.optimizer.learning_rate * FACTOR, _default_rate(spec)))


def _optimizer(name: str) -> Callable[[Spec], Changed]:
    """Another optimiser, with its own defaults."""

    def change(spec: Spec) -> Changed:
        if spec.optimizer.name == name:
            return None
        return _dump(spec) | {"optimizer": OPTIMIZER_MODELS[name].model_validate({"name": name}).model_dump()}

    return change


def _activation(name: str, instead_of: tuple[str, ...]) -> Callable[[Spec], Changed]:
    """Another activation in the hidden layers that have one of those."""

    def change(spec: Spec) -> Changed:
        changed = _dump(spec)
        hidden = [layer for layer in changed["layers"][:-1] if layer["type"] in ("dense", "conv2d")]
        found = [layer for layer in hidden if layer["activation"] in instead_of]
        for layer in found:
            layer["activation"] = name
        return changed if found else None

    return change


def initial_weights(spec: Spec) -> Changed:
    """Weights drawn afresh: as He et al. for units that are 0 on one side, as Glorot and Bengio for others."""
    rectified = any(getattr(layer, "activation", "") in RECTIFIERS for layer in spec.layers[:-1])
    uniform, normal = ("he_uniform", "he_normal") if rectified else ("xavier_uniform", "xavier_normal")
    if spec.initializer in (uniform, normal) and spec.parameters is None:
        return None
    # another name even where given weights are all that is wrong: it says that these are not to be kept
    return _dump(spec) | {
        "initializer": normal if spec.initializer == uniform else uniform,
        "parameters": None,
    }


def other_seed(spec: Spec) -> Changed:
    """Other initial weights, and another order of the samples."""
    return None if spec.parameters is not None else _dump(spec) | {"seed": spec.seed + 1}


def clipping(spec: Spec) -> Changed:
    """Gradients longer than CLIP_NORM are scaled down to it."""
    if spec.clip_norm is not None and spec.clip_norm <= CLIP_NORM:
        return None
    return _dump(spec) | {"clip_norm": CLIP_NORM}


def l2(spec: Spec) -> Changed:
    """A penalty on large weights."""
    if spec.regularization.l2 >= L2:
        return None
    changed = _dump(spec)
    changed["regularization"]["l2"] = L2
    return changed


def gates(spec: Spec) -> Changed:
    """Plain recurrent layers become LSTMs whose forget gates stand open at first (Gers et al., 2000): what a cell
    holds, and the gradient with it, passes through."""
    changed = _dump(spec)
    found = [layer for layer in changed["layers"] if layer["type"] == "rnn"]
    for layer in found:
        layer["type"] = "lstm"
        del layer["activation"]
    if not found:
        return None
    changed = _without_parameters(changed)
    return changed | {"parameters": _opened(parse_spec(changed))}


def _opened(spec: Spec) -> list[dict[str, Any]] | None:
    """Its initial parameters with the forget gates open; None where they are too many to be written down."""
    data = spec.data
    inputs = data.input_shape if isinstance(data, DatasetSpec) else input_shape(data)
    network = Network(inputs, tuple(layer.engine() for layer in spec.layers), spec.loss)
    if network.size > WRITTEN:
        return None
    parameters = network.unflatten(np.round(initial(spec, network), DIGITS))
    for layer, given in zip(network.layers, parameters, strict=True):
        if isinstance(layer, Lstm):
            given["b"][layer.units : 2 * layer.units] = OPEN
    return [{name: values.tolist() for name, values in given.items()} for given in parameters]


def fewer_layers(spec: Spec) -> Changed:
    """The first HIDDEN of the hidden layers and the last, where all are dense."""
    if len(spec.layers) <= HIDDEN + 1 or any(layer.type != "dense" for layer in spec.layers):
        return None
    changed = _dump(spec)
    changed["layers"] = [*changed["layers"][:HIDDEN], changed["layers"][-1]]
    return _without_parameters(changed)


def _without_parameters(changed: dict[str, Any]) -> dict[str, Any]:
    """What was given for other shapes is drawn, and free."""
    return changed | {"parameters": None, "frozen": ()}


REMEDIES: dict[str, Remedy] = {
    one.name: one
    for one in (
        Remedy("relu", N_("ReLU in the hidden layers"), _activation("relu", SATURATING)),
        Remedy("leaky_relu", N_("Leaky ReLU"), _activation("leaky_relu", ("relu",))),
        Remedy("initial_weights", N_("Xavier or He initialisation"), initial_weights),
        Remedy("other_seed", N_("Another seed"), other_seed),
        Remedy("momentum", N_("Momentum"), _optimizer("momentum")),
        Remedy("adam", N_("Adam"), _optimizer("adam")),
        Remedy("smaller_rate", N_("Smaller learning rate"), smaller_rate),
        Remedy("larger_rate", N_("Larger learning rate"), larger_rate),
        Remedy("clipping", N_("Gradient clipping"), clipping),
        Remedy("l2", N_("L2 penalty"), l2),
        Remedy("gates", N_("Gates (LSTM)"), gates),
        Remedy("fewer_layers", N_("Fewer layers"), fewer_layers),
    )
}
# What helps, the most direct first.
AGAINST: dict[str, tuple[str, ...]] = {
    "divergence": ("smaller_rate", "clipping", "adam"),
    "symmetric": ("initial_weights",),
    "exploding": ("clipping", "gates", "initial_weights", "smaller_rate", "fewer_layers"),
    "too_large": ("smaller_rate", "adam", "clipping"),
    "dead": ("leaky_relu", "initial_weights", "clipping", "smaller_rate", "other_seed"),
    "saturated": ("initial_weights", "smaller_rate", "relu"),
    "vanishing": ("gates", "relu", "fewer_layers", "initial_weights", "adam"),
    "too_small": ("larger_rate", "momentum", "adam"),
    "plateau": ("adam", "momentum", "larger_rate", "other_seed"),
    "over_fitting": ("l2", "fewer_layers"),
}


def remedy(name: str) -> Remedy:
    """The remedy of that name. Raises NotFoundError."""
    if name not in REMEDIES:
        text = N_("There is no remedy '{name}'; there are {available}.")
        raise NotFoundError(text, name=name, available=", ".join(REMEDIES))
    return REMEDIES[name]


def remedies_for(kind: str, spec: Spec) -> Iterator[Remedy]:
    """What can be done about a finding of that kind, as far as it changes anything."""
    return (one for one in map(remedy, AGAINST[kind]) if one.change(spec) is not None)
