"""A session as files: its spec, its numbers, and standalone scripts that go on training from here."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from app import nn
from app.errors import ConflictError, NotFoundError
from app.i18n import N_
from app.session import Session

SCRIPTED = N_(
    "The export {name} knows dense layers on rows and sequences only; spec.json opens every network."
)
JSON = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_INDENT_2


def spec_json(session: Session) -> bytes:
    """The spec as it stands now: opens the same network from its beginning."""
    return orjson.dumps(session.spec.model_dump(), option=JSON)


def session_json(session: Session) -> bytes:
    """Everything of the present state: spec, parameters, optimiser state, the place in the data."""
    return orjson.dumps({"spec": session.spec.model_dump(), **state_of(session)}, option=JSON)


def parameters_npz(session: Session) -> bytes:
    """The parameters as NumPy arrays named `0.W`, `0.b`, …"""
    layers = session.setup.network.unflatten(session.now.params)
    arrays = {f"{k}.{name}": value for k, layer in enumerate(layers) for name, value in layer.items()}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def state_of(session: Session) -> dict[str, Any]:
    """What an update starts from; the optimiser's state in flat vectors as the engine keeps it."""
    now, network = session.now, session.setup.network
    names = nn.state_names(now.regime.optimizer)
    fresh = now.method != now.regime.optimizer.name  # chosen, but no update made with it yet
    state = np.zeros(len(names) * network.size) if fresh else now.state
    return {
        "parameters": network.unflatten(now.params),
        "optimizer": dict(zip(names, state.reshape(len(names), network.size), strict=True)),
        "updates": 0 if fresh else now.updates,
        "step": now.step,
        "epoch": now.epoch,
        "position": now.position,
        "frozen": now.frozen,
    }


@cache
def _templates() -> Environment:
    return Environment(loader=PackageLoader("app", "templates/exports"), undefined=StrictUndefined)


def _script(name: str, session: Session) -> bytes:
    """A standalone script; JSON inside holds every digit, NaN and infinity too.

    Raises ConflictError for a network that the scripts cannot write down.
    """
    spec, network = session.spec, session.setup.network
    if len(network.input_shape) == 3 or any(layer.type != "dense" for layer in network.layers):
        raise ConflictError(SCRIPTED, name=name)
    data = {
        "inputs": session.setup.data.train_inputs.tolist(),
        "targets": session.setup.data.train_targets.tolist(),
    }
    state = orjson.loads(orjson.dumps(state_of(session), option=JSON))
    kept = spec.model_dump(exclude={"data", "parameters", "name"})
    text = (
        _templates()
        .get_template(name + ".jinja")
        .render(
            title=_plain(spec.name or session.preset or "A network"),
            step=session.now.step,
            spec=json.dumps(kept),
            data=json.dumps(data),
            state=json.dumps(state),
        )
    )
    return text.encode()


def _plain(title: str) -> str:
    """A name that may stand in a docstring whatever somebody called the network."""
    return "".join(c for c in title if c.isalnum() or c in " -–.,()") or "A network"


EXPORTS: dict[str, tuple[str, Callable[[Session], bytes]]] = {
    "spec.json": ("application/json", spec_json),
    "session.json": ("application/json", session_json),
    "parameters.npz": ("application/octet-stream", parameters_npz),
    "pytorch.py": ("text/x-python; charset=utf-8", lambda session: _script("pytorch.py", session)),
    "numpy.py": ("text/x-python; charset=utf-8", lambda session: _script("numpy.py", session)),
}


def export(session: Session, name: str) -> tuple[str, bytes]:
    """Media type and content of one file. Raises NotFoundError."""
    if name not in EXPORTS:
        raise NotFoundError(
            N_("There is no export {name}; there are {available}."), name=name, available=", ".join(EXPORTS)
        )
    media_type, write = EXPORTS[name]
    return media_type, write(session)
