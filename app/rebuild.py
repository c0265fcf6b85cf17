"""Another network out of a running one and a form: what was changed changed, what follows from it made to fit.

A form is a mapping of field names to the texts given for them; a field that is not there stays as it is. `units`
holds the sizes of the hidden layers, `activation` those of all layers, `change` is one press of a button:
`more:0`, `fewer:0`, `remove:0` (a hidden layer), `add:0` (a layer before layer 0).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.datasets import DATASETS, DatasetKind
from app.errors import Fault, RequestError, SpecError
from app.i18n import N_
from app.layers import DenseSpec, FlattenSpec, ImageSpec, RecurrentSpec
from app.setup import PAIRED
from app.spec import DatasetSpec, Spec

Form = Mapping[str, Sequence[str]]
Layers = list[dict[str, Any]]

TWO_CLASS_LOSSES = ("binary_cross_entropy", "hinge", "mse", "squared_error", "mae", "huber")
CLASS_LOSSES = ("binary_cross_entropy", "cross_entropy", "hinge")
NEW_LAYER = {"type": "dense", "units": 4, "activation": "tanh"}
DATA_FIELDS = {
    "samples": "samples",
    "noise": "noise",
    "test_fraction": "test_fraction",
    "data_seed": "seed",
    "time_steps": "time_steps",
}


@dataclass(frozen=True)
class Rebuilt:
    """The spec as JSON; whether output layer or loss had to be made to fit."""

    spec: dict[str, Any]
    repaired: bool


def text(form: Form, name: str) -> str:
    """The first text of a field, "" when there is none."""
    given = form.get(name, ())
    return given[0] if given else ""


def rebuild(spec: Spec, form: Form) -> Rebuilt:
    """`spec` with the form laid over it. Raises RequestError for a broken form, SpecError for what cannot fit."""
    changed = spec.model_dump(exclude={"name"})
    changed["data"] = _data(spec, form)
    changed["layers"] = _layers(spec, form)
    for name in ("loss", "initializer", "seed"):
        if text(form, name):
            changed[name] = text(form, name)
    before = _end_of(changed)
    kind = DATASETS.get(changed["data"].get("dataset", ""))
    if kind:
        _fit_data(changed, spec, kind)
    _fit_pair(changed, spec, kind)
    if kind and kind.task == "regression" and changed["loss"] in CLASS_LOSSES:
        values = (("loss", changed["loss"]), ("dataset", kind.name))
        fault = Fault(
            ("loss",), N_("is {loss}, which is for classes; the targets of {dataset} are numbers"), values
        )
        raise SpecError(N_("The spec is not valid."), [fault])
    if _shapes(changed) != _shapes(spec.model_dump(include={"data", "layers"})):
        del changed["parameters"], changed["frozen"]
    elif text(form, "initializer"):
        changed["parameters"] = None
    return Rebuilt(changed, _end_of(changed) != before)


def _end_of(changed: Mapping[str, Any]) -> tuple[Any, ...]:
    last = changed["layers"][-1]
    sequences = [layer.get("return_sequences") for layer in changed["layers"]]
    return last.get("units"), last.get("activation"), changed["loss"], sequences


def _shapes(changed: Mapping[str, Any]) -> tuple[Any, ...]:
    """What the shapes of all parameters follow from; rows given in the spec stand for themselves.

    A recurrent layer has the same parameters however long the sequences are, one behind which all is flattened
    has not.
    """
    data = changed["data"]
    kind = DATASETS.get(data.get("dataset", ""))
    inputs: tuple[int, ...] = ()
    if kind:
        features = data.get("features", kind.default_features)
        inputs = kind.input_shape(len(features), data.get("time_steps"))
        if kind.time_steps and not any(layer["type"] == "flatten" for layer in changed["layers"]):
            inputs = inputs[1:]
    return inputs, [{**layer, "activation": None} for layer in changed["layers"]]


def _data(spec: Spec, form: Form) -> dict[str, Any]:
    """The data; another data set comes with its own defaults, but for what was typed."""
    now, name = spec.data, text(form, "dataset")
    if not name and not isinstance(now, DatasetSpec):
        return now.model_dump()
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


def _layers(spec: Spec, form: Form) -> Layers:
    layers: Layers = [layer.model_dump() for layer in spec.layers]
    if not ("activation" in form or "change" in form):
        return layers
    for layer in spec.layers:
        if not isinstance(layer, DenseSpec):
            raise RequestError(
                N_("Only dense layers can be changed here; there is a layer {type}."), type=layer.type
            )
    if "activation" in form:
        units, activations = list(form.get("units", ())), form["activation"]
        if len(units) != len(activations) - 1:
            raise RequestError(
                N_("The form is not complete: {units} numbers of units, {activations} activations."),
                units=len(units),
                activations=len(activations),
            )
        units.append(str(layers[-1]["units"]))
        layers = [
            {"type": "dense", "units": int(size) if _whole(size) else size, "activation": activation}
            for size, activation in zip(units, activations, strict=True)
        ]
    return _pressed(layers, text(form, "change")) if "change" in form else layers


def _whole(size: str) -> bool:
    return size.isascii() and size.isdecimal() and len(size) < 10


def _pressed(layers: Layers, change: str) -> Layers:
    """The layers after one press of a button."""
    verb, _, place = change.partition(":")
    at = int(place) if _whole(place) else len(layers)
    if at >= len(layers) or (verb != "add" and at == len(layers) - 1):
        raise RequestError(N_("There is no change {change} of these layers."), change=change)
    units = layers[at]["units"]
    if verb == "add":
        like = layers[max(at - 1, 0)] if len(layers) > 1 else NEW_LAYER
        layers.insert(at, {**NEW_LAYER, "activation": like["activation"]})
    elif verb == "remove":
        del layers[at]
    elif verb in ("more", "fewer"):
        if isinstance(units, int):
            layers[at]["units"] = units + (1 if verb == "more" else -1)
    else:
        raise RequestError(N_("There is no change {change} of these layers."), change=change)
    return layers


def _fit_data(changed: dict[str, Any], spec: Spec, kind: DatasetKind) -> None:
    """Another data set: an output layer and a loss for it, unless those there fit."""
    old = spec.data.dataset if isinstance(spec.data, DatasetSpec) else None
    if old == kind.name:
        return
    _fit_form(changed, spec, kind)
    units, _, loss, _ = _end_of(changed)
    fits = (
        old is not None
        and DATASETS[old].task == kind.task
        and units in kind.outputs
        and (kind.task == "regression" or units > 1 or loss in TWO_CLASS_LOSSES)
    )
    last = changed["layers"][-1]
    if not fits and last["type"] == "dense":
        last["units"] = kind.outputs[0]
        last["activation"], changed["loss"] = _end(kind)


TAKES_IMAGES = N_("is {dataset}, which has no images; the layer {type} of this network takes nothing else")
TAKES_SEQUENCES = N_(
    "is {dataset}, which has no sequences; the layer {type} of this network takes nothing else"
)
NEEDS_MEMORY = N_(
    "is {dataset}, which wants one answer at the end of each sequence; this network has no recurrent layer to keep it"
)


def _fit_form(changed: dict[str, Any], spec: Spec, kind: DatasetKind) -> None:
    """Inputs of another form: the last recurrent layer answers at every step, or at the end alone, as the data
    want it. Raises SpecError where a layer cannot take them."""
    for form, layers, text in (
        ("image", ImageSpec, TAKES_IMAGES),
        ("sequence", RecurrentSpec, TAKES_SEQUENCES),
    ):
        for layer in spec.layers:
            if isinstance(layer, layers) and kind.form != form:
                raise _refused(text, kind, type=layer.type)
    if kind.form != "sequence" or any(isinstance(layer, FlattenSpec) for layer in spec.layers):
        return
    recurrent = [layer for layer in changed["layers"] if "return_sequences" in layer]
    if recurrent:
        recurrent[-1]["return_sequences"] = kind.per_step
    elif not kind.per_step:
        raise _refused(NEEDS_MEMORY, kind)


def _refused(text: str, kind: DatasetKind, **values: object) -> SpecError:
    fault = Fault(("data", "dataset"), text, (("dataset", kind.name), *values.items()))
    return SpecError(N_("The spec is not valid."), [fault])


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
