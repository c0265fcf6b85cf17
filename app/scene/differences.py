"""Settings of two networks side by side: what is different, and what another one can be made to have otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.i18n import N_
from app.layers import DenseSpec, LayerModel, RecurrentSpec
from app.scene.fields import OPTIMIZER_OPTIONS, SCHEDULE_OPTIONS, build_texts, knob_texts
from app.spec import DatasetSpec, Spec

# Settings that are called so on this page alone; all others by what options.py says of their field.
TITLES = {
    "hidden": N_("Hidden layers"),
    "recurrent": N_("Recurrent layers"),
    "output": N_("Output layer"),
    "layers": N_("Layers"),
    "rows": N_("Rows of data"),
    "frozen": N_("Frozen"),
}
# In the order in which they are offered.
TRAINING = ("learning_rate", "optimizer", *OPTIMIZER_OPTIONS, "batch_size", "schedule", *SCHEDULE_OPTIONS)
PENALTIES = ("l1", "l2", "clip_norm")
NETWORK = ("hidden", "recurrent", "activation", "loss", "initializer", "seed")
DATA = ("dataset", "samples", "noise", "test_fraction", "time_steps", "data_seed", "shuffle")
STOP = ("max_steps", "gradient_tolerance", "loss_tolerance")
OFFERED = (*TRAINING, *PENALTIES, *NETWORK, *DATA, *STOP)
SHOWN_AT_ONCE = (
    *("learning_rate", "optimizer", "batch_size", "l2", "clip_norm"),
    *("hidden", "recurrent", "activation", "loss", "initializer", "seed"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting by its field, and what either network has there: a text, "" for none, None where it has no
    such setting. `given` says that it can be chosen in a form."""

    field: str
    left: str | None
    right: str | None
    given: bool


def differences(left: Spec, right: Spec) -> tuple[Difference, ...]:
    """Every setting that is not the same."""
    ours, theirs = _texts(left), _texts(right)
    found = {
        field: (ours.get(field), theirs.get(field))
        for field in dict.fromkeys([*OFFERED, *ours, *theirs])
        if ours.get(field) != theirs.get(field)
    }
    for field in (*OPTIMIZER_OPTIONS, *SCHEDULE_OPTIONS):
        if None in found.get(field, ()):
            del found[field]  # of another optimiser or schedule, which is named
    if _unlike(left.layers, right.layers, found):
        for field in ("hidden", "activation", "output", "recurrent"):
            found.pop(field, None)
        found["layers"] = (_row(left.layers), _row(right.layers))
    elif None in found.get("activation", ()):
        del found["activation"]
    if left.data != right.data and "rows" not in found and not isinstance(left.data, DatasetSpec):
        found["rows"] = (ours.get("rows"), N_("others"))
    return tuple(Difference(field, *texts, field in OFFERED) for field, texts in found.items())


def settings(spec: Spec) -> dict[str, str]:
    """What can be chosen otherwise for a network, by field, with what it has now."""
    texts = _texts(spec)
    return {field: text for field in OFFERED if (text := texts.get(field)) is not None}


def _texts(spec: Spec) -> dict[str, str | None]:
    built = {
        field: ", ".join(text) if isinstance(text, list) else text
        for field, text in build_texts(spec).items()
        if "-" not in field and text != ""
    }
    texts: dict[str, str | None] = {**knob_texts(spec), **built, "initializer": spec.initializer}
    if not isinstance(spec.data, DatasetSpec):
        texts["rows"] = str(len(spec.data.inputs))
    return texts | _layers(spec.layers) | {"frozen": ", ".join(spec.frozen) or None}


def _layers(layers: Sequence[LayerModel]) -> dict[str, str | None]:
    """What has a line of its own: sizes of dense layers, the one activation, the one type that reads sequences."""
    hidden, last = layers[:-1], layers[-1]
    kinds = {layer.type for layer in layers if isinstance(layer, RecurrentSpec)}
    sizes = [str(layer.units) for layer in hidden if isinstance(layer, DenseSpec)]
    return {
        "activation": _activation(hidden or layers),
        "recurrent": kinds.pop() if len(kinds) == 1 else None,
        "hidden": ",".join(sizes) if _is_plain(layers) else None,
        "output": _text(last) if hidden else None,
    }


def _unlike(
    left: Sequence[LayerModel],
    right: Sequence[LayerModel],
    found: Mapping[str, tuple[str | None, str | None]],
) -> bool:
    """Whether the layers have to be told one by one."""
    if _is_plain(left) and _is_plain(right):
        return False
    mixed = None in found.get("activation", ()) and "recurrent" not in found
    return mixed or [_bare(layer) for layer in left] != [_bare(layer) for layer in right]


def _is_plain(layers: Sequence[LayerModel]) -> bool:
    return all(layer.type == "dense" for layer in layers) and _activation(layers[:-1] or layers) is not None


def _activation(layers: Sequence[LayerModel]) -> str | None:
    """The one that all of them have that have any."""
    found = {str(getattr(layer, "activation", "")) for layer in layers} - {""}
    return found.pop() if len(found) == 1 else None


def _bare(layer: LayerModel) -> dict[str, object]:
    """A layer without what has a line of its own."""
    return layer.model_dump(
        exclude={"activation"} | ({"type"} if isinstance(layer, RecurrentSpec) else set())
    )


def _row(layers: Sequence[LayerModel]) -> str:
    return " – ".join(_text(layer) for layer in layers)


def _text(layer: LayerModel) -> str:
    """A layer in short: its type, its first number, its activation."""
    parts = [layer.type, *map(str, list(layer.sizes().values())[:1]), str(getattr(layer, "activation", ""))]
    return " ".join(part for part in parts if part)
