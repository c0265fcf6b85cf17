"""The spec of a network: pydantic models at the boundary, every fault named by its path.

`parse_spec` gives a frozen value with every default filled in. What has to fit together (data, layers, loss,
limits) is checked in setup.py, which turns a spec into a network and its data.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import isfinite
from operator import not_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    SerializeAsAny,
    Tag,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from app.datasets import DATASETS
from app.errors import RequestError, SpecError
from app.faults import faults_of
from app.i18n import N_
from app.layers import LAYER_MODELS, LayerSpec
from app.limits import Limits
from app.model import MOST_FIELDS, Model, at_most, one_of
from app.nn import INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES
from app.nn import Field as Option

NAME_LENGTH = 80
MOST_FROZEN = 10_000
MOST_FEATURES = max(len(kind.features) for kind in DATASETS.values())
SEED_LIMIT = 2**63 - 1
Name = Annotated[str, Field(max_length=NAME_LENGTH)]


class Named(Model):
    """A choice from a registry together with its own options: a schedule, an optimiser."""

    name: str

    def options(self) -> dict[str, float]:
        """The options alone, by name."""
        return {k: v for k, v in self.model_dump().items() if k not in ("name", "learning_rate")}


class Optimizer(Named):
    """A training method and its learning rate."""

    learning_rate: float


N = TypeVar("N", bound=Named)


def models_of(
    registry: Mapping[str, Any], base: type[N], learning_rates: Mapping[str, float] | None = None
) -> dict[str, type[N]]:
    """One model for each entry of a registry, its options bounded as the registry says."""
    models = {}
    for name, rule in registry.items():
        fields = {option: option_field(given) for option, given in rule.fields.items()}
        if learning_rates is not None:
            fields["learning_rate"] = (float, Field(learning_rates.get(name, 0.01), ge=0, le=1e6))
        title = "".join(part.capitalize() for part in name.split("_")) + base.__name__
        models[name] = create_model(title, __base__=base, name=(Literal[name], ...), **fields)  # type: ignore[call-overload]
    return models


def option_field(option: Option) -> tuple[type, Any]:
    """One option of a registry entry as a pydantic field."""
    bounds = {"gt" if option.low_open else "ge": option.low, "lt" if option.high_open else "le": option.high}
    finite: Any = {name: bound for name, bound in bounds.items() if isfinite(bound)}
    kind = int if option.integer else float
    return (kind, Field(kind(option.default), **finite))


def named(value: object, default: str) -> object:
    """A bare name stands for the entry with its defaults, options without a name for the default entry's."""
    if isinstance(value, str):
        return {"name": value}
    return {"name": default, **value} if isinstance(value, Mapping) else value


def choice(models: Mapping[str, type[Named]], default: str) -> Any:
    """The type of any entry of a registry, told apart by its name."""
    return Annotated[
        Union[tuple(SerializeAsAny[model] for model in models.values())],  # type: ignore[valid-type,misc]  # noqa: UP007
        Field(discriminator="name"),
        BeforeValidator(partial(named, default=default)),
    ]


LEARNING_RATES = {"sgd": 0.1, "momentum": 0.05, "nesterov": 0.05, "adagrad": 0.1, "adadelta": 1.0}
OPTIMIZER_MODELS = models_of(OPTIMIZERS, Optimizer, LEARNING_RATES)
SCHEDULE_MODELS = models_of(SCHEDULES, Named)
TAGS = frozenset([*OPTIMIZER_MODELS, *SCHEDULE_MODELS, *LAYER_MODELS, "dataset", "inline"])


ANY_DATASET = next(
    iter(DATASETS.values())
)  # lends its defaults where the name is wrong, so that one fault is said


class DatasetSpec(Model):
    """A data set by name, made from its own seed."""

    dataset: one_of(DATASETS)  # type: ignore[valid-type]
    samples: int = Field(ge=1)
    noise: float = Field(ge=0, le=1)
    test_fraction: float = Field(ge=0, le=0.9)
    seed: int = Field(0, ge=0, le=SEED_LIMIT)
    features: Annotated[tuple[Name, ...], at_most(MOST_FEATURES)] = Field(
        exclude_if=not_, description="of rows: raw inputs, or functions of them"
    )
    time_steps: int | None = Field(None, exclude_if=not_, description="of sequences: how long each is")

    @model_validator(mode="before")
    @classmethod
    def fill_in(cls, value: object) -> object:
        """What is not said, the data set knows."""
        if not isinstance(value, Mapping):
            return value
        kind = DATASETS.get(str(value.get("dataset")), ANY_DATASET)
        defaults = {
            "samples": kind.default_samples,
            "noise": kind.default_noise,
            "test_fraction": kind.default_test_fraction,
            "features": kind.default_features,
            "time_steps": kind.time_steps.default if kind.time_steps else None,
        }
        return defaults | {name: given for name, given in value.items() if given is not None}

    @field_validator("features")
    @classmethod
    def fit_features(cls, features: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """Rows have some, images and sequences none."""
        kind = DATASETS.get(info.data.get("dataset", ""))
        if kind and features and kind.form != "row":
            raise PydanticCustomError("no_features", "no features", {"dataset": kind.name})
        if not features and not (kind and kind.form != "row"):
            counts = {"field_type": "Tuple", "min_length": 1, "actual_length": 0}
            raise PydanticKnownError("too_short", counts)
        return features

    @field_validator("time_steps")
    @classmethod
    def fit_time_steps(cls, steps: int | None, info: ValidationInfo) -> int | None:
        """As many as the data set takes; none where it has no sequences."""
        kind = DATASETS.get(info.data.get("dataset", ""))
        if steps is None or kind is None:
            return steps
        if kind.time_steps is None:
            raise PydanticCustomError("no_time_steps", "no sequences", {"dataset": kind.name})
        if steps < kind.time_steps.low:
            raise PydanticKnownError("greater_than_equal", {"ge": kind.time_steps.low})
        if steps > kind.time_steps.high:
            raise PydanticKnownError("less_than_equal", {"le": kind.time_steps.high})
        return steps

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one input."""
        return DATASETS[self.dataset].input_shape(len(self.features), self.time_steps)


class InlineSpec(Model):
    """Data given row by row: numbers of any rectangular shape, first axis = sample."""

    inputs: list[Any] = Field(min_length=1)
    targets: list[Any] = Field(min_length=1)
    test_inputs: list[Any] | None = None
    test_targets: list[Any] | None = None


def data_tag(value: object) -> str:
    """Which of the two kinds of data this is."""
    has_rows = "inputs" in value if isinstance(value, Mapping) else isinstance(value, InlineSpec)
    return "inline" if has_rows else "dataset"


class Regularization(Model):
    """Penalties on weights: l1·Σ|w| + (l2/2)·Σw²."""

    l1: float = Field(0.0, ge=0, le=1e6)
    l2: float = Field(0.0, ge=0, le=1e6)


class Stop(Model):
    """When training stops by itself."""

    max_steps: int | None = Field(None, ge=1)
    gradient_tolerance: float | None = Field(None, ge=0)
    loss_tolerance: float | None = Field(None, ge=0)


if TYPE_CHECKING:
    AnyOptimizer = Optimizer
    AnySchedule = Named
else:
    AnyOptimizer = choice(OPTIMIZER_MODELS, "sgd")
    AnySchedule = choice(SCHEDULE_MODELS, "constant")


class Knobs(Model):
    """What can change while the training so far is kept."""

    optimizer: AnyOptimizer = Field(default=OPTIMIZER_MODELS["sgd"].model_validate({"name": "sgd"}))
    regularization: Regularization = Regularization()
    batch_size: int = Field(10, ge=1)
    clip_norm: float | None = Field(None, gt=0)
    schedule: AnySchedule = Field(default=SCHEDULE_MODELS["constant"].model_validate({"name": "constant"}))
    stop: Stop = Stop()


class Spec(Knobs):
    """A network, its data and how it is trained: the whole of it, in one value."""

    name: Name = ""
    data: Annotated[
        Annotated[DatasetSpec, Tag("dataset")] | Annotated[InlineSpec, Tag("inline")], Discriminator(data_tag)
    ]
    layers: tuple[LayerSpec, ...] = Field(min_length=1)
    loss: one_of(LOSSES)  # type: ignore[valid-type]
    initializer: one_of(INITIALIZERS) = "xavier_uniform"  # type: ignore[valid-type]
    shuffle: bool = True
    seed: int = Field(0, ge=0, le=SEED_LIMIT)
    notation: Literal["matrix", "nodes", "sequence"] = "matrix"
    parameters: list[Annotated[dict[str, Any], at_most(MOST_FIELDS)]] | None = Field(
        None, description="initial parameters, given"
    )
    frozen: Annotated[tuple[Name, ...], at_most(MOST_FROZEN)] = Field(
        (), description="parameters that stay as they are: b[0], W[1][0,2]"
    )

    @property
    def knobs(self) -> Knobs:
        """The part that can change while training."""
        return Knobs.model_construct(**{name: getattr(self, name) for name in Knobs.model_fields})


def parse_spec(value: object, limits: Limits | None = None) -> Spec:
    """The spec in `value` (what JSON gives). With `limits`, far more layers than they allow are refused before each
    is looked at; a few too many are, to be named with all else by `prepare`.

    Raises SpecError with every fault named by its path.
    """
    if limits is not None and isinstance(value, Mapping):
        given = ((name, value.get(name)) for name in ("layers", "parameters"))
        many = ((name, len(one)) for name, one in given if isinstance(one, list) and len(one) > MOST_FIELDS)
        limits.hold(((name,), count, "max_layers") for name, count in many)
    try:
        return Spec.model_validate(value)
    except ValidationError as error:
        raise SpecError(N_("The spec is not valid."), faults_of(error, TAGS)) from None


def parse_knobs(current: Knobs, changes: object) -> Knobs:
    """`current` with `changes` applied; an object without a name of its own changes the one in force.

    Raises RequestError with every fault named by its path.
    """
    if not isinstance(changes, Mapping) or not changes:
        raise RequestError(N_("Say what to change: any of {names}."), names=", ".join(Knobs.model_fields))
    merged = current.model_dump()
    for field, change in changes.items():
        bare = field in ("optimizer", "schedule") and isinstance(change, str)
        merged[field] = amended(merged.get(field), {"name": change} if bare else change)
    try:
        return Knobs.model_validate(merged)
    except ValidationError as error:
        raise RequestError(N_("The settings are not valid."), faults_of(error, TAGS)) from None


def amended(old: object, change: object) -> object:
    """`change` laid over `old` where both are objects of the same name; else `change` alone."""
    if not isinstance(old, dict) or not isinstance(change, Mapping):
        return change
    same = change.get("name", old.get("name")) == old.get("name")
    return {**old, **change} if same else dict(change)
