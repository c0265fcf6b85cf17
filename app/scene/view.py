"""What the page shows of a session: the values that every drawing, table and text below is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from orjson import Fragment

from app.area import Grid
from app.diagnosis import Finding
from app.layers import DenseSpec
from app.nn import Formula, Kind, Means, Network, OneUpdate, Terms, Trace, activations_over
from app.scene.dense import Drawn, dense_layers, drawn_as
from app.scene.given import Given
from app.scene.names import Names
from app.scene.openings import Openings
from app.scene.places import AnyPlace, layer_sizes
from app.spec import Spec
from app.typed import Form

if TYPE_CHECKING:
    from app.scene.samples import Samples

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Phase = Literal["idle", "forward", "backward"]
Curves = Literal["loss", "accuracy", "gradient"]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Losses, accuracies and ‖gradient‖ per layer (points, layers) over the steps; nan where one was not
    measured. Points behind the step `until` are undone."""

    step: Array
    batch_loss: Array
    train_loss: Array
    test_loss: Array
    train_accuracy: Array
    test_accuracy: Array
    norms: Array
    until: int


Value = float | None


@dataclass(frozen=True, slots=True, eq=False)
class Fresh:
    """What a page that shows the curves of `kind` up to the step `since` does not have of them, up to the step
    `until`: their steps, and of each curve its values there and the present one."""

    since: int
    until: int
    kind: str
    steps: list[int]
    values: list[tuple[Value, ...]]
    last: list[Value]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Where one gradient comes from, and what the optimiser makes of it.

    `rows` are the rows of the data that the batch holds, in order: `terms.sample` counts within the batch.
    `update` is what the optimiser starts from (None where that is no longer known), `state` its memory of this
    parameter after the update; `applied` says that old → new has
    happened (phase idle) and is not still to come (phase backward). `frozen`: the optimiser leaves it alone.
    """

    terms: Terms
    rows: IntArray
    penalty_gradient: float
    gradient: float
    formula: Formula
    old: float
    new: float
    state: tuple[tuple[str, float], ...]
    applied: bool
    frozen: bool
    update: OneUpdate | None


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """One neuron in the batch: rows of the data, z (None for an input), a, δ (None before backward)."""

    rows: IntArray
    z: Array | None
    a: Array
    delta: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The batch in flight, the last one, or the coming one: rows of the data, the trace of its pass, and the
    parameters (P,) of that pass.

    `sample` is the place in it of the sample that is followed, `share` (P,) what that one adds to the gradient
    (None before backward); `sample` None is the whole batch. `means` are of the one or the other, None of a
    network that is not drawn unit by unit.
    """

    rows: IntArray
    trace: Trace
    sample: int | None
    share: Array | None
    params: Array
    means: Means | None


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """Inputs of one's own on their way through the network: as they were given, the trace of them alone, and what
    the units did, where it is drawn unit by unit."""

    inputs: Array
    trace: Trace
    means: Means | None


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The place the inspector shows, with what is known of it in this phase.

    `explanation` is None before the first backward pass and for an input; `activity` is None for an edge and
    before the first forward pass.
    """

    place: AnyPlace
    explanation: Explanation | None
    activity: Activity | None


@dataclass(frozen=True, eq=False)
class Maps:
    """What every neuron of the network with `params` (P,) answers over the grid."""

    grid: Grid
    network: Network
    params: Array

    @cached_property
    def layers(self) -> tuple[NDArray[np.floating[Any]], ...]:
        """(units, places) of the inputs and of every layer."""
        return (self.grid.features, *activations_over(self.network, self.params, self.grid.inputs))


class Answered(NamedTuple):
    """What the network answers: outputs (N, …), and which samples (N,) are answered rightly, None for regression."""

    outputs: Array
    right: BoolArray | None


class Answers(NamedTuple):
    """The data, and what the network answers to them (None where nothing is made of it).

    `batch` are the training rows in flight, or of the last batch.
    """

    given: Given
    train: Answered | None
    test: Answered | None
    batch: IntArray

    @property
    def kind(self) -> Kind | None:
        """When an answer is right; None for regression."""
        return self.given.kind


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One training sample, and the network's answer to it as it stands now; `row` and `target` are None of
    inputs of one's own."""

    row: int | None
    inputs: Array
    target: Array | None
    outputs: Array


class View:
    """One session as it stands. Vectors are flat, as `network.slots` lays them out.

    `gradients` are those of the last backward pass; `change` is new − old of the update to come (phase
    backward) or just made. `input_names` and `output_names` are what stands beside the drawing (or nothing).
    `settings` are the texts of the fields of what can change while training, as JSON.
    `openings` is what is opened in the inspector, `all_digits` whether numbers stand there whole. `symbols` are the
    names of one-hot inputs (or nothing). `batch` is None before the first forward pass;
    `coming` then shows what that one will find, where a drawing shows one sample. `probe_form` is what a probe
    is made of (or nothing). `findings` are what goes wrong, the gravest first. `fresh` is what of the curves is new
    to the page that asks, None where it has others; `form` is that of the inspector that it has, "" for none.

    What is not `given` is made by `parts`, by the method of its name, when it is first asked for: few answers need
    all of it.
    """

    id: str
    version: int
    owner: bool
    spec: Spec
    settings: Fragment
    network: Network
    samples: Samples
    preset: str | None
    title: str
    description: str
    phase: Phase
    step: int
    epoch: float
    params: Array
    gradients: Array | None
    change: Array | None
    frozen: frozenset[int]
    batch_loss: float | None
    train_loss: float | None
    test_loss: float | None
    penalty: float
    train_accuracy: float | None
    test_accuracy: float | None
    learning_rate: float
    can_undo: int
    can_redo: int
    diverged: bool
    stopped: str | None
    curve: Curve
    selection: Selection | None
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    maps: Maps | None
    answers: Answers | None
    example: Example | None
    batch: Batch | None
    coming: Batch | None
    probe: Probe | None
    probe_form: Form | None
    symbols: tuple[str, ...]
    openings: Openings
    all_digits: bool
    findings: tuple[Finding, ...]
    fresh: Fresh | None
    form: str

    def __init__(self, parts: object = None, **given: Any) -> None:
        self._parts = parts
        self.__dict__.update(given)

    if not TYPE_CHECKING:  # which is to know of no other attributes than those above

        def __getattr__(self, name: str) -> Any:
            made = self.__dict__[name] = getattr(self._parts, name)()
            return made

    @property
    def followed(self) -> int | None:
        """The row in the data of the sample that is followed; None while the whole batch or a probe is shown."""
        if self.probe or self.batch is None or self.batch.sample is None:
            return None
        return int(self.batch.rows[self.batch.sample])

    @cached_property
    def drawn_pass(self) -> tuple[Trace, int] | None:
        """The trace of the one sample that pictures show, and its place in it: the probe, the sample followed, else
        the first one."""
        if self.probe:
            return self.probe.trace, 0
        batch = self.batch or self.coming
        return (batch.trace.alone(batch.sample or 0), 0) if batch else None

    @property
    def drawn_row(self) -> int | None:
        """The row in the data of that sample; None for a probe."""
        batch = self.batch or self.coming
        return None if self.probe or batch is None else int(batch.rows[batch.sample or 0])

    @property
    def drawn_gradients(self) -> Array | None:
        """What stands on the edges: gradients of the batch, the share of one sample; a probe has none."""
        if self.probe:
            return None
        if self.batch is not None and self.batch.sample is not None:
            return self.batch.share
        return self.gradients

    @property
    def drawn(self) -> Drawn:
        """Which of the three drawings shows it."""
        return drawn_as(self.network)

    @property
    def dense(self) -> tuple[DenseSpec, ...] | None:
        """The layers, where the network is drawn unit by unit."""
        return dense_layers(self.spec, self.network)

    @property
    def names(self) -> Names:
        """What its parameters and neurons are called."""
        return Names(self.spec.notation, layer_sizes(self.network), self.input_names, self.output_names)
