"""What can go wrong, each with its HTTP status.

PlaygroundError
├── SpecError            422  a spec, link or number is wrong; `faults` names each by its path
├── RequestError         422  a request, its body or a setting in it is wrong
├── DataError            422  a data set cannot be made as asked
├── LimitError           422  a limit is exceeded: its name, its value, what was asked
│   ├── TooLargeError    413  the request itself is too large
│   └── TooManyError     429  too many sessions or requests
├── NotFoundError        404  no such session, snapshot, preset, parameter
├── NotOwnerError        403  a mutation by somebody else's browser
├── ConflictError        409  nothing to undo, no backward pass yet
└── StoreError           503  the store cannot be reached
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from app.i18n import N_, translate

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    """One fault of a request: where it is, and what is wrong, in words with {name} places."""

    loc: tuple[str | int, ...]
    text: str
    values: tuple[tuple[str, object], ...] = ()

    def message(self, language: str = "en") -> str:
        """The fault in words."""
        return translate(language, self.text, **dict(self.values))

    def placed(self, language: str = "en") -> str:
        """The fault in words behind its path, if it has one."""
        return f"{self.path} {self.message(language)}".lstrip()

    @property
    def path(self) -> str:
        """The place as it is written: `layers[0].units`."""
        path = ""
        for part in self.loc:
            path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
        return path


MOST_FAULTS = 50  # named one by one; of the others only how many they are is said


MORE = N_("… and {count} more")


def listed(faults: Sequence[Fault], count: int) -> tuple[Fault, ...]:
    """The first MOST_FAULTS of `count` faults, `faults` at least these; where there are more, how many. Faults that
    were listed before count as they said."""
    named = [fault for fault in faults if fault.text != MORE]
    counts = [number for fault in faults if fault.text == MORE for _, number in fault.values]
    before = sum(number for number in counts if isinstance(number, int))
    unnamed = count - len(faults) + max(0, len(named) - MOST_FAULTS) + before
    if not unnamed:
        return tuple(named)
    return (*named[:MOST_FAULTS], Fault((), MORE, (("count", unnamed),)))


class PlaygroundError(Exception):
    """Anything the playground refuses. `text` is a msgid with {name} places for `values`."""

    status = 500
    title = N_("Something went wrong")

    def __init__(self, text: str, faults: Sequence[Fault] = (), **values: object) -> None:
        super().__init__(translate("en", text, **values))
        self.text = text
        self.values = values
        self.faults = tuple(faults)

    def detail(self, language: str = "en") -> str:
        """The message in a language."""
        return translate(language, self.text, **self.values)


class SpecError(PlaygroundError):
    """A spec, a link or a number in it is wrong."""

    status = 422
    title = N_("This network cannot be built")


NOT_VALID = N_("The spec is not valid.")


def refusal(loc: tuple[str | int, ...], text: str, **values: object) -> SpecError:
    """A SpecError with a single fault."""
    return SpecError(NOT_VALID, [Fault(loc, text, tuple(values.items()))])


class Gathered:
    """The faults of checks that do not depend on one another, so that all are said at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._places: set[tuple[str | int, ...]] = set()
        self._texts: set[str] = set()

    def of(self, check: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | None:
        """What a check gives; None where it raises a SpecError, whose faults are kept."""
        try:
            return check(*given, **named)
        except SpecError as error:
            self.add(error)
            return None

    def holds(self, check: Callable[P, object], *given: P.args, **named: P.kwargs) -> bool:
        """Whether a check raises nothing."""
        try:
            check(*given, **named)
        except SpecError as error:
            self.add(error)
            return False
        return True

    def add(self, error: SpecError, *, at: tuple[str | int, ...] = ()) -> None:
        """Keep the faults of an error, as they stand in what is found `at` a place; of one place the first."""
        faults = [replace(fault, loc=(*at, *fault.loc)) for fault in error.faults]
        self.faults += [fault for fault in faults if fault.loc not in self._places or not fault.loc]
        self._places.update(fault.loc for fault in faults)
        self._texts.add(error.text)

    def raised(self) -> None:
        """Raise SpecError with all faults, if there are any."""
        if self.faults:
            text = self._texts.pop() if len(self._texts) == 1 else NOT_VALID
            raise SpecError(text, listed(self.faults, len(self.faults)))


class RequestError(PlaygroundError):
    """A request, its body or a setting in it is wrong."""

    status = 422
    title = N_("This request cannot be carried out")


class DataError(PlaygroundError):
    """A data set cannot be made as asked."""

    status = 422
    title = N_("This data set cannot be used")


class LimitError(PlaygroundError):
    """A limit is exceeded."""

    status = 422
    title = N_("A limit is exceeded")


class TooLargeError(LimitError):
    """The request itself is too large."""

    status = 413


class TooManyError(LimitError):
    """Too many sessions or requests."""

    status = 429


class NotFoundError(PlaygroundError):
    """There is no such thing."""

    status = 404
    title = N_("Not found")


class NotOwnerError(PlaygroundError):
    """Only the owner's browser changes a session."""

    status = 403
    title = N_("This network belongs to somebody else")


class ConflictError(PlaygroundError):
    """The session is not in a state where this can be done."""

    status = 409
    title = N_("Not possible right now")


class StoreError(PlaygroundError):
    """The store cannot be reached."""

    status = 503
    title = N_("The store cannot be reached")
