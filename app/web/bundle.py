"""The modules that a page needs, as one file: each in a scope of its own, those it imports before it.

The modules stay as they are written; what they may say is `import { a, b as c } from "./x.js"`, and `export` in
front of a function or a constant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|const|class) (\w+)", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def bundle(entry: str, sources: Mapping[str, str]) -> str:
    """`entry` and all it needs of `sources` (by name, without .js). Raises ValueError for any other import or export,
    and for modules that need each other."""
    laid: dict[str, str] = {}
    _lay(entry, sources, laid, ())
    return "".join(laid.values())


def _lay(name: str, sources: Mapping[str, str], laid: dict[str, str], waiting: tuple[str, ...]) -> None:
    if name in waiting:
        raise ValueError(f"modules need each other: {' → '.join([*waiting, name])}")
    if name in laid:
        return
    source = sources[name]
    for _, imported in _IMPORT.findall(source):
        _lay(imported, sources, laid, (*waiting, name))
    laid[name] = _scoped(name, source)


def _scoped(name: str, source: str) -> str:
    """One module as a function that is called at once and gives what the module exports."""
    exported = [found[1] for found in _EXPORT.findall(source)]
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(_taken, source))
    if left := _LEFT.search(body):
        raise ValueError(f"{name}.js: {left[0]} cannot stand in a bundle")
    return f"const {_holder(name)} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    names = ", ".join(part.strip().replace(" as ", ": ") for part in found[1].split(",") if part.strip())
    return f"const {{ {names} }} = {_holder(found[2])};"


def _holder(name: str) -> str:
    return "$" + name.replace("-", "_")
