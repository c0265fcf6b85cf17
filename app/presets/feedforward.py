"""Presets of dense layers, from two parameters to handwritten digits."""

from __future__ import annotations

from app.i18n import N_
from app.presets.preset import Preset, dense

FEEDFORWARD = (
    Preset(
        "two-parameters",
        N_("Two parameters"),
        N_(
            "One weight and one bias: a straight line through points near 0.8·x + 0.5. "
            "After 50 steps the loss is below 0.02."
        ),
        {
            "data": {"dataset": "line"},
            "layers": dense("linear", 1),
            "loss": "mse",
            "optimizer": {"name": "sgd", "learning_rate": 0.1},
            "batch_size": 20,
        },
    ),
    Preset(
        "one-neuron",
        N_("One neuron"),
        N_(
            "A single sigmoid unit turns a straight line until it parts two clouds. "
            "After 50 steps the test accuracy is above 97%."
        ),
        {
            "data": {"dataset": "gaussian"},
            "layers": dense("sigmoid", 1),
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "sgd", "learning_rate": 0.1},
        },
    ),
    Preset(
        "and-gate",
        N_("AND gate"),
        N_(
            "One neuron learns the truth table of AND: both weights rise, the bias falls. "
            "After 100 steps all 4 rows are right and the loss is below 0.2."
        ),
        {
            "data": {"dataset": "and-table"},
            "layers": dense("sigmoid", 1),
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "sgd", "learning_rate": 1.0},
            "batch_size": 4,
        },
    ),
    Preset(
        "xor",
        N_("XOR"),
        N_(
            "No single line parts XOR; three hidden units bend the plane. "
            "After 200 steps all 4 rows are right and the loss is below 0.05."
        ),
        {
            "data": {"dataset": "xor-table"},
            "layers": [*dense("tanh", 3), *dense("sigmoid", 1)],
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.1},
            "batch_size": 4,
        },
    ),
    Preset(
        "numbered-nodes",
        N_("Numbered nodes"),
        N_(
            "Nodes 1 to 5, weights w12 to w35, as textbooks number them: the first output rises with x, "
            "the second falls. After 300 steps the loss is below 0.01."
        ),
        {
            "data": {
                "inputs": [[0.0], [0.25], [0.5], [0.75], [1.0]],
                "targets": [[0.1, 0.9], [0.3, 0.7], [0.5, 0.5], [0.7, 0.3], [0.9, 0.1]],
            },
            "layers": dense("sigmoid", 2, 2),
            "loss": "squared_error",
            "optimizer": {"name": "sgd", "learning_rate": 2.0},
            "batch_size": 5,
            "shuffle": False,
            "notation": "nodes",
        },
    ),
    Preset(
        "worked-example",
        N_("Worked example 2–2–2"),
        N_(
            "The example with w1 to w8 that most tutorials copy, biases fixed: "
            "one update takes the loss from 0.298371109 to 0.291027774."
        ),
        {
            "data": {"inputs": [[0.05, 0.10]], "targets": [[0.01, 0.99]]},
            "layers": dense("sigmoid", 2, 2),
            "loss": "squared_error",
            "optimizer": {"name": "sgd", "learning_rate": 0.5},
            "batch_size": 1,
            "shuffle": False,
            "notation": "sequence",
            "parameters": [
                {"W": [[0.15, 0.25], [0.20, 0.30]], "b": [0.35, 0.35]},
                {"W": [[0.40, 0.50], [0.45, 0.55]], "b": [0.60, 0.60]},
            ],
            "frozen": ["b[0]", "b[1]"],
        },
    ),
    Preset(
        "worked-example-b",
        N_("Worked example 3–2–1"),
        N_(
            "A textbook exercise with nodes 1 to 6, weights and biases trained: "
            "the output is 0.474, and one update takes w46 from −0.3 to −0.261."
        ),
        {
            "data": {"inputs": [[1, 0, 1]], "targets": [[1]]},
            "layers": dense("sigmoid", 2, 1),
            "loss": "squared_error",
            "optimizer": {"name": "sgd", "learning_rate": 0.9},
            "batch_size": 1,
            "shuffle": False,
            "notation": "nodes",
            "parameters": [
                {"W": [[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]], "b": [-0.4, 0.2]},
                {"W": [[-0.3], [-0.2]], "b": [0.1]},
            ],
        },
    ),
    Preset(
        "circle",
        N_("Circle"),
        N_(
            "Four hidden units draw four lines, two more join them around the disc. "
            "After 300 steps the test accuracy is above 95%."
        ),
        {
            "data": {"dataset": "circle", "noise": 0.0, "seed": 1},
            "layers": [*dense("tanh", 4, 2), *dense("sigmoid", 1)],
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
            "batch_size": 20,
            "seed": 1,
        },
    ),
    Preset(
        "hidden-five",
        N_("Five hidden units"),
        N_(
            "One hidden layer: five lines bend into a border between two half circles. "
            "After 200 steps the test accuracy is above 95%."
        ),
        {
            "data": {"dataset": "moons"},
            "layers": [*dense("tanh", 5), *dense("sigmoid", 1)],
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.1},
        },
    ),
    Preset(
        "blobs",
        N_("Three classes"),
        N_(
            "Three softmax outputs share out the plane between three clouds. "
            "After 100 steps the test accuracy is above 95%."
        ),
        {
            "data": {"dataset": "blobs"},
            "layers": [*dense("tanh", 4), *dense("softmax", 3)],
            "loss": "cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
        },
    ),
    Preset(
        "spiral",
        N_("Spiral"),
        N_(
            "Two arms wound around each other; the sines of x1 and x2 as further inputs help to part them. "
            "After 300 steps the test accuracy is above 90%."
        ),
        {
            "data": {"dataset": "spiral", "noise": 0.0, "features": ["x1", "x2", "sin(x1)", "sin(x2)"]},
            "layers": [*dense("tanh", 8, 8), *dense("sigmoid", 1)],
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.01},
            "batch_size": 30,
        },
    ),
    Preset(
        "regression-sine",
        N_("Sine curve"),
        N_(
            "Six tanh units add up to one period of a sine; the noise alone leaves a loss of about 0.01. "
            "After 300 steps the test loss is below 0.03."
        ),
        {
            "data": {"dataset": "sine", "samples": 200},
            "layers": [*dense("tanh", 6), *dense("linear", 1)],
            "loss": "mse",
            "optimizer": {"name": "adam", "learning_rate": 0.05},
            "batch_size": 50,
        },
    ),
    Preset(
        "regression-hills",
        N_("Hills and hollows"),
        N_(
            "A surface over two inputs, where a flat answer has a loss of 0.09. "
            "After 300 steps the test loss is below 0.02."
        ),
        {
            "data": {
                "dataset": "multi-gaussian",
                "noise": 0.0,
                "features": ["x1", "x2", "sin(x1)", "sin(x2)"],
            },
            "layers": [*dense("tanh", 8, 8), *dense("linear", 1)],
            "loss": "mse",
            "optimizer": {"name": "adam", "learning_rate": 0.05},
            "batch_size": 50,
        },
    ),
    Preset(
        "deep-fives",
        N_("Six layers of five"),
        N_(
            "Six layers of sigmoid units: the gradient at the first is below 1/1000 of that at the output. "
            "After 300 steps the test accuracy is still below 60%."
        ),
        {
            "data": {"dataset": "circle", "noise": 0.0, "seed": 3},
            "layers": dense("sigmoid", 5, 5, 5, 5, 5, 5, 1),
            "loss": "binary_cross_entropy",
            "optimizer": {"name": "sgd", "learning_rate": 0.1},
            "batch_size": 25,
            "seed": 3,
        },
    ),
    Preset(
        "iris",
        N_("Iris"),
        N_(
            "Real flowers: three species told apart by four lengths. "
            "After 200 steps the test accuracy is above 90%."
        ),
        {
            "data": {"dataset": "iris"},
            "layers": [*dense("tanh", 5), *dense("softmax", 3)],
            "loss": "cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03},
        },
    ),
    Preset(
        "digits",
        N_("Handwritten digits"),
        N_(
            "Real handwriting, 8×8 pixels: 16 hidden units tell ten digits apart. "
            "After 300 steps the test accuracy is above 90%."
        ),
        {
            "data": {"dataset": "digits"},
            "layers": [*dense("relu", 16), *dense("softmax", 10)],
            "loss": "cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.01},
            "initializer": "he_uniform",
            "batch_size": 32,
        },
    ),
)
