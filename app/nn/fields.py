"""The numbers a rule takes, described for the boundary that validates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Options = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Field:
    """One number: its default and the interval it must lie in, either end left out where it is open."""

    default: float
    low: float
    high: float
    low_open: bool = False
    high_open: bool = False
    integer: bool = False

    def allows(self, value: float) -> bool:
        """Whether `value` lies in the interval, and is whole where it must be."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below and (not self.integer or value == int(value))

    @property
    def interval(self) -> str:
        """The interval as mathematics writes it: `[0, 1)`."""
        return f"{'(' if self.low_open else '['}{self.low:g}, {self.high:g}{')' if self.high_open else ']'}"


def resolve(owner: str, fields: Mapping[str, Field], options: Mapping[str, float]) -> Options:
    """Every field with its value, defaults filled in; ValueError for a wrong name or value."""
    for name, value in options.items():
        if name not in fields:
            raise ValueError(f"{owner} has no field {name!r}; it has {', '.join(fields) or 'none'}")
        if not fields[name].allows(value):
            raise ValueError(f"{name} of {owner} is {value:g}; it must lie in {fields[name].interval}")
    return tuple((name, float(options.get(name, field.default))) for name, field in fields.items())
