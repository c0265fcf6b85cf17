"""A link as a QR code that a telephone can read."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white around it that the standard (ISO/IEC 18004) asks for


@dataclass(frozen=True, slots=True)
class QrCode:
    """Dark modules as one path in a square of `size` units, a unit a module."""

    size: int
    d: str


def qr_code(text: str) -> QrCode:
    """The smallest code that holds `text`."""
    code = segno.make_qr(text, error="m")
    runs = []
    for y, row in enumerate(code.matrix):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append(f"M{start + QUIET} {y + QUIET}h{x - start}v1h-{x - start}z")
                start = None
    return QrCode(len(code.matrix) + 2 * QUIET, "".join(runs))
