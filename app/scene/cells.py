"""The controls of a network of any layers: a cell for each, and what could stand before it or instead of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.scene.view import View
from app.stack import choices

ROOMY = 4  # with so many layers the activations stand in the cells


@dataclass(frozen=True, slots=True)
class Cell:
    """One layer. `main` is the field that says most of it ("" for none), `count` whether that is a whole number
    with buttons; `beside` fields stand next to it, `more` fields in a fold. `types` are those it could have, its
    own included, `before` those that could be added before it. `outputs` is the fixed number of the last."""

    type: str
    main: str
    count: bool
    beside: tuple[str, ...]
    more: tuple[str, ...]
    types: tuple[str, ...]
    before: tuple[str, ...]
    removable: bool
    outputs: int | None


@dataclass(frozen=True, slots=True)
class Stack:
    """The cells in order, the types that could stand behind the last, and all fields there are."""

    cells: tuple[Cell, ...]
    behind: tuple[str, ...]
    fields: tuple[str, ...]


def stack(view: View) -> Stack:
    """The controls of the layers of a session."""
    network, layers = view.network, view.spec.layers
    offered = choices(layers, network.input_shape, len(network.output_shape) == 2)
    cells: list[Cell] = []
    for layer, choice in zip(layers, offered, strict=False):
        main, *others = layer.fields() or ("",)
        beside = tuple(name for name in others if name == "activation" and len(layers) <= ROOMY)
        last = len(cells) == len(layers) - 1 and layer.type == "dense"
        cells.append(
            Cell(
                type=layer.type,
                main=main,
                count=bool(layer.count()),
                beside=beside,
                more=tuple(name for name in others if name not in beside),
                types=(layer.type, *choice.instead),
                before=choice.before,
                removable=choice.removable,
                outputs=network.output_shape[-1] if last else None,
            )
        )
    fields = dict.fromkeys(name for layer in layers for name in layer.fields())
    return Stack(tuple(cells), offered[-1].before, tuple(fields))
