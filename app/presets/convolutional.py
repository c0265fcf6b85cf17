"""Presets of convolutional networks: kernels that move over images."""

from __future__ import annotations

from app.i18n import N_
from app.presets.preset import Layer, Preset, dense


def conv(filters: int, padding: str = "valid") -> Layer:
    """A convolution with kernels of 3×3."""
    return {"type": "conv2d", "filters": filters, "kernel": 3, "padding": padding, "activation": "relu"}


MAXPOOL: Layer = {"type": "maxpool2d", "size": 2}
FLATTEN: Layer = {"type": "flatten"}

CONVOLUTIONAL = (
    Preset(
        "cnn-shapes",
        N_("Shapes"),
        N_(
            "Two kernels of 3×3 weights move over the image, and three shapes are told apart wherever they "
            "stand. After 400 steps the test accuracy is above 95%."
        ),
        {
            "data": {"dataset": "shapes"},
            "layers": [conv(2), MAXPOOL, *dense("softmax", 3)],
            "loss": "cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.05},
            "initializer": "he_uniform",
            "batch_size": 20,
        },
    ),
    Preset(
        "cnn-padding",
        N_("Same and valid padding"),
        N_(
            "The first convolution pads with zeros (same) and keeps 8×8 pixels, the second does not (valid) "
            "and leaves 6×6. After 300 steps the test accuracy is above 95%."
        ),
        {
            "data": {"dataset": "shapes"},
            "layers": [conv(2, "same"), conv(2, "valid"), MAXPOOL, *dense("softmax", 3)],
            "loss": "cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
            "initializer": "he_uniform",
            "batch_size": 20,
            "seed": 1,
        },
    ),
    Preset(
        "cnn-digits",
        N_("Digits with convolutions"),
        N_(
            "Real handwriting: four kernels look for strokes, eight more for how they meet. "
            "After 300 steps the test accuracy is above 90%."
        ),
        {
            "data": {"dataset": "digit-images"},
            "layers": [conv(4), MAXPOOL, conv(8, "same"), FLATTEN, *dense("softmax", 10)],
            "loss": "cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.02},
            "initializer": "he_uniform",
            "batch_size": 32,
        },
    ),
)
