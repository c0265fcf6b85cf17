"""Where everything stands in the drawing by images: a column a layer, from left to right.

Depends on the network alone. An image is a picture for each channel, what is flattened one slim strip for each
channel beside it, a row of numbers a neuron each. In front of a convolution stand its kernels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt

from app.nn import Conv2d, Network
from app.scene.images_parts import (
    IN_COLUMN,
    Column,
    ImagesLayout,
    Kernel,
    Kernels,
    Kind,
    Picture,
    Unit,
    channels_of,
    folded,
    kind_of,
)
from app.scene.layout import HEIGHT
from app.scene.places import spot_shape

WIDTH = 832.0  # user units of the drawing; one with many layers is wider
MARGIN, TOP, BOTTOM = 10.0, 36.0, 8.0  # room beside, for captions above, below
USABLE = HEIGHT - TOP - BOTTOM
MIDDLE = (TOP + HEIGHT - BOTTOM) / 2
SCALES = (
    1.0,
    0.92,
    0.85,
    0.78,
    0.72,
    0.66,
    0.6,
    0.55,
    0.5,
    0.45,
    0.4,
    0.35,
    0.3,
)  # to try, until everything fits
PITCH = 150.0  # the most from picture to picture
LARGEST_INPUT, LARGEST_MAP = 136.0, 96.0  # the most a picture is high, at full scale
LARGEST_TAP, LARGEST_UNIT = 30.0, 15.0
UNITS_IN_COLUMN = 20  # with more neurons there are several columns of them
BESIDE = 4.0  # from a picture to that of its gradient, from kernel to its gradient
BETWEEN = 7.0  # from kernel to kernel, from picture to picture
STRIP, STRIPS_APART = 8.0, 26.0  # how wide a strip is, and the room for captions between two
NAMES = 46.0  # room beside the outputs for their classes
KERNELS_SHOWN = 12  # of one filter, where the rest is folded


@dataclass(frozen=True, slots=True)
class _Zone:
    """One column before it has a place: `gap` in front of it, `cell` the size of a pixel, tap or radius,
    `across` how many stand side by side."""

    layer: int
    kind: Kind
    gap: float
    width: float
    cell: float
    across: int


@lru_cache(maxsize=256)
def images_layout(network: Network) -> ImagesLayout:
    """The places of a network that is drawn by images."""
    for scale in SCALES:
        zones, room = _zones(network, scale, scale)
        if room <= WIDTH:
            break
    for taps in SCALES:  # kernels take what room is left: their taps hold numbers
        zones, room = _zones(network, scale, taps)
        if room <= WIDTH or taps == scale:
            break
    width = max(WIDTH, room)
    gaps = sum(zone.gap for zone in zones) or 1.0
    spread = min(2.6, 1 + (width - room) / gaps)
    x = (width - (room - gaps + spread * gaps)) / 2 + MARGIN
    columns: list[Column] = []
    kernels: dict[int, Kernels] = {}
    for zone in zones:
        x += spread * zone.gap
        if zone.kind == "kernels":
            kernels[zone.layer] = _kernels(network, zone, x)
        else:
            columns.append(_column(network, zone, x))
        x += zone.width
    return ImagesLayout(round(width, 2), tuple(columns), kernels)


def _zones(network: Network, scale: float, taps: float) -> tuple[list[_Zone], float]:
    """The columns at a scale, their kernels' taps at another, and how wide all of them are."""
    zones: list[_Zone] = []
    for layer in range(len(network.layers) + 1):
        if layer and isinstance(network.layers[layer - 1], Conv2d):
            zones.append(_kernel_zone(network, layer - 1, scale, taps))
        kind = kind_of(network, layer)
        if kind == "maps":
            zones.append(_map_zone(network, layer, scale))
        elif kind == "strip":
            gap = STRIPS_APART if zones[-1].kind == kind else 20.0 * scale + 6
            zones.append(_Zone(layer, kind, gap, 2 * STRIP + BESIDE / 2, STRIP, 1))
        else:
            zones.append(_unit_zone(network, layer, scale))
    return zones, 2 * MARGIN + sum(zone.gap + zone.width for zone in zones)


def _map_zone(network: Network, layer: int, scale: float) -> _Zone:
    height, width, count = spot_shape(network, layer)
    across = 1 if count <= IN_COLUMN else 2 if count <= 2 * IN_COLUMN else ceil(sqrt(count / 2))
    largest = (LARGEST_MAP if layer else LARGEST_INPUT) * scale
    cell = min(largest / height, 1.3 * largest / width, (_pitch(count, across) - BETWEEN) / height)
    both = 2 * width * cell + BESIDE if layer else width * cell
    behind_kernels = layer > 0 and isinstance(network.layers[layer - 1], Conv2d)
    gap = 0.0 if layer == 0 else 20.0 if behind_kernels else 16.0 * scale + 8
    return _Zone(layer, "maps", gap, across * both + (across - 1) * BETWEEN, cell, across)


def _kernel_zone(network: Network, layer: int, scale: float, taps: float) -> _Zone:
    """All kernels: a row for each filter, beside its map, a kernel for each channel. Folded: those of one filter."""
    own, channels = network.layers[layer], network.input_shape_of(layer)[-1]
    assert isinstance(own, Conv2d)
    kh, kw = own.kernel
    gap = 20.0 * scale + 12
    if folded(network, layer):
        shown = min(channels, KERNELS_SHOWN)
        across = ceil(sqrt(shown / 2))
        down = ceil(shown / across)
        tap = min(LARGEST_TAP * taps, 0.9 * USABLE / (down * (kh + 1)))
        return _Zone(layer, "kernels", gap, across * (2 * kw * tap + BESIDE + BETWEEN), tap, across)
    high = _pitch(own.filters, 1) - BETWEEN
    if channels == 1:
        tap = min(LARGEST_TAP * taps, high / kh)
        return _Zone(layer, "kernels", gap, 2 * kw * tap + BESIDE, tap, 1)
    tap = min(LARGEST_TAP * taps, (high - BESIDE / 2) / (2 * kh))
    return _Zone(layer, "kernels", gap, channels * (kw * tap + BETWEEN) - BETWEEN, tap, channels)


def _unit_zone(network: Network, layer: int, scale: float) -> _Zone:
    count = spot_shape(network, layer)[0]
    across = 1 if count <= UNITS_IN_COLUMN else ceil(count / 16) if count <= 64 else ceil(sqrt(count))
    pitch = min(60.0, USABLE / ceil(count / across))
    radius = min(LARGEST_UNIT, 0.42 * pitch, 0.3 * pitch if across > 1 else LARGEST_UNIT)
    names = NAMES if layer == len(network.layers) or layer == 0 else 10.0
    gap = 0.0 if layer == 0 else 64.0 * scale + 16
    return _Zone(layer, "units", gap, across * 2.9 * radius + names, radius, across)


def _pitch(count: int, across: int) -> float:
    return min(PITCH, USABLE / ceil(count / across))


def _middles(count: int, across: int) -> list[float]:
    """The middle heights of `count` pictures, row by row."""
    rows, pitch = ceil(count / across), _pitch(count, across)
    return [MIDDLE + (k // across - (rows - 1) / 2) * pitch for k in range(count)]


def _column(network: Network, zone: _Zone, x: float) -> Column:
    if zone.kind == "units":
        units = _units(spot_shape(network, zone.layer)[0], zone, x + (NAMES if zone.layer == 0 else 0.0))
        middle = sum(unit.x for unit in units) / len(units)
        return Column(zone.layer, zone.kind, round(middle, 2), (), units)
    pictures = tuple(_pictures(network, zone, x))
    middle = (min(p.x for p in pictures) + max(p.right for p in pictures)) / 2
    return Column(zone.layer, zone.kind, round(middle, 2), pictures, ())


def _pictures(network: Network, zone: _Zone, x: float) -> list[Picture]:
    rows, columns, count = channels_of(network, zone.layer)
    strip = zone.kind == "strip"
    made = []
    for channel, middle in enumerate(_middles(count, zone.across)):
        if strip:
            high = _pitch(count, 1) - BETWEEN / 2
            pixel, size, steps = (STRIP, high / (rows * columns)), (rows * columns, 1), (count, 0)
        else:
            pixel, size, steps = (zone.cell, zone.cell), (rows, columns), (columns * count, count)
        wide = size[1] * pixel[0]
        both = wide if zone.layer == 0 else 2 * wide + BESIDE
        left = x + (channel % zone.across) * (both + BETWEEN)
        beside = None if zone.layer == 0 else round(left + wide + (BESIDE / 2 if strip else BESIDE), 2)
        top = middle - size[0] * pixel[1] / 2
        place = (round(left, 2), round(top, 2), beside, pixel)
        made.append(Picture(zone.layer, channel, *place, *size, channel, *steps))
    return made


def _units(count: int, zone: _Zone, x: float) -> tuple[Unit, ...]:
    rows, r = ceil(count / zone.across), zone.cell
    pitch = min(60.0, USABLE / rows)
    return tuple(
        Unit(
            zone.layer,
            unit,
            round(x + r + (unit % zone.across) * 2.9 * r, 2),
            round(MIDDLE + (unit // zone.across - (rows - 1) / 2) * pitch, 2),
            round(r, 2),
        )
        for unit in range(count)
    )


def _kernels(network: Network, zone: _Zone, x: float) -> Kernels:
    own, channels = network.layers[zone.layer], network.input_shape_of(zone.layer)[-1]
    assert isinstance(own, Conv2d)
    kh, kw = own.kernel
    high, wide = kh * zone.cell, kw * zone.cell
    is_folded = folded(network, zone.layer)
    made = []
    if is_folded:
        shown = min(channels, KERNELS_SHOWN)
        down = ceil(shown / zone.across)
        for slot in range(shown):
            left = x + (slot % zone.across) * (2 * wide + BESIDE + BETWEEN)
            top = MIDDLE + (slot // zone.across - down / 2) * (high + zone.cell)
            made.append(Kernel(zone.layer, slot, 0, left, top, left + wide + BESIDE, top))
    else:
        for number, middle in enumerate(_middles(own.filters, 1)):
            for slot in range(channels):
                left = x + slot * (wide + BETWEEN)
                if channels == 1:
                    place = (left, middle - high / 2, left + wide + BESIDE, middle - high / 2)
                else:
                    place = (left, middle - high - BESIDE / 4, left, middle + BESIDE / 4)
                made.append(Kernel(zone.layer, slot, number, *place))
    return Kernels(zone.layer, zone.cell, (kh, kw), is_folded, x, x + zone.width, tuple(made))
