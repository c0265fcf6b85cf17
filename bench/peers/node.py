"""Peers on node: each a process that is told to make a network and to run steps of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from app.nn import Array, Conv2d, Dense, Layer, MaxPool2d, Rnn
from bench.peers.side import Case, PeerMissingError, Side

HERE = Path(__file__).parent
MODULES = HERE.parent / "node_modules"


class NodePeer:
    """A library of JavaScript; a program of the name in this folder speaks for it."""

    def __init__(self, name: str, program: str, package: str, tolerance: float, *kinds: type[Layer]) -> None:
        self.name, self.tolerance = name, tolerance
        self._kinds = kinds
        self._node, self._program = shutil.which("node"), HERE / program
        if self._node is None:
            raise PeerMissingError(
                f"{name} is not measured: there is no node here; install Node.js, 20 or newer."
            )
        if not (MODULES / package).is_dir():
            raise PeerMissingError(
                f"{name} is not measured: it is not installed; npm ci --prefix bench gets it."
            )

    def has(self, case: Case) -> bool:
        """See Peer."""
        return all(isinstance(layer, self._kinds) for layer in case.network.layers)

    def side(self, case: Case) -> NodeSide:
        """See Peer."""
        assert self._node
        return NodeSide([self._node, str(self._program)], as_json(case))


class NodeSide:
    """A case in a process of its own, one line of JSON to it and one back."""

    def __init__(self, command: list[str], made: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"NODE_ENV": "production"},
        )
        self._ask({"make": made})

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(self._process.args)} ended")  # type: ignore[arg-type]
        answer: dict[str, Any] = json.loads(line)
        return answer

    def run(self, steps: int) -> float:
        """See Side."""
        return float(self._ask({"steps": steps})["seconds"])

    def outputs(self) -> Array:
        """See Side."""
        return np.array(self._ask({"outputs": True})["outputs"], dtype=np.float64)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def as_json(case: Case) -> dict[str, Any]:
    """The case for a program: layers with their parameters flat, inputs and targets as lists."""
    network, (x, y) = case.network, case.data()
    layers = []
    for number, (layer, own) in enumerate(
        zip(network.layers, network.unflatten(case.parameters()), strict=True)
    ):
        arrays = {name.removesuffix("x"): values.ravel().tolist() for name, values in own.items()}
        is_flattened = isinstance(layer, Dense) and len(network.input_shape_of(number)) > 1
        layers.append(_described(layer) | arrays | {"flat": is_flattened})
    return {
        "shape": network.input_shape,
        "layers": layers,
        "x": x.reshape(len(x), -1).tolist(),
        "y": y.tolist(),
        "optimizer": case.optimizer,
        "rate": case.rate,
    }


def _described(layer: Layer) -> dict[str, Any]:
    activation = layer.laid_activation
    if isinstance(layer, Dense):
        return {"kind": "dense", "units": layer.units, "activation": activation}
    if isinstance(layer, Conv2d):
        return {
            "kind": "conv",
            "units": layer.filters,
            "kernel": layer.kernel[0],
            "pad": layer.pads[0],
            "activation": activation,
        }
    if isinstance(layer, MaxPool2d):
        return {"kind": "pool", "size": layer.size}
    assert isinstance(layer, Rnn)
    return {"kind": "rnn", "units": layer.units, "activation": layer.activation}


def convnetjs() -> NodePeer:
    """Raises PeerMissingError."""
    return NodePeer("ConvNetJS", "convnetjs.mjs", "convnetjs", 1e-9, Dense, Conv2d, MaxPool2d)


def tensorflowjs() -> NodePeer:
    """Raises PeerMissingError."""
    kinds = (Dense, Conv2d, MaxPool2d, Rnn)
    return NodePeer("TensorFlow.js", "tensorflowjs.mjs", "@tensorflow/tfjs-core", 1e-3, *kinds)


def closed(side: Side) -> None:
    """End the process of a side that has one."""
    if isinstance(side, NodeSide):
        side.close()
