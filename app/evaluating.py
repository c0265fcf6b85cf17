"""How a network does on all of its data; what has just been evaluated is not run again to be looked at."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app import nn
from app.setup import Rows, Setup

Array = NDArray[np.float64]
KEPT = 8  # evaluations: a request makes two, on training and on test data

_kept: OrderedDict[tuple[int, int], tuple[Array, Rows, nn.Evaluation]] = OrderedDict()
_lock = Lock()


def evaluation(setup: Setup, params: Array, rows: Rows) -> nn.Evaluation:
    """Loss and outputs over all `rows` of the network with `params` (P,), which never change."""
    key = (id(params), id(rows))  # of what is held here, so that nothing else can come to have them
    found = _kept.get(key)
    if found is not None:
        return found[2]
    made = nn.evaluate(setup.network, params, rows.inputs, rows.targets)
    with _lock:
        _kept[key] = (params, rows, made)
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made
