"""The activation of the chosen unit as a curve, with the point where it stands and its tangent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.intervals import FARTHEST
from app.nn import Rnn, activate, slope_at
from app.scene.view import View
from app.scene.weighted import chosen_unit

WIDTH, HEIGHT, MARGIN = 150.0, 88.0, 7.0  # user units
REACH = 4.0  # of z to either side of 0, at least
POINTS = 81
TANGENT = 32.0  # user units to either side


@dataclass(frozen=True, slots=True)
class ActivationPlot:
    """a = f(z) of one sample (`row` in the data, None of a probe). `curve` and `tangent` are paths; `axes` is where
    z = 0 and a = 0 are, `point` where the unit stands."""

    row: int | None
    name: str
    z: float
    a: float
    slope: float
    delta: float | None
    curve: str
    tangent: str
    axes: tuple[float, float]
    point: tuple[float, float]


def activation_plot(view: View) -> ActivationPlot | None:
    """None where no unit with an activation of its own is chosen, and before a forward pass."""
    chosen, drawn = chosen_unit(view), view.drawn_pass
    if chosen is None or drawn is None:
        return None
    (layer, index), (trace, sample) = chosen, drawn
    made, own = view.network.layers[layer], trace.layers[layer]
    name = made.activation if isinstance(made, Rnn) else str(getattr(made, "activation", ""))
    if not name or name == "softmax" or own.z.shape != own.a.shape:
        return None
    at = (sample, *index)
    delta = None if own.delta is None else float(own.delta[at])
    return plotted(view.drawn_row, name, float(own.z[at]), float(own.a[at]), delta)


def plotted(row: int | None, name: str, z: float, a: float, delta: float | None) -> ActivationPlot | None:
    """a = f(z) of the activation `name`; None where a number of it is too large to be drawn, or none."""
    slope = slope_at(name, z)
    if not np.abs([z, a, slope]).max() <= FARTHEST:
        return None
    reach = max(REACH, 1.25 * abs(z))
    zs = np.linspace(-reach, reach, POINTS)
    values = activate(name, zs[:, None])[:, 0]
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    across, up = (WIDTH - 2 * MARGIN) / (2 * reach), (HEIGHT - 2 * MARGIN) / (high - low)

    def place(z: float, a: float) -> tuple[float, float]:
        return round(MARGIN + (z + reach) * across, 2), round(HEIGHT - MARGIN - (a - low) * up, 2)

    half = TANGENT / float(np.hypot(across, slope * up))
    ends = [place(z + by, a + by * slope) for by in (-half, half)]
    points = [place(float(x), float(y)) for x, y in zip(zs, values, strict=True)]
    return ActivationPlot(
        row, name, z, a, slope, delta, _path(points), _path(ends), place(0.0, 0.0), place(z, a)
    )


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
