"""What parameters and neurons are called on the page, in the notation of the network.

matrix      W⁽¹⁾₁₂ from unit 1 to unit 2 of layer 1, b⁽¹⁾₂; counted from 1
nodes       neurons 1…n through the layers, inputs included; w12, b2, δ2 (textbooks' graphs)
sequence    w1, w2, … through the layers, by target, then by source; b1, b2, … (the calculation by hand)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPER = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Names:
    """Names for a network with `sizes[0]` inputs and `sizes[1:]` units per layer."""

    notation: str
    sizes: tuple[int, ...]
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()

    def weight(self, layer: int, source: int, unit: int) -> str:
        """The weight of `spec.layers[layer]` from unit `source` to unit `unit`."""
        if self.notation == "nodes":
            return f"w{self._pair(self._node(layer, source), self._node(layer + 1, unit))}"
        if self.notation == "sequence":
            before = sum(a * b for a, b in zip(self.sizes[:layer], self.sizes[1:], strict=False))
            return f"w{before + unit * self.sizes[layer] + source + 1}"
        return f"W{_upper(layer + 1)}{self._pair(source + 1, unit + 1).translate(_SUB)}"

    def bias(self, layer: int, unit: int) -> str:
        """The bias of unit `unit` of `spec.layers[layer]`."""
        if self.notation == "nodes":
            return f"b{self._node(layer + 1, unit)}"
        if self.notation == "sequence":
            return f"b{sum(self.sizes[1 : layer + 1]) + unit + 1}"
        return f"b{_upper(layer + 1)}{_lower(unit + 1)}"

    def neuron(self, layer: int, unit: int) -> str:
        """A neuron; layer 0 holds the inputs."""
        if self.notation == "nodes":
            return str(self._node(layer, unit))
        if layer == 0:
            return f"x{_lower(unit + 1)}"
        if self.notation == "sequence":
            last = layer == len(self.sizes) - 1
            number = unit + 1 if last else sum(self.sizes[1:layer]) + unit + 1
            return f"{'o' if last else 'h'}{number}"
        return f"a{_upper(layer)}{_lower(unit + 1)}"

    def output(self, layer: int, unit: int) -> str:
        """What a neuron puts out, as it stands in a formula; of layer 0, the input."""
        if self.notation == "nodes":
            return f"{'a' if layer else 'x'}{self._node(layer, unit)}"
        return self.neuron(layer, unit)

    def delta(self, layer: int, unit: int) -> str:
        """δ of a neuron of layer 1 or later."""
        if self.notation == "nodes":
            return f"δ{self._node(layer, unit)}"
        if self.notation == "sequence":
            return f"δ{self.neuron(layer, unit)}"
        return f"δ{_upper(layer)}{_lower(unit + 1)}"

    def target(self, unit: int) -> str:
        """The target of an output, as it stands in a formula."""
        if self.notation == "nodes":
            return f"y{self._node(len(self.sizes) - 1, unit)}"
        return f"y{unit + 1}" if self.notation == "sequence" else f"y{_lower(unit + 1)}"

    def beside(self, layer: int, unit: int) -> str:
        """What stands beside a neuron: the feature of an input, the class of an output; mostly nothing."""
        names: Sequence[str] = ()
        if layer == 0:
            names = self.inputs
        elif layer == len(self.sizes) - 1:
            names = self.outputs
        name = names[unit] if len(names) == self.sizes[layer] else ""
        return "" if name == f"x{unit + 1}" else name

    def _node(self, layer: int, unit: int) -> int:
        return list(accumulate((0, *self.sizes)))[layer] + unit + 1

    def _pair(self, source: int, unit: int) -> str:
        return f"{source}{unit}" if source < 10 and unit < 10 else f"{source},{unit}"


def symbol(name: str, layer: int | None, *indices: int) -> str:
    """`name` with the number of a layer (or none) above and indices, counted from 0, below: W⁽¹⁾₁₂."""
    separator = "," if max(indices) > 8 else ""
    return (
        name
        + ("" if layer is None else _upper(layer))
        + separator.join(_lower(index + 1) for index in indices)
    )


def _lower(number: int) -> str:
    return str(number).translate(_SUB)


def _upper(layer: int) -> str:
    return f"⁽{str(layer).translate(_SUPER)}⁾"
