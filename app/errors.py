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

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import N_, translate


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


def refusal(loc: tuple[str | int, ...], text: str, **values: object) -> SpecError:
    """A SpecError with a single fault."""
    return SpecError(N_("The spec is not valid."), [Fault(loc, text, tuple(values.items()))])


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
