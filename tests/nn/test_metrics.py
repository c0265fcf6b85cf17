"""Accuracy of each kind."""

from __future__ import annotations

import numpy as np

from app.nn import accuracy, right_answers


def test_threshold() -> None:
    outputs = np.array([[0.6], [0.4], [0.51], [np.nan]])
    assert accuracy(right_answers(outputs, np.array([[1], [1], [1], [0]]), "threshold")) == 0.5


def test_sign() -> None:
    assert (
        accuracy(right_answers(np.array([[0.2], [-0.1], [0.3]]), np.array([[1], [-1], [-1]]), "sign"))
        == 2 / 3
    )


def test_argmax_with_labels_and_one_hot() -> None:
    outputs = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [np.nan, 0.3, 0.2]])
    assert accuracy(right_answers(outputs, np.array([1, 2, 0]), "argmax")) == 1 / 3
    assert accuracy(right_answers(outputs, np.eye(3)[[1, 0, 0]], "argmax")) == 2 / 3


def test_argmax_over_time() -> None:
    outputs = np.eye(3)[[[0, 1], [2, 2]]]
    assert accuracy(right_answers(outputs, np.array([[0, 1], [2, 1]]), "argmax")) == 0.75


def test_of_nothing() -> None:
    assert np.isnan(accuracy(right_answers(np.empty((0, 1)), np.empty((0, 1)), "sign")))
