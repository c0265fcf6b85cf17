"""Data sets: DATASETS by name, generated or bundled, and `build`, which makes what a session trains on."""

from app.datasets.data import (
    MAX_NOISE,
    Accuracy,
    Coding,
    Data,
    before_ones,
    build,
    coding_for,
    dataset_kind,
)
from app.datasets.features import FEATURES, feature_matrix
from app.datasets.kind import Dataset, DatasetKind
from app.datasets.registry import DATASETS

__all__ = [
    "DATASETS",
    "FEATURES",
    "MAX_NOISE",
    "Accuracy",
    "Coding",
    "Data",
    "Dataset",
    "DatasetKind",
    "before_ones",
    "build",
    "coding_for",
    "dataset_kind",
    "feature_matrix",
]
