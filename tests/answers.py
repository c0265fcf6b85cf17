"""What the page's modules are given, as they read it: JSON again, vectors in base64 as lists."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np
import orjson

VECTORS = (
    *("weights", "biases", "gradients", "bias_gradients", "changes", "bias_changes"),
    *("activations", "pre_activations", "deltas"),
)


def read(given: Any) -> Any:
    """What a function of the scene gives for JSON, as JSON brings it to the page."""
    return orjson.loads(orjson.dumps(given, option=orjson.OPT_SERIALIZE_NUMPY))


def unpacked(numbers: dict[str, Any]) -> dict[str, Any]:
    """Numbers with their vectors as lists, null where one is no finite number: `static/js/packed.js`."""
    return numbers | {name: _vector(numbers[name]) for name in VECTORS if name in numbers}


def _vector(values: Any) -> Any:
    if not isinstance(values, str):
        return values
    return [x if np.isfinite(x) else None for x in np.frombuffer(b64decode(values), "<f4").tolist()]
