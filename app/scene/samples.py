"""The columns of the table of samples: numbers, names of classes, small pictures, letters, curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.scene.format import short
from app.scene.ink import Stamp
from app.scene.sequences import Letters, Spark

Array = NDArray[np.float64]
Cell = float | str | Stamp | Spark | Letters


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column, a cell a sample: all cells are of one kind."""

    cells: Array | Sequence[Cell]

    def cell(self, place: int) -> Cell:
        """The cell of one sample."""
        if isinstance(self.cells, np.ndarray):
            return float(self.cells[place])
        return self.cells[place]

    def packed(self) -> dict[str, Any]:
        """For the module in the browser: `static/js/cells.js`."""
        first = self.cells[0] if len(self.cells) else ""
        if isinstance(self.cells, np.ndarray):
            return {"kind": "numbers", "cells": exact(self.cells)}
        if isinstance(first, Stamp):
            digits = [each.digits for each in self.cells if isinstance(each, Stamp)]
            return {"kind": "stamps", "height": first.height, "width": first.width, "cells": digits}
        if isinstance(first, Spark):
            heights = [each.heights for each in self.cells if isinstance(each, Spark)]
            return {"kind": "sparks", "time": first.time, "cells": heights}
        if isinstance(first, Letters):
            pieces = [(each.whole, each.runs) for each in self.cells if isinstance(each, Letters)]
            return {"kind": "letters", "cells": pieces}
        return {"kind": "words", "cells": self.cells}


def exact(values: Array) -> Array | list[float | str]:
    """Numbers for JSON, which has no NaN and no infinities: those as the text that people read."""
    if isfinite(values.dot(values)):
        return values
    return [x if isfinite(x) else short(x) for x in values.tolist()]
