"""How large parameters may be for it to be certain, without a pass, that nothing overflows."""

from __future__ import annotations

from math import log10, prod

from app.nn.network import Network

LARGEST = 140.0  # the power of ten up to which outputs may go: their squares can still be summed


def calm_size(network: Network, largest: float) -> float:
    """As long as no parameter is larger than this, the loss over data within ±`largest` is a finite number;
    0.0 where nothing is certain.

    |f(z)| ≤ 2 max(1, |z|) for every activation, so with parameters within ±M ≥ 1 a layer (at each step, if it
    is recurrent) makes numbers at most 2·M·n times as large, where n counts the summands of one z.
    """
    if not largest <= 10.0**LARGEST:
        return 0.0
    room, times = LARGEST - log10(max(1.0, largest)), 0
    for number, layer in enumerate(network.layers):
        shape = network.input_shape_of(number)
        summands = sum(prod(slot[:-1]) for _, slot in layer.parameters(shape))
        if summands:
            passes = max(1, layer.sequential(shape))
            room -= passes * log10(2 * summands)
            times += passes
    return 10.0 ** (room / times) if times and room >= 0.0 else 0.0
