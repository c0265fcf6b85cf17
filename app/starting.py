"""The parameters a session starts from, and those that the optimiser leaves alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from app.errors import Gathered, SpecError, refusal
from app.i18n import N_
from app.nn import Network, ParameterError
from app.spec import Spec

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
INITIAL_STREAM = 0  # of the seed; setup.py has the others


def initial(spec: Spec, network: Network) -> Array:
    """The parameters a session starts from: given in the spec, or drawn from its seed. Raises SpecError."""
    if spec.parameters is None:
        return network.initial(spec.initializer, default_rng([spec.seed, INITIAL_STREAM]))
    flat, found = np.empty(network.size), Gathered()
    for error in network.misfits(spec.parameters, flat):
        found.add(_misfit(error.path, network))
    found.raised()
    return flat


def _misfit(path: str, network: Network) -> SpecError:
    place = tuple(int(part) if part.isdigit() else part for part in re.findall(r"\w+", path))
    expected = " | ".join(
        ", ".join(f"{slot.name} {slot.shape}" for slot in network.slots if slot.layer == layer)
        for layer in range(len(network.layers))
        if layer in place[1:2] or not place[1:]
    )
    text = N_("does not fit the network; finite numbers of these shapes are expected: {expected}")
    return refusal(place, text, expected=expected)


PARAMETER = re.compile(r"(?P<name>[A-Za-z]+)\[(?P<layer>\d{1,6})\](?:\[(?P<index>\d{1,7}(?:,\d{1,7})*)\])?")


def frozen_indices(network: Network, names: Sequence[str]) -> IntArray:
    """Flat indices of parameters written as `b[0]` (all of it) or `W[1][0,2]`. Raises SpecError."""
    chosen, found = set[int](), Gathered()
    for place, text in enumerate(names):
        chosen.update(found.of(_chosen, network, place, text) or ())
    found.raised()
    return np.array(sorted(chosen), dtype=np.int64)


def _chosen(network: Network, place: int, text: str) -> Sequence[int]:
    match = PARAMETER.fullmatch(text)
    slots = [s for s in network.slots if match and (s.name, s.layer) == (match["name"], int(match["layer"]))]
    if not match or not slots:
        raise refusal(("frozen", place), NO_PARAMETER, name=text)
    slot, index = slots[0], match["index"]
    if index is None:
        return range(slot.start, slot.stop)
    try:
        return [network.index(slot.layer, slot.name, tuple(map(int, index.split(","))))]
    except ParameterError:
        raise refusal(("frozen", place), NO_PARAMETER, name=text) from None


NO_PARAMETER = N_("is {name}, which is no parameter of this network; written as b[0] or W[1][0,2]")
