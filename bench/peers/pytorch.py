"""PyTorch, eager: a network of ours as its modules, with the same parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from app.nn import Array, Conv2d, Dense, MaxPool2d, Network, Rnn
from bench.peers.ours import gradients
from bench.peers.side import Case, Here, PeerMissingError

Read = Callable[[], list[Array]]
ACTIVATIONS = {"tanh": "Tanh", "relu": "ReLU"}


class PyTorch:
    """See Peer; one thread."""

    name = "PyTorch"
    tolerance = 1e-10

    def __init__(self) -> None:
        try:
            import torch
        except ImportError:
            raise PeerMissingError(
                "PyTorch is not measured: it is not installed; pip install -r requirements-bench.txt gets it."
            ) from None
        torch.set_num_threads(1)
        self._torch = torch

    def has(self, case: Case) -> bool:  # noqa: ARG002
        """See Peer."""
        return True

    def side(self, case: Case) -> Here:
        """See Peer. RuntimeError if its gradients are not ours."""
        torch, (inputs, targets) = self._torch, case.data()
        model, read = model_of(torch, case.network, case.parameters())
        x, y = samples(torch, inputs), torch.from_numpy(targets)
        if case.is_classifier:
            y, loss_of = y.argmax(dim=1), torch.nn.CrossEntropyLoss()
        else:
            loss_of = torch.nn.MSELoss()
        rules = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
        rule = rules[case.optimizer](model.parameters(), lr=case.rate)

        def step() -> None:
            rule.zero_grad()
            loss_of(model(x), y).backward()
            rule.step()

        loss_of(model(x), y).backward()
        if not np.allclose(np.concatenate(read()), gradients(case), rtol=1e-10, atol=1e-13):
            raise RuntimeError(f"{case.title}: the gradients differ from PyTorch's")
        return Here(step, lambda: _outputs(torch, model, x, case.is_classifier))


def _outputs(torch: Any, model: Any, x: Any, is_classifier: bool) -> Array:
    with torch.no_grad():
        outputs = model(x)
    made: Array = (torch.softmax(outputs, dim=1) if is_classifier else outputs).numpy()
    return made


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
    _set(torch, inner.bias_hh_l0, np.zeros(layer.units))
    inner.bias_hh_l0.requires_grad_(False)  # PyTorch's second bias, which says nothing beside the first

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
