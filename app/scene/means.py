"""What the neurons did, a number each: on the mean of the batch, for the sample that is followed, or for a probe."""

from __future__ import annotations

from app.nn import Means
from app.scene.view import View


def means(view: View) -> Means | None:
    """What stands at the neurons; None before any forward pass."""
    if view.probe:
        return view.probe.means
    return view.batch.means if view.batch else None
