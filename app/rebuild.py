"""Another network out of a running one and a form: what was changed changed, what follows from it made to fit.

A form is a mapping of field names to the texts given for them; a field that is not there stays as it is. Those
of the layers are told in layering.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.datasets import DATASETS, DatasetKind
from app.errors import Fault, SpecError
from app.i18n import N_
from app.inline import input_shape
from app.layering import Form, Relaid, relaid, text, whole
from app.layers import DenseSpec
from app.nn import LOSSES
from app.setup import PAIRED
from app.spec import DatasetSpec, Spec
from app.stack import shapes_through

TWO_CLASS_LOSSES = ("binary_cross_entropy", "hinge", "mse", "squared_error", "mae", "huber")
CLASS_LOSSES = ("binary_cross_entropy", "cross_entropy", "hinge")
# What a data set of another form starts with, before the output layer.
SMALL: dict[str, list[dict[str, Any]]] = {
    "row": [{"type": "dense", "units": 4, "activation": "tanh"}],
    "image": [
        {"type": "conv2d", "filters": 4, "kernel": 3, "activation": "relu"},
        {"type": "maxpool2d", "size": 2},
    ],
    "sequence": [{"type": "rnn", "units": 6, "activation": "tanh"}],
}
DATA_FIELDS = {
    "samples": "samples",
    "noise": "noise",
    "test_fraction": "test_fraction",
    "data_seed": "seed",
    "time_steps": "time_steps",
}


@dataclass(frozen=True)
class Rebuilt:
    """The spec as JSON, and what of it had to be made to fit: the "end" (output layer and loss), the "steps" that
    layers hand on, or the whole "network", since the data are of another form."""

    spec: dict[str, Any]
    repaired: tuple[str, ...]


def rebuild(spec: Spec, form: Form) -> Rebuilt:
    """`spec` with the form laid over it. Raises RequestError for a broken form, SpecError for what cannot fit."""
    changed = spec.model_dump(exclude={"name", "data"})
    changed["data"] = _data(spec, form)
    kind = DATASETS.get(changed["data"].get("dataset", ""))
    laid = _laid(changed, spec, form, kind)
    changed["layers"] = laid.layers if laid else []
    for name in ("loss", "initializer", "seed", "shuffle", "notation"):
        if text(form, name):
            changed[name] = text(form, name)
    if kind and laid is None:
        _start_anew(changed, kind)
    before = _end_of(changed)
    if kind:
        _fit_data(changed, spec, kind)
    _fit_pair(changed, spec, kind)
    _check_loss(changed, kind)
    if _shapes(changed) != _shapes(spec.model_dump(include={"layers"}) | {"data": dict(spec.data)}):
        del changed["parameters"], changed["frozen"]
    elif text(form, "initializer"):
        changed["parameters"] = None
    found = {
        "network": laid is None,
        "end": _end_of(changed) != before,
        "steps": laid is not None and laid.settled,
    }
    return Rebuilt(changed, tuple(name for name, there in found.items() if there))


def form_of(spec: Spec) -> str:
    """What one input is: a row, a sequence or an image."""
    return ("row", "sequence", "image")[len(_inputs(spec)) - 1]


def _inputs(spec: Spec) -> tuple[int, ...]:
    return spec.data.input_shape if isinstance(spec.data, DatasetSpec) else input_shape(spec.data)


def _inputs_of(kind: DatasetKind, data: Mapping[str, Any]) -> tuple[int, ...]:
    """The shape of one input; a length that is none counts as the one there is without it."""
    steps, features = str(data.get("time_steps")), data.get("features") or kind.default_features
    return kind.input_shape(len(features), int(steps) if whole(steps) else None)


def _laid(changed: dict[str, Any], spec: Spec, form: Form, kind: DatasetKind | None) -> Relaid | None:
    """The layers of the form; None where other data have been chosen that they cannot take or answer to."""
    shape = _inputs(spec)
    outputs = shapes_through(spec.layers, shape)
    sequence = outputs is not None and len(outputs[-1]) == 2
    if kind is None:
        return relaid(spec.layers, form, shape, sequence)
    if kind.form != form_of(spec):
        return None
    laid = relaid(spec.layers, form, _inputs_of(kind, changed["data"]), kind.per_step)
    other = not isinstance(spec.data, DatasetSpec) or spec.data.dataset != kind.name
    return None if other and not (laid.fits and laid.layers[-1]["type"] == "dense") else laid


def losses_for(spec: Spec) -> tuple[str, ...]:
    """The losses that fit the data and the last layer of a network, and the one it has."""
    kind = DATASETS[spec.data.dataset] if isinstance(spec.data, DatasetSpec) else None
    numbers = kind is not None and kind.task == "regression"
    none = (CLASS_LOSSES if numbers else ()) if isinstance(spec.layers[-1], DenseSpec) else tuple(PAIRED)
    return tuple(name for name in LOSSES if name == spec.loss or name not in none)


def _check_loss(changed: Mapping[str, Any], kind: DatasetKind | None) -> None:
    if kind and kind.task == "regression" and changed["loss"] in CLASS_LOSSES:
        values = (("loss", changed["loss"]), ("dataset", kind.name))
        text = N_("is {loss}, which is for classes; the targets of {dataset} are numbers")
        raise SpecError(N_("The spec is not valid."), [Fault(("loss",), text, values)])


def _end_of(changed: Mapping[str, Any]) -> tuple[Any, ...]:
    last = changed["layers"][-1]
    return last.get("units"), last.get("activation"), changed["loss"]


def _shapes(changed: Mapping[str, Any]) -> tuple[Any, ...]:
    """What the shapes of all parameters follow from; rows given in the spec stand for themselves."""
    kind = DATASETS.get(changed["data"].get("dataset", ""))
    inputs = _inputs_of(kind, changed["data"]) if kind else ()
    flat = any(layer["type"] == "flatten" for layer in changed["layers"])
    if len(inputs) == 2 and not flat:
        inputs = inputs[1:]  # parameters of steps are the same however many there are
    return inputs, [{**layer, "activation": None} for layer in changed["layers"]]


def _data(spec: Spec, form: Form) -> dict[str, Any]:
    """The data; another data set comes with its own defaults, but for what was typed."""
    now, name = spec.data, text(form, "dataset")
    if not name and not isinstance(now, DatasetSpec):
        return dict(now)
    old: dict[str, Any] = now.model_dump() if isinstance(now, DatasetSpec) else {}
    same = name in ("", old.get("dataset"))
    data = dict(old) if same else {"dataset": name, "seed": old.get("seed", 0)}
    timeless = not same and name in DATASETS and DATASETS[name].time_steps is None
    for field, key in DATA_FIELDS.items():
        if field == "time_steps" and timeless:
            continue  # typed for the sequences that were there
        if field in form and not _is(text(form, field), old.get(key)):
            data[key] = text(form, field)
    chosen = [feature for feature in form.get("features", old.get("features", ())) if feature]
    if set(chosen) == set(old.get("features", ())):
        chosen = list(old.get("features", ()))
    if same or _features(name) == _features(old.get("dataset")):
        data["features"] = chosen
    return data


def _is(given: str, value: float | None) -> bool:
    """Whether a text says that number."""
    try:
        return value is not None and float(given) == value
    except ValueError:
        return False


def _features(dataset: str | None) -> tuple[str, ...] | None:
    kind = DATASETS.get(dataset or "")
    return kind.features if kind else None


def _start_anew(changed: dict[str, Any], kind: DatasetKind) -> None:
    """A small network for the data: what their form calls for, then an output layer, and the loss of both."""
    activation, changed["loss"] = _end(kind)
    end = {"type": "dense", "units": kind.outputs[0], "activation": activation}
    steps = {"return_sequences": kind.per_step} if kind.form == "sequence" else {}
    changed["layers"] = [*({**layer, **steps} for layer in SMALL[kind.form]), end]


def _fit_data(changed: dict[str, Any], spec: Spec, kind: DatasetKind) -> None:
    """Another data set: an output layer and a loss for it, unless those there fit."""
    old = spec.data.dataset if isinstance(spec.data, DatasetSpec) else None
    if old == kind.name:
        return
    units, _, loss = _end_of(changed)
    fits = (
        old is not None
        and DATASETS[old].task == kind.task
        and units in kind.outputs
        and (kind.task == "regression" or units > 1 or loss in TWO_CLASS_LOSSES)
    )
    if not fits:
        last = changed["layers"][-1]
        last["units"] = kind.outputs[0]
        last["activation"], changed["loss"] = _end(kind)


def _end(kind: DatasetKind) -> tuple[str, str]:
    """Activation of the last layer and loss, as the field pairs them."""
    if kind.task == "regression":
        return "linear", "mse"
    return ("sigmoid", "binary_cross_entropy") if kind.outputs[0] == 1 else ("softmax", "cross_entropy")


def _fit_pair(changed: dict[str, Any], spec: Spec, kind: DatasetKind | None) -> None:
    """Loss and output activation: whichever was not changed follows the other where that is obvious."""
    last, was, loss = changed["layers"][-1], spec.layers[-1], changed["loss"]
    if last["type"] != "dense" or not isinstance(was, DenseSpec):
        return
    follows = {activation: paired for paired, activation in PAIRED.items()}
    other_loss, other_activation = loss != spec.loss, last["activation"] != was.activation
    if loss in PAIRED and last["activation"] != PAIRED[loss]:
        if other_loss and not other_activation:
            last["activation"] = PAIRED[loss]
        elif other_activation and not other_loss and last["activation"] in follows:
            changed["loss"] = follows[last["activation"]]
    if last["activation"] == "softmax" and last["units"] == 1 and kind and 2 in kind.outputs:
        last["units"] = 2  # the softmax of a single unit is always 1
