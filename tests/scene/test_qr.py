"""A QR code is the code that the library makes, drawn with its quiet zone."""

from __future__ import annotations

import re

import segno

from app.scene.qr import QUIET, qr_code

LINK = "https://playground.test/s/abcdefghijklmnop"


def test_every_dark_module_is_drawn_and_no_other() -> None:
    drawn = qr_code(LINK)
    matrix = segno.make_qr(LINK, error="m").matrix
    found = {
        (int(x) + offset - QUIET, int(y) - QUIET)
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)", drawn.d)
        for offset in range(int(run))
    }
    assert found == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    assert drawn.size == len(matrix) + 2 * QUIET
