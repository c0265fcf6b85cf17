"""Names in the three notations."""

from __future__ import annotations

from app.scene.names import Names


def weights(names: Names, layer: int) -> list[str]:
    sources, units = names.sizes[layer], names.sizes[layer + 1]
    return [names.weight(layer, source, unit) for source in range(sources) for unit in range(units)]


def test_matrix_counts_layers_and_units_from_one() -> None:
    names = Names("matrix", (2, 3, 1))
    assert names.weight(0, 0, 1) == "W⁽¹⁾₁₂"
    assert names.bias(1, 0) == "b⁽²⁾₁"
    assert names.neuron(0, 1) == "x₂"
    assert names.neuron(2, 0) == "a⁽²⁾₁"
    assert names.delta(1, 2) == "δ⁽¹⁾₃"


def test_two_digit_indices_are_told_apart() -> None:
    names = Names("matrix", (12, 12))
    assert names.weight(0, 0, 11) == "W⁽¹⁾₁,₁₂"
    assert len(set(weights(names, 0))) == 144


def test_nodes_are_numbered_through_the_layers() -> None:
    names = Names("nodes", (1, 2, 2))
    assert weights(names, 0) == ["w12", "w13"]
    assert weights(names, 1) == ["w24", "w25", "w34", "w35"]
    assert [names.neuron(layer, 0) for layer in range(3)] == ["1", "2", "4"]
    assert names.bias(1, 1) == "b5"
    assert names.delta(2, 0) == "δ4"
    assert (names.output(0, 0), names.output(1, 1)) == ("x1", "a3")


def test_sequence_is_that_of_the_calculation_by_hand() -> None:
    names = Names("sequence", (2, 2, 2))
    into = [names.weight(layer, source, unit) for layer in (0, 1) for unit in (0, 1) for source in (0, 1)]
    assert into == ["w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8"]
    assert [names.bias(layer, unit) for layer in (0, 1) for unit in (0, 1)] == ["b1", "b2", "b3", "b4"]
    assert [names.neuron(layer, 1) for layer in range(3)] == ["x₂", "h2", "o2"]
    assert names.delta(1, 0) == "δh1"


def test_beside_a_neuron_stand_features_and_classes() -> None:
    names = Names("matrix", (2, 3, 2), ("x1", "sin(x2)"), ("no", "yes"))
    assert [names.beside(0, 0), names.beside(0, 1)] == ["", "sin(x2)"]  # x1 is the neuron's own name
    assert names.beside(1, 0) == ""
    assert names.beside(2, 1) == "yes"
