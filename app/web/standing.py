"""What stands on a page whatever happens to the session: made once for its setup, or for its settings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from weakref import WeakKeyDictionary

import orjson
from orjson import Fragment

from app import following
from app.i18n import translate
from app.scene.fields import knob_texts
from app.scene.samples import Samples
from app.session import Regime
from app.setup import Setup
from app.typed import Form


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What is the same for every session of a setup, in a language: names of inputs and outputs, or nothing; what is
    shown of samples; what a probe is made of."""

    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    samples: Samples
    probe_form: Form | None


_standing: defaultdict[str, WeakKeyDictionary[Setup, Standing]] = defaultdict(WeakKeyDictionary)


def standing_of(setup: Setup, code: str) -> Standing:
    """The same, made once."""
    found = _standing[code].get(setup)
    if found is None:
        found = _standing[code][setup] = _stands(setup, code)
    return found


def _stands(setup: Setup, code: str) -> Standing:
    network, data, form = setup.network, setup.data, following.probe_form(setup)
    input_names, output_names = (
        tuple(translate(code, name) for name in names) for names in (data.feature_names, data.class_names)
    )
    if len(output_names) != network.output_shape[-1]:
        output_names = ()
    if form and form.kind != "symbols":  # symbols are what they are in any language
        form = replace(form, names=tuple(translate(code, name) for name in form.names))
    return Standing(input_names, output_names, Samples(network, data, input_names, output_names), form)


@lru_cache(maxsize=256)
def settings_of(regime: Regime) -> Fragment:
    """The texts of the fields of what can change while training, as JSON."""
    return Fragment(orjson.dumps(knob_texts(regime.knobs)))
