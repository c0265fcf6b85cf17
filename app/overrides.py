"""Single settings in the query of a link: `/p/circle?learning_rate=0.3&activation=relu`."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from app.errors import Fault, SpecError, listed
from app.faults import TEXTS
from app.i18n import N_
from app.layers import LAYER_MODELS, LayerModel, RecurrentSpec
from app.spec import OPTIMIZER_MODELS, SCHEDULE_MODELS, Spec, parse_spec

TOP = ("name", "loss", "batch_size", "initializer", "shuffle", "seed", "clip_norm", "notation")
DATA = ("samples", "noise", "test_fraction", "time_steps")
STOP = ("max_steps", "gradient_tolerance", "loss_tolerance")
PENALTY = ("l1", "l2")
OPTIMIZER = sorted({name for model in OPTIMIZER_MODELS.values() for name in model.model_fields} - {"name"})
SCHEDULE = sorted({name for model in SCHEDULE_MODELS.values() for name in model.model_fields} - {"name"})
KNOWN = (
    *(*TOP, "activation", "hidden", "recurrent", "dataset", *DATA, "data_seed", "features", *PENALTY, *STOP),
    *("optimizer", *OPTIMIZER, "schedule", *SCHEDULE),
)
# What pages and messengers hang onto links; it says nothing about the network.
FOREIGN = frozenset(
    ["lang", "select", "sample", "from", "isappinstalled", "fbclid", "gclid", "spm", "share_token"]
)


def with_overrides(spec: Mapping[str, Any], query: Iterable[tuple[str, str]]) -> Spec:
    """`spec` with the settings of a link's query.

    Raises SpecError naming every setting that is not known and every value that is not valid.
    """
    asked = {name: value for name, value in query if name not in FOREIGN and not name.startswith("utm_")}
    unknown = [Fault((name,), TEXTS["extra_forbidden"]) for name in asked if name not in KNOWN]
    if unknown:  # what is known is said once
        names = (("names", ", ".join(KNOWN)),)
        unknown[0] = Fault(unknown[0].loc, N_("is not known here; known are {names}"), names)
    unknown = [*listed(unknown, len(unknown))]
    try:
        made = parse_spec(_overridden(spec, asked))
    except SpecError as error:
        raise SpecError(error.text, [*unknown, *error.faults]) from None
    if unknown:
        raise SpecError(N_("The link is not valid."), unknown)
    return made


def _overridden(spec: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(dict(spec))
    changed.update({name: _value(asked[name]) for name in TOP if name in asked})
    if "initializer" in asked:
        changed.pop("parameters", None)
    _sections(changed, asked)
    _data(changed, asked)
    _layers(changed, asked)
    return changed


def _value(text: str) -> str | None:
    return None if text in ("", "none", "null") else text


def _picked(asked: Mapping[str, str], names: Iterable[str]) -> dict[str, str | None]:
    return {name: _value(asked[name]) for name in names if name in asked}


def _sections(spec: dict[str, Any], asked: Mapping[str, str]) -> None:
    """Optimiser, schedule, penalties, stop rules; another optimiser comes with its own defaults."""
    for section, names in (("optimizer", OPTIMIZER), ("schedule", SCHEDULE)):
        options = _picked(asked, names)
        if section in asked or options:
            old = spec.get(section, {"optimizer": "sgd", "schedule": "constant"}[section])
            old = {"name": old} if isinstance(old, str) else old
            same = asked.get(section, old["name"]) == old["name"]
            spec[section] = (old if same else {"name": asked[section]}) | options
    for section, fields in (("regularization", PENALTY), ("stop", STOP)):
        if picked := _picked(asked, fields):
            spec[section] = {**spec.get(section, {}), **picked}


def _data(spec: dict[str, Any], asked: Mapping[str, str]) -> None:
    data = dict(spec["data"])
    if "dataset" in asked:
        data = {"dataset": asked["dataset"], "seed": data.get("seed", 0)}
    data.update(_picked(asked, DATA))
    if "data_seed" in asked:
        data["seed"] = asked["data_seed"]
    if "features" in asked:
        data["features"] = asked["features"].split(",")
        _forget_parameters(spec)
    spec["data"] = data


def _layers(spec: dict[str, Any], asked: Mapping[str, str]) -> None:
    """`hidden=4,2`: sizes of the hidden layers; `activation`: what they compute (a single layer: its own);
    `recurrent=lstm`: the type of those that read a sequence."""
    layers = [dict(layer) for layer in spec["layers"]]
    if "recurrent" in asked:
        layers = [_recurrent(layer, asked["recurrent"]) for layer in layers]
        _forget_parameters(spec)
    hidden, last = layers[:-1], layers[-1]
    if "hidden" in asked:
        like = hidden[0] if hidden else {"type": "dense", "activation": "tanh"}
        hidden = [{**like, "units": units} for units in asked["hidden"].split(",") if units]
        _forget_parameters(spec)
    if "activation" in asked:
        for layer in hidden or [last]:
            if "activation" in _fields(layer["type"]):
                layer["activation"] = asked["activation"]
    spec["layers"] = [*hidden, last]


def _recurrent(layer: dict[str, Any], kind: str) -> dict[str, Any]:
    """A layer that reads a sequence as one of another type, with what that one can have of it; any other as it is."""
    if not issubclass(LAYER_MODELS.get(layer["type"], LayerModel), RecurrentSpec):
        return layer
    known = _fields(kind)
    return {name: value for name, value in layer.items() if name in known} | {"type": kind}


def _fields(kind: str) -> Iterable[str]:
    return LAYER_MODELS.get(kind, LayerModel).model_fields


def _forget_parameters(spec: dict[str, Any]) -> None:
    """Parameters that were given for another shape."""
    spec.pop("parameters", None)
    spec.pop("frozen", None)
