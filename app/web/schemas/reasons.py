"""What the API says of where numbers come from: explanations, checks, the landscape, findings."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.web.schemas.states import Number

Index = list[int]


class Formula(BaseModel):
    """A formula in two notations."""

    latex: str
    mathml: str


class Term(BaseModel):
    """One product of the sum; `sample` counts within the batch, `row` within the training data."""

    sample: int
    row: int
    position: Index | None = None
    time: int | None = None
    local: Number
    delta: Number
    product: Number


class RuleLine(BaseModel):
    """One line of the optimiser's rule: symbol ← formula, the same with its numbers, and its value."""

    name: str
    symbol: str
    value: Number
    formula: Formula
    numbers: Formula


class Update(BaseModel):
    """What the optimiser makes of a gradient; `rule` is null where what it starts from is no longer kept."""

    state: dict[str, Number]
    old: Number
    new: Number
    rule: list[RuleLine] | None
    name: str | None = None
    updates: int | None = None
    frozen: bool | None = None
    state_before: dict[str, Number] | None = None
    gradient_norm: Number = None


class Explanation(BaseModel):
    """The chain rule for one parameter: the `sum` of the products + `penalty_gradient` = `gradient`."""

    parameter: str
    value: Number
    gradient: Number
    terms: list[Term]
    sum: Number
    penalty_gradient: Number
    formula: Formula
    optimizer: Update


class Factor(BaseModel):
    """One factor of a link; `parameter` names a weight."""

    symbol: str
    value: Number
    parameter: str | None = None


class Target(BaseModel):
    """The number that a link leads to."""

    of: str
    layer: int
    index: Index


class Link(BaseModel):
    """The product of the parts times ∂L/∂ of what it leads `to`, null for the loss itself."""

    parts: list[Factor]
    to: Target | None
    value: Number
    product: Number


class Slope(BaseModel):
    """∂L/∂ of a number: its value, the links that make it, and their sum."""

    value: Number
    links: list[Link]
    sum: Number


class Summand(BaseModel):
    """A parameter times what it meets, or an input times its share of a layer without parameters."""

    parameter: str | None = None
    input: str | None = None
    weight: Number
    given: Number
    product: Number


class PreActivation(BaseModel):
    """One z of a unit, term by term; a = f(z), f′(z) and δ."""

    index: Index
    activation: str | None
    value: Number
    terms: list[Summand]
    sum: Number
    a: Number
    slope: Number
    delta: Slope | None


class UnitSample(BaseModel):
    """A unit for one sample of the batch: a gated one has several z, slopes and δ."""

    sample: int
    row: int
    a: Number
    z: list[Number]
    slope: list[Number]
    delta: list[Number]


class Unit(BaseModel):
    """One unit: what its z and its δ are made of for one sample, and its numbers for every sample."""

    layer: int
    type: str
    index: Index
    sample: int
    row: int
    a: Number
    z: list[PreActivation]
    da: Slope | None
    dc: Slope | None
    samples: list[UnitSample]


class Difference(BaseModel):
    """The gradient of one parameter by finite differences; `limit` is extrapolated to ε = 0."""

    epsilon: float
    loss_above: Number
    loss_below: Number
    value: Number
    gradient: Number
    relative_error: Number
    limit: Number
    limit_relative_error: Number


class CheckedArray(BaseModel):
    """The gradient check of one array of parameters."""

    layer: int
    name: str
    max_relative_error: Number
    checked: int


class GradCheck(BaseModel):
    """Central differences against the backward pass."""

    max_relative_error: Number
    checked: int
    layers: list[CheckedArray]


class Remedy(BaseModel):
    """What helps."""

    name: str
    title: str


class DiagnosisEntry(BaseModel):
    """Something that goes wrong; `layer` is null where it is the whole network, `value` what it was judged by."""

    kind: str
    layer: int | None
    value: Number
    numbers: dict[str, Number]
    title: str
    what: str
    why: str
    remedies: list[Remedy]


class Diagnosis(BaseModel):
    """What goes wrong in training, the gravest first."""

    step: int
    findings: list[DiagnosisEntry]


class Axes(BaseModel):
    """Two parameters, or the seed of two random directions."""

    x: str | None = None
    y: str | None = None
    directions: int | None = None


class Path(BaseModel):
    """The way of training over the plane."""

    step: list[int]
    x: list[Number]
    y: list[Number]


class Line(BaseModel):
    """The batch's loss, penalty included, along the last update: t = 1 is its end."""

    t: list[float]
    loss: list[Number]
    slope: Number


class Landscape(BaseModel):
    """Loss and penalty over a plane, on `samples` of the training data."""

    axes: Axes
    x: list[float]
    y: list[float]
    loss: list[list[Number]] = Field(description="a row for each y")
    samples: int
    of: int
    point: list[Number]
    path: Path
    start: list[Number] | None
    gradient: list[Number] | None
    update: list[Number] | None
    along: Line | None
