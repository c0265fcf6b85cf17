"""The same network on another data set: its ends made to fit, the rest kept."""

from __future__ import annotations

from typing import Any

from app.datasets import DATASETS, DatasetKind, dataset_kind
from app.spec import DatasetSpec, Spec

TWO_CLASS_LOSSES = ("binary_cross_entropy", "hinge", "mse", "squared_error", "mae", "huber")


def refit(spec: Spec, dataset: str) -> dict[str, Any]:
    """`spec` as JSON, on `dataset` with that data set's own defaults. Raises DataError for an unknown one."""
    kind = dataset_kind(dataset)
    changed = spec.model_dump(exclude={"parameters", "frozen", "name"})
    changed["data"] = {"dataset": dataset, "seed": getattr(spec.data, "seed", 0)}
    last = changed["layers"][-1]
    if not _fits(spec, kind):
        last["units"] = kind.outputs[0]
        last["activation"], changed["loss"] = _end(kind)
    return changed


def _fits(spec: Spec, kind: DatasetKind) -> bool:
    last = spec.layers[-1]
    was = DATASETS[spec.data.dataset].task if isinstance(spec.data, DatasetSpec) else None
    if getattr(last, "units", None) not in kind.outputs or was != kind.task:
        return False
    return kind.task == "regression" or getattr(last, "units", 1) > 1 or spec.loss in TWO_CLASS_LOSSES


def _end(kind: DatasetKind) -> tuple[str, str]:
    """Activation of the last layer and loss, as the field pairs them."""
    if kind.task == "regression":
        return "linear", "mse"
    return ("sigmoid", "binary_cross_entropy") if kind.outputs[0] == 1 else ("softmax", "cross_entropy")
