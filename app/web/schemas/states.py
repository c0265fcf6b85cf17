"""What the API says of a session and its training."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from app.spec import Spec

Number = float | None  # null: no finite number
Array = list[Any]
Arrays = list[dict[str, Array]]


class ProblemFault(BaseModel):
    """One fault of what was asked: where it is, and what is wrong."""

    loc: list[str | int]
    msg: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemFault] = Field([], description="of 422: every fault by its path")


class Losses(BaseModel):
    """Mean losses: of the last batch, null before there was one; on all training data; on all test data."""

    batch: Number
    train: Number
    test: Number


class Accuracies(BaseModel):
    """Fractions of right answers."""

    train: Number
    test: Number


class State(BaseModel):
    """Everything of a session; NaN and infinity are null, and `diverged` says so."""

    id: str
    owner: bool
    preset: str | None
    spec: Spec
    phase: str = Field(json_schema_extra={"enum": ["idle", "forward", "backward"]})
    step: int
    epoch: float
    loss: Losses
    penalty: Number
    accuracy: Accuracies | None
    parameters: Arrays = Field(description="aligned with spec.layers, nested lists by name")
    gradients: Arrays | None = Field(description="of the last backward pass, penalty included")
    frozen: list[str]
    learning_rate: Number = Field(description="of the coming update")
    can_undo: int
    can_redo: int
    diverged: bool
    stopped: str | None


class Pair(BaseModel):
    """Two sessions side by side, and their page."""

    left: State
    right: State
    url: str


class PresetEntry(BaseModel):
    """A named spec."""

    name: str
    title: str
    description: str
    spec: Spec


class Batch(BaseModel):
    """The rows of a batch."""

    indices: list[int]
    inputs: Array
    targets: Array


class TracedLayer(BaseModel):
    """Pre-activations, outputs and ∂L/∂z, first axis = sample; of recurrent layers ∂L/∂h, gates and cells."""

    type: str
    z: Array | None
    a: Array
    delta: Array | None = Field(description="null before the backward pass")
    da: Array | None = None
    dh: Array | None = None
    gates: Array | None = None
    cells: Array | None = None


class Trace(BaseModel):
    """Everything of the batch in flight, or of the last one."""

    batch: Batch
    layers: list[TracedLayer]
    outputs: Array
    loss_per_sample: list[Number]


class History(BaseModel):
    """The loss curves up to the present step, entry by entry."""

    step: list[int]
    batch_loss: list[Number]
    train_loss: list[Number] = Field(
        description="null where `evaluated` is false, and where it is not finite"
    )
    test_loss: list[Number] = Field(description="as train_loss; null too where there are no test data")
    gradient_norm: list[list[Number]] = Field(description="per layer")
    evaluated: list[bool] = Field(description="whether the network was measured on all its data at that step")


class Prediction(BaseModel):
    """Outputs (N, *output_shape)."""

    outputs: Array


class Shared(BaseModel):
    """A snapshot and its link."""

    slug: str
    url: str
