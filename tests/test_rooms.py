"""Who may import whom: one way through the house, nothing downstream is imported upstream."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import app

ROOT = Path(app.__file__).parent
WORDS = {"errors", "i18n"}
# A room is a module of app or a folder; what stands here is all it may import of app besides itself.
ROOMS = {
    "i18n": set[str](),
    "errors": {"i18n"},
    "faults": WORDS,
    "limits": WORDS,
    "history": set[str](),
    "settings": {"limits"},
    "nn": set[str](),
    "shared": set[str](),
    "intervals": set[str](),
    "datasets": WORDS | {"shared"},
    "model": set(),
    "layers": WORDS | {"model", "nn"},
    "spec": WORDS | {"datasets", "faults", "layers", "limits", "model", "nn"},
    "presets": WORDS,
    "overrides": WORDS | {"faults", "layers", "spec"},
    "options": {"datasets", "i18n"},
    "inline": WORDS | {"datasets", "nn", "spec"},
    "share": WORDS | {"inline", "spec"},
    "rows": {"datasets", "nn"},
    "starting": WORDS | {"nn", "spec"},
    "fitting": WORDS | {"datasets", "inline", "layers", "limits", "nn", "spec", "starting"},
    "written": {"spec"},
    "setup": {"datasets", "errors", "fitting", "inline", "limits", "nn", "rows", "shared", "spec"}
    | {"starting", "written"},
    "stack": {"layers"},
    "layering": WORDS | {"layers", "stack"},
    "rebuild": WORDS | {"datasets", "fitting", "inline", "layering", "layers", "nn", "spec", "stack"},
    "session": {"history", "limits", "nn", "setup", "spec"},
    "evaluating": {"nn", "session", "setup"},
    "updating": {"evaluating", "nn", "session", "setup"},
    "training": WORDS
    | {"evaluating", "fitting", "history", "limits", "nn", "session", "setup", "spec", "updating"},
    "pairing": WORDS | {"limits", "nn", "session", "setup", "spec", "training"},
    "typed": WORDS,
    "area": {"datasets", "intervals", "nn", "setup", "spec"},
    "looking": WORDS | {"inline", "limits", "nn", "session", "setup", "training", "updating"},
    "frames": WORDS | {"looking", "nn", "session"},
    "landscape": WORDS | {"frames", "limits", "looking", "nn", "session", "setup"},
    "checking": WORDS | {"limits", "looking", "nn", "session", "training", "updating"},
    "explaining": WORDS | {"limits", "looking", "nn", "session"},
    "diagnosis": {"looking", "nn", "session", "setup", "updating"},
    "remedies": WORDS | {"inline", "nn", "spec", "starting"},
    "scripts": {"nn", "session"},
    "exports": WORDS | {"nn", "scripts", "session"},
    "following": {"datasets", "nn", "session", "setup", "spec", "updating", "typed"},
    "stores": WORDS | {"history", "session", "setup", "spec"},
    "playground": WORDS
    | {"history", "limits", "looking", "pairing", "session", "setup", "spec", "stores.base", "training"},
    "scene": {"area", "datasets", "diagnosis", "i18n", "intervals"}
    | {"layers", "model", "nn", "remedies", "spec", "stack", "typed"},
    "web": WORDS
    | {
        "area",
        "checking",
        "datasets",
        "explaining",
        "diagnosis",
        "evaluating",
        "exports",
        "faults",
        "following",
        "frames",
        "landscape",
        "layering",
        "limits",
        "looking",
        "model",
        "nn",
        "options",
        "overrides",
        "pairing",
        "playground",
        "presets",
        "rebuild",
        "remedies",
    }
    | {"scene", "session", "setup", "share", "spec", "training", "typed"},
    "main": {"errors", "playground", "settings", "setup", "stores.opening", "web"},
    "__main__": {"errors", "main", "settings"},
}
FILES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def room_of(module: str) -> str:
    """The room of a dotted name below app."""
    return module.partition(".")[0]


def imported(path: Path) -> set[str]:
    """The modules of app that a file imports, dotted, `app` left out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            folder = node.module in ("app", "app.stores")
            found |= {f"{node.module}.{alias.name}" if folder else str(node.module) for alias in node.names}
    return {name.removeprefix("app.") for name in found if name.startswith("app.")}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_imports_only_what_its_room_may(path: Path) -> None:
    room = path.parts[0].removesuffix(".py")
    assert room in ROOMS, f"{room} is a new room: say what it may import"
    for module in imported(ROOT / path):
        own = room_of(module) == room
        assert own or module in ROOMS[room] or room_of(module) in ROOMS[room], f"app.{module}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_may_import_only_what_it_does(room: str) -> None:
    files = [path for path in FILES if path.parts[0].removesuffix(".py") == room]
    found = set().union(*(imported(ROOT / path) for path in files))
    assert ROOMS[room] - WORDS <= found | {room_of(module) for module in found}


def test_every_room_is_there_and_none_imports_in_a_circle() -> None:
    assert {path.parts[0].removesuffix(".py") for path in FILES} == set(ROOMS)
    order = list(ROOMS)
    for place, (room, allowed) in enumerate(ROOMS.items()):
        assert {room_of(name) for name in allowed} <= set(order[:place]), room


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[0] == "nn"], ids=str)
def test_the_engine_needs_numpy_alone(path: Path) -> None:
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.startswith("app.nn") or room_of(name) in STANDARD, name


STANDARD = {
    *(
        "__future__",
        "abc",
        "collections",
        "contextvars",
        "dataclasses",
        "functools",
        "itertools",
        "math",
        "numpy",
    ),
    *("operator", "re", "threading", "typing", "warnings", "weakref"),
}
