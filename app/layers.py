"""The layers of a spec: what each takes, which of the engine's layers it stands for, where it cannot stand."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal, Union, get_args

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from app import nn
from app.i18n import N_
from app.model import Model, one_of
from app.nn import ACTIVATIONS

Shape = tuple[int, ...]
Misfit = tuple[str, str, dict[str, object]]  # the field, what is wrong with it, and the values in that text

NEEDS_IMAGE = N_("is {type}; it stands behind images (height, width, channels) and gets the shape {shape}")
NEEDS_SEQUENCE = N_("is {type}; it stands behind sequences (time, features) and gets the shape {shape}")
TOO_LARGE = N_("is {value}; the image it gets is {height}×{width}")
TOO_LARGE_PADDED = N_("is {value}; the image it gets is {height}×{width}, padding included")


def one_or_two(value: object) -> object:
    """A side of a kernel, or its height and width."""
    sides = list(value) if isinstance(value, list | tuple) else [value, value]
    if len(sides) != 2 or any(type(side) is not int or side < 1 for side in sides):
        raise PydanticCustomError("sides", "a whole number of at least 1, or two of them")
    return value


class LayerModel(Model):
    """What the layers of a spec share."""

    type: str

    @abstractmethod
    def engine(self) -> nn.Layer:
        """The engine's layer."""

    def misfit(self, shape: Shape) -> Misfit | None:  # noqa: ARG002
        """Why it cannot stand behind samples of `shape`, if it cannot."""
        return None

    def sizes(self) -> dict[str, int]:
        """Fields that count units, held to the limit on them."""
        return {}

    @classmethod
    def fields(cls) -> tuple[str, ...]:
        """What can be chosen of it, the plainest first."""
        return tuple(name for name in cls.model_fields if name != "type")

    def count(self) -> str:
        """The field that says how large it is in whole numbers; "" where there is none."""
        first = next(iter(self.fields()), "")
        return first if isinstance(getattr(self, first, None), int) else ""


class DenseSpec(LayerModel):
    """A fully connected layer: z = x·W + b, a = f(z)."""

    type: Literal["dense"]
    units: int = Field(ge=1)
    activation: one_of(ACTIVATIONS) = "linear"  # type: ignore[valid-type]

    def engine(self) -> nn.Layer:
        """Dense."""
        return nn.Dense(self.units, self.activation)

    def sizes(self) -> dict[str, int]:
        """units."""
        return {"units": self.units}


class ImageSpec(LayerModel):
    """A layer that moves a window over an image."""

    def misfit(self, shape: Shape) -> Misfit | None:
        """No image, or one smaller than the window."""
        if len(shape) != 3:
            return "type", NEEDS_IMAGE, {"type": self.type, "shape": shape}
        field, window, (height, width) = self.window(shape)
        if window[0] <= height and window[1] <= width:
            return None
        text = TOO_LARGE if (height, width) == shape[:2] else TOO_LARGE_PADDED
        return field, text, {"value": getattr(self, field), "height": height, "width": width}

    @abstractmethod
    def window(self, shape: Shape) -> tuple[str, tuple[int, int], tuple[int, int]]:
        """The field that says how large the window is, its height and width, and those it has room in."""


class Conv2dSpec(ImageSpec):
    """A convolution (cross-correlation); `same` pads kernel // 2 zeros on each side."""

    type: Literal["conv2d"]
    filters: int = Field(ge=1)
    kernel: Annotated[int | tuple[int, int], BeforeValidator(one_or_two)] = 3
    stride: int = Field(1, ge=1)
    padding: one_of(dict.fromkeys(nn.PADDINGS)) = "valid"  # type: ignore[valid-type]
    activation: one_of(ACTIVATIONS) = "linear"  # type: ignore[valid-type]

    def engine(self) -> nn.Conv2d:
        """Conv2d."""
        kernel = (self.kernel, self.kernel) if isinstance(self.kernel, int) else self.kernel
        return nn.Conv2d(self.filters, kernel, self.stride, self.padding, self.activation)

    def window(self, shape: Shape) -> tuple[str, tuple[int, int], tuple[int, int]]:
        """The kernel in the padded image."""
        layer = self.engine()
        return "kernel", layer.kernel, layer.padded(shape)

    def sizes(self) -> dict[str, int]:
        """filters."""
        return {"filters": self.filters}


class PoolingSpec(ImageSpec):
    """Squares of size × size pixels become one."""

    size: int = Field(2, ge=1)

    def window(self, shape: Shape) -> tuple[str, tuple[int, int], tuple[int, int]]:
        """A square in the image."""
        return "size", (self.size, self.size), (shape[0], shape[1])


class MaxPool2dSpec(PoolingSpec):
    """The largest of each square."""

    type: Literal["maxpool2d"]

    def engine(self) -> nn.Layer:
        """MaxPool2d."""
        return nn.MaxPool2d(self.size)


class AvgPool2dSpec(PoolingSpec):
    """The mean of each square."""

    type: Literal["avgpool2d"]

    def engine(self) -> nn.Layer:
        """AvgPool2d."""
        return nn.AvgPool2d(self.size)


class FlattenSpec(LayerModel):
    """All numbers of a sample in one row."""

    type: Literal["flatten"]

    def engine(self) -> nn.Layer:
        """Flatten."""
        return nn.Flatten()


class DropoutSpec(LayerModel):
    """In training every number is left out with probability `rate`; the rest are divided by 1 - rate."""

    type: Literal["dropout"]
    rate: float = Field(0.5, ge=0, lt=1)

    def engine(self) -> nn.Layer:
        """Dropout."""
        return nn.Dropout(self.rate)


class RecurrentSpec(LayerModel):
    """A layer that runs over a sequence; it gives its last state, or all."""

    units: int = Field(ge=1)
    return_sequences: bool = False

    def misfit(self, shape: Shape) -> Misfit | None:
        """No sequence."""
        if len(shape) == 2:
            return None
        return "type", NEEDS_SEQUENCE, {"type": self.type, "shape": shape}

    def sizes(self) -> dict[str, int]:
        """units."""
        return {"units": self.units}


class RnnSpec(RecurrentSpec):
    """A plain recurrent layer: h_t = f(x_t·Wx + h_{t-1}·Wh + b)."""

    type: Literal["rnn"]
    activation: one_of(ACTIVATIONS) = "tanh"  # type: ignore[valid-type]

    def engine(self) -> nn.Layer:
        """Rnn."""
        return nn.Rnn(self.units, self.return_sequences, self.activation)


class LstmSpec(RecurrentSpec):
    """Long short-term memory; gates in the order input, forget, candidate, output."""

    type: Literal["lstm"]

    def engine(self) -> nn.Layer:
        """Lstm."""
        return nn.Lstm(self.units, self.return_sequences)


class GruSpec(RecurrentSpec):
    """Gated recurrent unit; gates in the order reset, update, new."""

    type: Literal["gru"]

    def engine(self) -> nn.Layer:
        """Gru."""
        return nn.Gru(self.units, self.return_sequences)


LayerSpec = Annotated[
    Union[  # noqa: UP007
        DenseSpec,
        Conv2dSpec,
        MaxPool2dSpec,
        AvgPool2dSpec,
        FlattenSpec,
        DropoutSpec,
        RnnSpec,
        LstmSpec,
        GruSpec,
    ],
    Field(discriminator="type"),
]
LAYER_MODELS: dict[str, type[LayerModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(LayerSpec)[0])
}


def layers_in(given: object) -> tuple[LayerModel, ...] | None:
    """The layers in what JSON gives; None where a field is wrong."""
    try:
        return _LAYERS.validate_python(given)
    except ValidationError:
        return None


_LAYERS: TypeAdapter[tuple[LayerModel, ...]] = TypeAdapter(tuple[LayerSpec, ...])
