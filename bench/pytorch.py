"""A network of ours as PyTorch modules, with the same parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.nn import Array, Conv2d, Dense, MaxPool2d, Network, Rnn

Read = Callable[[], list[Array]]
ACTIVATIONS = {"tanh": "Tanh", "relu": "ReLU"}


def model_of(torch: Any, network: Network, params: Array) -> tuple[Any, Read]:
    """The modules in a row (a softmax in front of cross_entropy is the loss's part there), and how to read their
    gradients in our order. ValueError for a layer that no row of the bench has."""
    modules: list[Any] = []
    reads: list[Read] = []
    for number, (layer, own) in enumerate(zip(network.layers, network.unflatten(params), strict=True)):
        shape = network.input_shape_of(number)
        match layer:
            case Dense():
                made, read = _dense(torch, layer, shape, own)
                modules += [torch.nn.Flatten(), made] if len(shape) == 3 else [made]
            case Conv2d():
                made, read = _conv(torch, layer, shape, own)
                modules.append(made)
            case MaxPool2d():
                modules.append(torch.nn.MaxPool2d(layer.size))
                continue
            case Rnn(return_sequences=False):
                made, read = _rnn(torch, layer, shape, own)
                modules.append(made)
            case _:
                raise ValueError(f"no row of the bench has a layer like {layer}")
        if (name := ACTIVATIONS.get(layer.laid_activation)) is not None:
            modules.append(getattr(torch.nn, name)())
        reads.append(read)
    return torch.nn.Sequential(*modules), lambda: [part for read in reads for part in read()]


def samples(torch: Any, x: Array) -> Any:
    """Inputs as PyTorch wants them: an image with its channels first."""
    return torch.from_numpy(np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if x.ndim == 4 else x)


def _set(torch: Any, parameter: Any, values: Array) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.ascontiguousarray(values)))


def _dense(torch: Any, layer: Dense, shape: tuple[int, ...], own: Mapping[str, Array]) -> tuple[Any, Read]:
    places = np.arange(len(own["W"]))
    if len(shape) == 3:  # PyTorch flattens channel by channel
        places = places.reshape(shape).transpose(2, 0, 1).ravel()
    made = torch.nn.Linear(len(places), layer.units, dtype=torch.float64)
    _set(torch, made.weight, own["W"][places].T)
    _set(torch, made.bias, own["b"])
    back = np.argsort(places)
    return made, lambda: [made.weight.grad.numpy().T[back].ravel(), made.bias.grad.numpy()]


def _conv(torch: Any, layer: Conv2d, shape: tuple[int, ...], own: Mapping[str, Array]) -> tuple[Any, Read]:
    made = torch.nn.Conv2d(
        shape[2], layer.filters, layer.kernel, layer.stride, layer.pads, dtype=torch.float64
    )
    _set(torch, made.weight, own["W"].transpose(3, 2, 0, 1))
    _set(torch, made.bias, own["b"])
    return made, lambda: [made.weight.grad.numpy().transpose(2, 3, 1, 0).ravel(), made.bias.grad.numpy()]


def _rnn(torch: Any, layer: Rnn, shape: tuple[int, ...], own: Mapping[str, Array]) -> tuple[Any, Read]:
    inner = torch.nn.RNN(shape[1], layer.units, batch_first=True, dtype=torch.float64)
    _set(torch, inner.weight_ih_l0, own["Wx"].T)
    _set(torch, inner.weight_hh_l0, own["Wh"].T)
    _set(torch, inner.bias_ih_l0, own["b"])
    _set(torch, inner.bias_hh_l0, np.zeros(layer.units))  # PyTorch's second bias

    class Last(torch.nn.Module):  # type: ignore[misc]
        """The last state alone."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, x: Any) -> Any:
            return self.inner(x)[0][:, -1]

    weights = [(inner.weight_ih_l0, True), (inner.weight_hh_l0, True), (inner.bias_ih_l0, False)]
    return Last(), lambda: [
        (weight.grad.numpy().T if turned else weight.grad.numpy()).ravel() for weight, turned in weights
    ]
