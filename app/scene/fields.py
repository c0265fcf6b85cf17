"""The texts that the fields of the forms show for a spec, by the names of the fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.model import Model
from app.scene.format import plain
from app.spec import OPTIMIZER_MODELS, SCHEDULE_MODELS, DatasetSpec, Knobs, Named, Spec


def options_of(models: Mapping[str, type[Named]]) -> tuple[str, ...]:
    """The options of all entries of a registry together, each once, in their order."""
    return tuple(
        dict.fromkeys(name for model in models.values() for name in model.model_fields if name != "name")
    )


OPTIMIZER_OPTIONS = tuple(name for name in options_of(OPTIMIZER_MODELS) if name != "learning_rate")
LONGEST = 7
SCHEDULE_OPTIONS = options_of(SCHEDULE_MODELS)


def shown(value: float | str | None) -> str:
    """A value as a field shows it: 1e-8 rather than many zeros; "" for None."""
    if isinstance(value, str | int):
        return str(value)
    text = plain(value)
    if len(text) <= LONGEST:
        return text
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else text


def knob_texts(knobs: Knobs) -> dict[str, str | None]:
    """What can change while training; None for an option that the chosen optimiser or schedule does not have."""
    optimizer, schedule = knobs.optimizer, knobs.schedule
    texts: dict[str, str | None] = {
        "batch_size": shown(knobs.batch_size),
        "optimizer": optimizer.name,
        "schedule": schedule.name,
        "clip_norm": shown(knobs.clip_norm),
    }
    chosen: tuple[tuple[Model, tuple[str, ...]], ...] = (
        (optimizer, ("learning_rate", *OPTIMIZER_OPTIONS)),
        (schedule, SCHEDULE_OPTIONS),
        (knobs.regularization, ("l1", "l2")),
        (knobs.stop, ("max_steps", "gradient_tolerance", "loss_tolerance")),
    )
    for part, names in chosen:
        for name in names:
            texts[name] = shown(getattr(part, name)) if hasattr(part, name) else None
    return texts


def build_texts(spec: Spec) -> dict[str, Any]:
    """What only a new network can have otherwise."""
    texts: dict[str, Any] = {
        "loss": spec.loss,
        "initializer": "" if spec.parameters else spec.initializer,
        "seed": str(spec.seed),
        "shuffle": "true" if spec.shuffle else "false",
        "notation": spec.notation,
        "dataset": "",
    }
    if isinstance(spec.data, DatasetSpec):
        data = spec.data
        texts |= {
            "dataset": data.dataset,
            "samples": str(data.samples),
            "noise": plain(data.noise),
            "test_fraction": plain(data.test_fraction),
            "data_seed": str(data.seed),
            "features": list(data.features),
            "time_steps": shown(data.time_steps),
        }
    for place, layer in enumerate(spec.layers):
        texts[f"type-{place}"] = layer.type
        texts |= {f"{name}-{place}": _text(getattr(layer, name)) for name in layer.fields()}
    return texts


def _text(value: bool | float | str | tuple[int, ...]) -> str:
    """A field of a layer; the sides of a kernel as 3×2."""
    if isinstance(value, bool):
        return str(value).lower()
    return "×".join(map(str, value)) if isinstance(value, tuple) else shown(value)
