"""What an optimiser makes of one parameter, line by line: from its gradient and its state to its new value.

The optimisers themselves (optimizers.py) take all parameters at once, the same formulas in other orders: they
agree to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.nn.algebra import (
    Applied,
    Difference,
    Expression,
    Power,
    Product,
    Quantity,
    Ratio,
    Root,
    Sum,
    Whole,
    symbol,
)
from app.nn.formula import Formula
from app.nn.optimizers import Optimizer
from app.nn.schedules import Schedule


@dataclass(frozen=True)
class OneUpdate:
    """One update of one parameter before it is made.

    slope: ∂L/∂parameter without penalty; l1, l2: the penalties that act on it, 0 for a bias. state: its part of
    the optimiser's state before. updates: which update by this optimiser it is, step: which of all, from 1.
    norm: the length of all gradients that are clipped together, where clip_norm is set.
    """

    optimizer: Optimizer
    schedule: Schedule
    old: float
    slope: float
    state: Mapping[str, float]
    updates: int
    step: int
    l1: float = 0.0
    l2: float = 0.0
    norm: float | None = None
    clip_norm: float | None = None
    frozen: bool = False


@dataclass(frozen=True)
class RuleLine:
    """symbol ← expression. `name` says what it is: gradient, clipped, rate, a piece of state (v, m, …), change,
    decayed, m_hat, v_hat, new."""

    name: str
    symbol: Formula
    expression: Expression

    @property
    def value(self) -> float:
        """What the symbol stands for from here on."""
        return self.expression.value

    @property
    def quantity(self) -> Quantity:
        """The symbol with that number."""
        return Quantity(self.symbol, self.value)


def rule(update: OneUpdate, parameter: Formula) -> list[RuleLine]:
    """The lines of an update, in order; the last one is the new value of the parameter, which is written as
    `parameter`. A frozen one stays as it is."""
    old = Quantity(parameter, update.old)
    if update.frozen:
        return [RuleLine("new", parameter, old)]
    gradient = [_gradient(update, old)]
    if update.clip_norm is not None:
        gradient.append(_clipped(update, gradient[0].quantity))
    rate = _rate(update)
    given = _Given(
        old,
        gradient[-1].quantity,
        rate[-1].quantity if rate else Quantity(symbol("η"), update.optimizer.learning_rate),
        update.state,
        dict(update.optimizer.options),
        Quantity(symbol("t"), float(update.updates)),
    )
    return [*gradient, *rate, *_RULES[update.optimizer.name](given)]


_ONE, _TWO = Whole(1), Whole(2)
_SLOPE = (
    r"\frac{\partial L}{\partial %s}",
    "<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>%s</mrow></mfrac>",
)


def _gradient(update: OneUpdate, old: Quantity) -> RuleLine:
    """g = ∂L/∂w, and λ₁·sgn(w) + λ₂·w for the penalties that act."""
    latex, mathml = _SLOPE
    slope = Quantity(Formula(latex % old.symbol.latex, mathml % old.symbol.mathml), update.slope)
    parts: list[Expression] = [slope]
    if update.l1:
        parts.append(Product((Quantity(symbol("λ", "1"), update.l1), Applied("sgn", (old,)))))
    if update.l2:
        parts.append(Product((Quantity(symbol("λ", "2"), update.l2), old)))
    return RuleLine("gradient", symbol("g"), Sum(tuple(parts)) if len(parts) > 1 else slope)


def _clipped(update: OneUpdate, g: Quantity) -> RuleLine:
    """All gradients longer than c together are scaled down to it: g · min(1, c/‖g‖)."""
    assert update.clip_norm is not None
    assert update.norm is not None
    limit = Quantity(symbol("c"), update.clip_norm)
    length = Quantity(Formula(r"\lVert g \rVert", "<mrow><mo>‖</mo><mi>g</mi><mo>‖</mo></mrow>"), update.norm)
    return RuleLine("clipped", g.symbol, Product((g, Applied("min", (_ONE, Ratio(limit, length))))))


def _rate(update: OneUpdate) -> list[RuleLine]:
    """η = η₀ times the schedule's factor of this step; nothing where it is always 1."""
    options, t = dict(update.schedule.options), Quantity(symbol("t"), float(update.step))
    factor = _FACTORS[update.schedule.name](options, t)
    if factor is None:
        return []
    base = Quantity(symbol("η", "0"), update.optimizer.learning_rate)
    return [RuleLine("rate", symbol("η"), Product((base, factor)))]


def _step_factor(options: Mapping[str, float], t: Quantity) -> Expression:
    every = Quantity(symbol("k"), options["every"])
    times = Applied("⌊⌋", (Ratio(Difference(t, _ONE), every),))
    return Power(Quantity(symbol("γ"), options["factor"]), times)


def _cosine_factor(options: Mapping[str, float], t: Quantity) -> Expression:
    steps, floor = Quantity(symbol("T"), options["steps"]), Quantity(symbol("f"), options["floor"])
    done = Ratio(Applied("min", (Difference(t, _ONE), steps)), steps)
    wave = Sum((_ONE, Applied("cos", (Product((Quantity(symbol("π"), 3.141592653589793), done)),))))
    return Sum((floor, Product((Difference(_ONE, floor), Ratio(wave, _TWO)))))


_FACTORS: dict[str, Callable[[Mapping[str, float], Quantity], Expression | None]] = {
    "constant": lambda _options, _t: None,
    "step": _step_factor,
    "exponential": lambda o, t: Power(Quantity(symbol("γ"), o["gamma"]), Difference(t, _ONE)),
    "inverse_time": lambda o, t: Ratio(
        _ONE, Sum((_ONE, Product((Quantity(symbol("δ"), o["decay"]), Difference(t, _ONE)))))
    ),
    "cosine": _cosine_factor,
    "warmup": lambda o, t: Applied("min", (_ONE, Ratio(t, Quantity(symbol("T"), o["steps"])))),
}


@dataclass(frozen=True)
class _Given:
    """What an optimiser's own lines are written with."""

    w: Quantity
    g: Quantity
    rate: Quantity
    state: Mapping[str, float]
    options: Mapping[str, float]
    t: Quantity

    def option(self, name: str, letter: str, below: str = "") -> Quantity:
        """A setting of the optimiser."""
        return Quantity(symbol(letter, below), self.options[name])

    def before(self, name: str, letter: str) -> Quantity:
        """A piece of the state before the update."""
        return Quantity(symbol(letter), self.state[name])

    def average(self, name: str, letter: str, keep: Quantity, value: Expression) -> RuleLine:
        """mean ← ρ·mean + (1 − ρ)·value."""
        kept = Product((keep, self.before(name, letter)))
        return RuleLine(name, symbol(letter), Sum((kept, Product((Difference(_ONE, keep), value)))))

    def new(self, direction: Expression) -> RuleLine:
        """w ← w − η·direction."""
        return RuleLine("new", self.w.symbol, Difference(self.w, Product((self.rate, direction))))

    def divided(self, square: RuleLine) -> RuleLine:
        """w ← w − η·g/(√s + ε)."""
        below = Sum((Root(square.quantity), self.option("epsilon", "ε")))
        return self.new(Ratio(self.g, below))


def _velocity(o: _Given) -> RuleLine:
    mu = o.option("momentum", "μ")
    return RuleLine("v", symbol("v"), Sum((Product((mu, o.before("v", "v"))), o.g)))


def _momentum(o: _Given) -> list[RuleLine]:
    v = _velocity(o)
    return [v, o.new(v.quantity)]


def _nesterov(o: _Given) -> list[RuleLine]:
    v = _velocity(o)
    return [v, o.new(Sum((o.g, Product((o.option("momentum", "μ"), v.quantity)))))]


def _adagrad(o: _Given) -> list[RuleLine]:
    total = RuleLine("sum", symbol("s"), Sum((o.before("sum", "s"), Power(o.g, _TWO))))
    return [total, o.divided(total)]


def _rmsprop(o: _Given) -> list[RuleLine]:
    square = o.average("square_avg", "s", o.option("rho", "ρ"), Power(o.g, _TWO))
    return [square, o.divided(square)]


def _adadelta(o: _Given) -> list[RuleLine]:
    rho, epsilon = o.option("rho", "ρ"), o.option("epsilon", "ε")
    square = o.average("square_avg", "s", rho, Power(o.g, _TWO))
    ratio = Ratio(Root(Sum((o.before("acc_delta", "u"), epsilon))), Root(Sum((square.quantity, epsilon))))
    change = RuleLine("change", symbol("Δ"), Product((ratio, o.g)))
    accumulated = o.average("acc_delta", "u", rho, Power(change.quantity, _TWO))
    return [square, change, accumulated, o.new(change.quantity)]


def _adam(o: _Given) -> list[RuleLine]:
    first, second = o.option("beta1", "β", "1"), o.option("beta2", "β", "2")
    m, v = o.average("m", "m", first, o.g), o.average("v", "v", second, Power(o.g, _TWO))
    corrected = [
        RuleLine(f"{line.name}_hat", symbol(line.name, hat=True), Ratio(line.quantity, _left(beta, o.t)))
        for line, beta in ((m, first), (v, second))
    ]
    m_hat, v_hat = (line.quantity for line in corrected)
    below = Sum((Root(v_hat), o.option("epsilon", "ε")))
    return [m, v, *corrected, o.new(Ratio(m_hat, below))]


def _left(beta: Quantity, t: Quantity) -> Expression:
    """1 − βᵗ."""
    return Difference(_ONE, Power(beta, t))


def _adamw(o: _Given) -> list[RuleLine]:
    decay = Product((o.rate, o.option("weight_decay", "λ")))
    smaller = RuleLine("decayed", o.w.symbol, Product((Difference(_ONE, decay), o.w)))
    decayed = _Given(smaller.quantity, o.g, o.rate, o.state, o.options, o.t)
    return [smaller, *_adam(decayed)]


_RULES: dict[str, Callable[[_Given], list[RuleLine]]] = {
    "sgd": lambda o: [o.new(o.g)],
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adadelta": _adadelta,
    "adam": _adam,
    "adamw": _adamw,
}
