"""The inputs a network can be given: raw inputs, and simple functions of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from app.datasets.kind import Array, DatasetKind
from app.errors import DataError
from app.i18n import N_

# Each takes points (N, 1 or 2) and gives one network input (N,).
FEATURES: dict[str, Callable[[Array], Array]] = {
    "x1": lambda points: points[:, 0],
    "x2": lambda points: points[:, 1],
    "x1^2": lambda points: points[:, 0] ** 2,
    "x2^2": lambda points: points[:, 1] ** 2,
    "x1*x2": lambda points: points[:, 0] * points[:, 1],
    "sin(x1)": lambda points: np.sin(points[:, 0]),
    "sin(x2)": lambda points: np.sin(points[:, 1]),
}


def check_features(features: Sequence[str], kind: DatasetKind) -> None:
    """Raise DataError unless the features are some of the kind's, each once; images and sequences have none."""
    if kind.form != "row":
        if features:
            raise DataError(
                N_("The data set {dataset} has no features to choose from; it is taken whole."),
                dataset=kind.name,
            )
        return
    if not features:
        raise DataError(
            N_("A network needs at least one input feature; {dataset} got none."), dataset=kind.name
        )
    for place, feature in enumerate(features):
        if feature not in kind.features:
            raise DataError(
                N_("The data set {dataset} has no feature '{feature}'; it has {available}."),
                dataset=kind.name,
                feature=feature,
                available=_listed(kind.features),
            )
        if feature in features[:place]:
            raise DataError(N_("The feature '{feature}' is there twice; once is the limit."), feature=feature)


def feature_matrix(points: Array, features: Sequence[str] | None, kind: DatasetKind) -> Array:
    """Raw inputs (N, raw inputs) to network inputs (N, features), in the order of `features` (None: all raw);
    images and sequences stay as they are.

    Raises DataError for a feature the kind does not have, or for points of another width.
    """
    chosen = kind.default_features if features is None else features
    check_features(chosen, kind)
    if kind.form != "row":
        return points
    if points.shape[1] != len(kind.input_names):
        raise DataError(
            N_("A point of {dataset} has {width} inputs, not {given}."),
            dataset=kind.name,
            width=len(kind.input_names),
            given=points.shape[1],
        )
    if not kind.domain:
        return np.ascontiguousarray(points[:, [kind.input_names.index(feature) for feature in chosen]])
    return np.column_stack([FEATURES[feature](points) for feature in chosen])


def _listed(names: Sequence[str]) -> str:
    """The names, the middle of a long list left out."""
    return ", ".join(names if len(names) <= 12 else (*names[:3], "…", names[-1]))
