"""Where the steps of an unrolled network stand: a column a step, a band a layer, bars below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.nn import Network, Recurrent
from app.scene.places import spot_shape
from app.scene.sheets import HEIGHT, sheets
from app.scene.strips import GATES, INPUT, TARGET

WIDTH = 780.0  # user units of the drawing
APART = 34.0  # between the sheets and the first column
EDGE = 2.0  # free on the right
ARROW = 20.0  # from column to column, at least
PITCH_MOST = 84.0
GAP_LEAST, GAP_MOST = 20.0, 46.0  # from band to band
LETTERS, STEP_NAME = 12.0, 14.0  # above a gated band, below the inputs
CELL_MOST, CELL_LEAST, GATE_MOST = 42.0, 14.0, 17.0  # widths of a cell of its own, of a gate's
GATE_LEAST, CELL_READ = 7.0, 27.0  # where steps are folded there is room for a number
BAND_LEAST, TALLEST = 13.0, 20.0  # height of a band, of a cell
BARS, BARS_GAP = 64.0, 18.0  # height of the bars of one layer, room above for their title
MIDDLE = 38.0  # width of what stands for the steps that are folded
DRAWN_MOST = 6000  # cells; of a longer sequence only the ends are drawn
BAR_WIDEST = 14.0


@dataclass(frozen=True, slots=True)
class Band:
    """A layer (0 = inputs) in every column: its top, the height of a cell, the x of its strips within a column.

    `sequence`: it stands in every column, else in the last alone. `letters` are the symbols of its strips.
    """

    layer: int
    units: int
    y: float
    tall: float
    x: tuple[float, ...]
    wide: float
    letters: str
    sequence: bool
    recurrent: bool

    @property
    def bottom(self) -> float:
        """Below its last cell."""
        return self.y + self.units * self.tall

    @property
    def top(self) -> float:
        """Above its letters."""
        return self.y - (LETTERS if len(self.letters) > 1 else 0.0)

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.y + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Half way across, the same in every band."""
        return round((self.x[0] + self.right) / 2, 2)

    @property
    def right(self) -> float:
        """Behind its last strip."""
        return self.x[-1] + self.wide


@dataclass(frozen=True, slots=True)
class Column:
    """One step: where it stands while the middle is folded (None: not at all) and while all are shown; where its
    bars stand in both."""

    step: int
    folded: float | None
    all: float
    bar: float
    bar_all: float


@dataclass(frozen=True, slots=True)
class Columns:
    """`left` is where the first column begins; widths of the drawing folded and whole; `ellipsis` stands for the
    folded steps. `bars` are the base lines of the bars by recurrent layer."""

    left: float
    width: float
    whole: float
    pitch: float
    bands: tuple[Band, ...]
    columns: tuple[Column, ...]
    ellipsis: float | None
    bars: tuple[tuple[int, float], ...]
    tall: float
    bar_width: float

    @property
    def bar_room(self) -> float:
        """How high a bar can be."""
        return self.tall - BARS_GAP


@lru_cache(maxsize=256)
def columns(network: Network, symbols: bool) -> Columns:
    """The places for a network; `symbols` says that an input is one of several symbols."""
    time, left = network.input_shape[0], sheets(network).width + APART
    room = WIDTH - left - EDGE
    widest = max(len(_symbols(network, layer)) for layer in range(len(network.layers) + 1))
    least = ARROW + max(CELL_LEAST, widest * GATE_LEAST)
    fits = time * least <= room
    wished = ARROW + (CELL_READ if widest < 3 else widest * GATE_LEAST)
    shown = time if fits else max(2, int((room - MIDDLE) / wished))
    most = PITCH_MOST if widest < 3 else ARROW + widest * GATE_MOST + PITCH_MOST / 4
    pitch = round(min(most, (room if fits else room - MIDDLE) / shown), 2)
    recurrent = [k for k, layer in enumerate(network.layers, 1) if isinstance(layer, Recurrent)]
    tall = BARS if len(recurrent) < 3 else 2 * BARS / len(recurrent)
    bands = _bands(network, symbols, pitch, HEIGHT - STEP_NAME - len(recurrent) * tall)
    first = time if fits else (shown + 1) // 2
    bars = room / time
    whole, centre = max(WIDTH, left + time * pitch + EDGE), bands[0].centre
    return Columns(
        round(left, 2),
        WIDTH,
        round(whole, 2),
        pitch,
        bands,
        tuple(
            Column(
                t,
                _folded(t, time, first, shown, pitch, left),
                round(left + t * pitch, 2),
                round(left + (t * pitch + centre if fits else (t + 0.5) * bars), 2),
                round(left + t * pitch + centre, 2),
            )
            for t in range(time)
        ),
        None if fits else round(left + first * pitch, 2),
        tuple((layer, HEIGHT - (len(recurrent) - 1 - k) * tall - 1.0) for k, layer in enumerate(recurrent)),
        tall,
        round(min(BAR_WIDEST, 0.7 * (pitch if fits else bars)), 2),
    )


def drawn_steps(places: Columns) -> tuple[Column, ...]:
    """The columns that are in the drawing at all: every one, or of very long sequences the ends alone."""
    cells = sum(band.units * len(band.x) for band in places.bands) * len(places.columns)
    whole = cells <= DRAWN_MOST or places.ellipsis is None
    return tuple(c for c in places.columns if whole or c.folded is not None)


def _folded(t: int, time: int, first: int, shown: int, pitch: float, left: float) -> float | None:
    if t < first:
        return round(left + t * pitch, 2)
    last = shown - first
    if t < time - last:
        return None
    return round(left + first * pitch + MIDDLE + (t - time + last) * pitch, 2)


def _symbols(network: Network, layer: int) -> str:
    """What stands side by side in a band, a letter a strip: targets beside the outputs."""
    target = TARGET if layer == len(network.layers) else ""
    if layer and isinstance(network.layers[layer - 1], Recurrent):
        kind = network.layers[layer - 1].type
        return GATES[kind] + ("c" if kind == "lstm" else "") + "h" + target
    return ("a" if layer else INPUT) + target


def _talls(units: list[int], room: float) -> list[float]:
    """The height of a cell in every band: the same, but a small band is high enough to be seen."""
    cell = min(TALLEST, room / sum(units))
    small = [count * cell < BAND_LEAST for count in units]
    rest = sum(count for count, few in zip(units, small, strict=True) if not few)
    if rest and any(small):
        cell = min(TALLEST, (room - BAND_LEAST * sum(small)) / rest)
    return [BAND_LEAST / count if few else cell for count, few in zip(units, small, strict=True)]


def _wide(count: int, pitch: float) -> float:
    """The width of one of so many strips side by side."""
    return min(
        CELL_MOST if count == 1 else CELL_MOST / 2 if count == 2 else GATE_MOST, (pitch - ARROW) / count
    )


def _bands(network: Network, symbols: bool, pitch: float, bottom: float) -> tuple[Band, ...]:
    """From the inputs, which stand lowest, to the outputs."""
    layers = range(len(network.layers) + 1)
    shapes = [spot_shape(network, layer) for layer in layers]
    units = [1 if symbols and layer == 0 else shapes[layer][-1] for layer in layers]
    above = [LETTERS if len(_symbols(network, layer)) > 1 else 0.0 for layer in layers]
    room = bottom - sum(above) - GAP_LEAST * len(network.layers)
    talls = _talls(units, room)
    used = sum(count * tall for count, tall in zip(units, talls, strict=True))
    gap = min(GAP_MOST, max(GAP_LEAST, (bottom - sum(above) - used) / len(network.layers)))
    made, y = [], bottom
    for layer in layers:
        y -= units[layer] * talls[layer]
        made.append(_band(network, layer, units[layer], y, talls[layer], pitch))
        y -= gap + above[layer]
    return tuple(made)


def _band(network: Network, layer: int, units: int, y: float, tall: float, pitch: float) -> Band:
    letters = _symbols(network, layer)
    counts = [len(_symbols(network, k)) for k in range(len(network.layers) + 1)]
    wides = [_wide(count, pitch) for count in counts]
    most = max(count * wide for count, wide in zip(counts, wides, strict=True))
    count, wide = counts[layer], wides[layer]
    start = pitch - (most + count * wide) / 2
    x = tuple(round(start + k * wide, 2) for k in range(count))
    is_recurrent = layer > 0 and isinstance(network.layers[layer - 1], Recurrent)
    sequence = len(spot_shape(network, layer)) == 2
    return Band(layer, units, round(y, 2), round(tall, 3), x, round(wide, 2), letters, sequence, is_recurrent)
