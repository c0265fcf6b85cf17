"""Standalone scripts that go on training from where a session stands: only the code its network needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.nn import LOSSES, Layer, state_names
from app.session import Regime, Session


@dataclass(frozen=True)
class Written:
    """A layer as a script writes it down. `activation`: "" where it has none, "linear" where the loss takes it
    over. `shape`: of one sample in front of it."""

    number: int
    layer: Layer
    activation: str
    shape: tuple[int, ...]

    @property
    def flattens(self) -> bool:
        """Whether it takes an image as one row, which the scripts leave to a flatten layer."""
        return self.layer.type == "dense" and len(self.shape) == 3

    @property
    def fan_in(self) -> int:
        """Features of one step, or of a whole image."""
        return self.shape[-1] if len(self.shape) == 2 else prod(self.shape)

    @property
    def variable(self) -> str:
        """Its name where one is needed."""
        return f"{self.layer.type}_{self.number}"


def script(name: str, session: Session, state: dict[str, Any]) -> str:
    """The script called `name` (numpy.py or pytorch.py); `state`: what the next update starts from."""
    data = {"inputs": session.setup.data.train_inputs, "targets": session.setup.data.train_targets}
    settings = [regime_settings(regime) for regime in regimes(session)]
    slots, layers = session.setup.network.slots, written(session)
    made = settings if slots else []  # a network without parameters has nothing to update
    return (
        _templates()
        .get_template(name + ".jinja")
        .render(
            title=_plain(session.spec.name or session.preset or "A network"),
            step=session.now.step,
            spec=session.spec,
            layers=layers,
            slots=slots,
            kinds={one.layer.type for one in layers} | {"flatten" for one in layers if one.flattens},
            activations={one.activation for one in layers} - {""},
            settings=settings,
            state_names=state_names(session.now.regime.optimizer),
            optimizers=list(dict.fromkeys(chosen["optimizer"]["name"] for chosen in made)),
            schedules={chosen["schedule"]["name"] for chosen in made},
            clips=any(chosen["clip_norm"] is not None for chosen in made),
            penalties=any(chosen["l1"] or chosen["l2"] for chosen in made),
            frozen=bool(session.now.frozen.size),
            remembered=list(state["optimizer"]) if state["updates"] and slots else [],
            data=_json(data),
            state=_json(state),
        )
    )


def regimes(session: Session) -> list[Regime]:
    """How the coming updates are made; two where the batch in flight was drawn before the settings changed."""
    now = session.now.regime
    drawn = session.flight.regime if session.flight else now
    return [now] if regime_settings(drawn) == regime_settings(now) else [drawn, now]


def regime_settings(regime: Regime) -> dict[str, Any]:
    """What a script needs of the settings that can change while training."""
    knobs = regime.knobs.model_dump(include={"optimizer", "schedule", "batch_size", "clip_norm"})
    return knobs | dict(zip(("l1", "l2"), regime.penalties, strict=True))


def written(session: Session) -> list[Written]:
    """The layers in order."""
    network = session.setup.network
    last = len(network.layers) - 1
    fused = LOSSES[network.loss].after is not None
    return [
        Written(
            number,
            layer,
            "linear" if fused and number == last else getattr(layer, "activation", ""),
            network.input_shape_of(number),
        )
        for number, layer in enumerate(network.layers)
    ]


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("app", "templates/exports"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["python"] = _python
    return environment


def _python(value: object) -> str:
    """A setting as Python writes it; its texts are names from registries, without quotes inside."""
    return repr(value).replace("'", '"')


def _json(value: dict[str, Any]) -> str:
    """Every digit, NaN and infinity too."""
    return json.dumps(value, default=lambda array: array.tolist())


def _plain(title: str) -> str:
    """A name that may stand in a docstring whatever somebody called the network."""
    return "".join(c for c in title if c.isalnum() or c in " -–.,()") or "A network"
