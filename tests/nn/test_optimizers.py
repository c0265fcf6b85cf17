"""Optimisers against their formulas, one number at a time."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest

from app.nn import OPTIMIZERS, Array, Update, optimizer, state_names, state_size

Rule = Callable[[float, float, dict[str, float], int, float], tuple[float, dict[str, float]]]


def sgd(w: float, g: float, s: dict[str, float], _t: int, rate: float) -> tuple[float, dict[str, float]]:
    return w - rate * g, s


def momentum(w: float, g: float, s: dict[str, float], _t: int, rate: float) -> tuple[float, dict[str, float]]:
    v = 0.8 * s["v"] + g
    return w - rate * v, {"v": v}


def nesterov(w: float, g: float, s: dict[str, float], _t: int, rate: float) -> tuple[float, dict[str, float]]:
    v = 0.8 * s["v"] + g
    return w - rate * (g + 0.8 * v), {"v": v}


def adagrad(w: float, g: float, s: dict[str, float], _t: int, rate: float) -> tuple[float, dict[str, float]]:
    total = s["sum"] + g * g
    return w - rate * g / (sqrt(total) + 1e-3), {"sum": total}


def rmsprop(w: float, g: float, s: dict[str, float], _t: int, rate: float) -> tuple[float, dict[str, float]]:
    square = 0.9 * s["square_avg"] + (1 - 0.9) * g * g
    return w - rate * g / (sqrt(square) + 1e-3), {"square_avg": square}


def adadelta(w: float, g: float, s: dict[str, float], _t: int, rate: float) -> tuple[float, dict[str, float]]:
    square = 0.7 * s["square_avg"] + (1 - 0.7) * g * g
    change = sqrt(s["acc_delta"] + 1e-3) / sqrt(square + 1e-3) * g
    accumulated = 0.7 * s["acc_delta"] + (1 - 0.7) * change * change
    return w - rate * change, {"square_avg": square, "acc_delta": accumulated}


def adam(w: float, g: float, s: dict[str, float], t: int, rate: float) -> tuple[float, dict[str, float]]:
    m = 0.8 * s["m"] + (1 - 0.8) * g
    v = 0.95 * s["v"] + (1 - 0.95) * g * g
    m_hat, v_hat = m / (1 - 0.8**t), v / (1 - 0.95**t)
    return w - rate * m_hat / (sqrt(v_hat) + 1e-3), {"m": m, "v": v}


def adamw(w: float, g: float, s: dict[str, float], t: int, rate: float) -> tuple[float, dict[str, float]]:
    return adam(w * (1 - rate * 0.3), g, s, t, rate)


BETAS = {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}
RULES: dict[str, tuple[Rule, dict[str, float]]] = {
    "sgd": (sgd, {}),
    "momentum": (momentum, {"momentum": 0.8}),
    "nesterov": (nesterov, {"momentum": 0.8}),
    "adagrad": (adagrad, {"epsilon": 1e-3}),
    "rmsprop": (rmsprop, {"rho": 0.9, "epsilon": 1e-3}),
    "adadelta": (adadelta, {"rho": 0.7, "epsilon": 1e-3}),
    "adam": (adam, BETAS),
    "adamw": (adamw, {**BETAS, "weight_decay": 0.3}),
}


def test_every_optimizer_is_held_to_a_formula() -> None:
    assert list(RULES) == list(OPTIMIZERS)


def laid(name: str, clip_norm: float | None = None, size: int = 5) -> tuple[Update, Array, Array]:
    rng = np.random.default_rng(4)
    w, g = rng.normal(size=size), rng.normal(size=size)
    return Update(optimizer(name, 0.1, **RULES[name][1]), w, g, clip_norm), w, g


@pytest.mark.parametrize("name", RULES)
def test_against_the_formula(name: str) -> None:
    rule = RULES[name][0]
    update, w, g = laid(name)
    names = state_names(optimizer(name, 0.1))
    assert update.state.size == state_size(optimizer(name, 0.1), 5) == 5 * len(names)
    plain = [(float(value), dict.fromkeys(names, 0.0)) for value in w]
    rng = np.random.default_rng(8)
    for t in range(1, 8):
        g[:] = rng.normal(size=5)
        update.apply(0.1 / t, t)
        plain = [rule(*now, t, 0.1 / t) for now in zip_states(plain, g)]
    np.testing.assert_allclose(w, [value for value, _ in plain], rtol=1e-13)
    expected = [[state[piece] for _, state in plain] for piece in names]
    np.testing.assert_allclose(update.state.reshape(len(names), 5), np.reshape(expected, (len(names), 5)))


def zip_states(
    plain: list[tuple[float, dict[str, float]]], g: Array
) -> list[tuple[float, float, dict[str, float]]]:
    return [(value, float(slope), state) for (value, state), slope in zip(plain, g, strict=True)]


@pytest.mark.parametrize("clip_norm", [None, 0.5])
@pytest.mark.parametrize("name", RULES)
def test_frozen_parameters_are_left_exactly_alone(name: str, clip_norm: float | None) -> None:
    update, w, _ = laid(name, clip_norm)
    frozen = np.array([1, 3])
    update.apply(0.1, 1)
    kept, kept_state = w.copy(), update.state.copy()
    update.apply(0.1, 2, frozen)
    pieces, kept_pieces = update.state.reshape(-1, 5), kept_state.reshape(-1, 5)
    assert (w[frozen] == kept[frozen]).all()
    assert (pieces[:, frozen] == kept_pieces[:, frozen]).all()
    assert (np.delete(w, frozen) != np.delete(kept, frozen)).all()
    assert (np.delete(pieces, frozen, 1) != np.delete(kept_pieces, frozen, 1)).all()


def test_clipping() -> None:
    w, g = np.zeros(3), np.array([3.0, 4.0, 100.0])
    shorter, longer, free = (Update(optimizer("sgd", 1.0), w, g, norm) for norm in (1.0, 5.0, None))
    shorter.apply(1.0, 1, frozen=np.array([2]))  # the frozen one is not part of the norm
    np.testing.assert_allclose(w, [-0.6, -0.8, 0.0], rtol=1e-15)
    np.testing.assert_array_equal(g, [3.0, 4.0, 100.0])  # stays readable as it was
    w[:] = 0.0
    longer.apply(1.0, 2, frozen=np.array([2]))  # not longer than the limit
    np.testing.assert_array_equal(w, [-3.0, -4.0, 0.0])
    w[:] = 0.0
    free.apply(1.0, 3)
    np.testing.assert_array_equal(w, [-3.0, -4.0, -100.0])


@pytest.mark.parametrize("name", RULES)
def test_state_goes_out_and_comes_back(name: str) -> None:
    update, w, _ = laid(name)
    update.apply(0.1, 1)
    w_then, state_then = w.copy(), update.state.copy()
    update.apply(0.1, 2)
    w_after, state_after = w.copy(), update.state.copy()
    other, other_w, _ = laid(name)
    other_w[:] = w_then
    other.load(state_then)
    other.apply(0.1, 2)
    assert (other_w == w_after).all()
    assert (other.state == state_after).all()


def test_options_are_resolved() -> None:
    made = optimizer("adam", 0.01, beta1=0.5)
    assert dict(made.options) == {"beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8}
    assert made == optimizer("adam", 0.01, beta1=0.5, beta2=0.999)
    assert hash(made) == hash(optimizer("adam", 0.01, beta1=0.5))
    with pytest.raises(ValueError, match="unknown optimizer 'lion'"):
        optimizer("lion", 0.1)
    with pytest.raises(ValueError, match=r"momentum of momentum is 1; it must lie in \[0, 1\)"):
        optimizer("momentum", 0.1, momentum=1.0)
    with pytest.raises(ValueError, match="sgd has no field 'momentum'"):
        optimizer("sgd", 0.1, momentum=0.9)


def test_overflow_does_not_warn() -> None:
    for name in RULES:
        for clip_norm in (None, 1.0):
            update, w, g = laid(name, clip_norm)
            g[:] = [1e300, -1e300, np.nan, np.inf, 0.0]
            update.apply(1e300, 1)
            update.apply(1e300, 2)
            assert w.shape == (5,)
            assert not np.isfinite(w).all()
