"""Bring the catalogues up to date with the texts in code and templates, or check that they are.

`python scripts/messages.py` extracts and merges, and says what is left to translate; `--check` changes nothing
and fails when a text is missing, untranslated or stale.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "app" / "locale"
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
KEYWORDS = {"_": None, "t": None, "N_": None}
WIDTH = 110
# Written here and not by Babel, whose header has a new date on every run and placeholders for people.
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: backprop-playground\\n"
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def documented() -> list[str]:
    """What /docs says of every call of the API: the docstrings of its routes."""
    from app.main import create_app
    from app.settings import Settings

    paths = create_app(Settings(store="memory://")).openapi()["paths"]
    return [call["description"] for methods in paths.values() for call in methods.values()]


def extracted() -> Catalog:
    """Every marked text, with the files it stands in (no line numbers: they would change with every edit)."""
    catalogue = Catalog()
    found = extract_from_dir(ROOT / "app", METHODS, keywords=KEYWORDS)
    for description in documented():
        catalogue.add(description, locations=[("app/web/api.py", 0)])
    for path, _, text, comments, context in found:
        catalogue.add(text, locations=[(f"app/{path}", 0)], auto_comments=comments, context=context)
    return catalogue


def updated(path: Path, template: Catalog) -> Catalog:
    """The catalogue at `path`, brought up to date."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def write(path: Path, catalogue: Catalog) -> None:
    """Write the catalogue: the same texts give the same bytes."""
    header = HEADER.format(language=path.parts[-3], plural_forms=catalogue.plural_forms)
    with path.open("wb") as file:
        file.write(header.encode())
        write_po(file, catalogue, width=WIDTH, omit_header=True, sort_output=True, include_lineno=False)


def faults(path: Path, template: Catalog) -> list[str]:
    """What is missing, untranslated or stale in the catalogue at `path`."""
    with path.open("rb") as file:
        kept = read_po(file, locale=path.parts[-3])
    wanted, there = {m.id for m in template if m.id}, {m.id for m in kept if m.id}
    return [
        *(f"{path.parts[-3]}: missing: {text!r}" for text in sorted(wanted - there)),
        *(f"{path.parts[-3]}: no longer used: {text!r}" for text in sorted(there - wanted)),
        *(f"{path.parts[-3]}: untranslated: {m.id!r}" for m in kept if m.id and (not m.string or m.fuzzy)),
        *(
            f"{path.parts[-3]}: other places: {m.id!r}"
            for m in kept
            if m.id and m.string and _places(m.id) != _places(m.string)
        ),
    ]


def _places(text: object) -> list[str]:
    return sorted(set(re.findall(r"\{(\w*)", str(text))))


def main() -> int:
    """Write or check; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when something is to be done"
    )
    check = parser.parse_args().check
    template = extracted()
    found: list[str] = []
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/messages.po")):
        if not check:
            write(path, updated(path, template))
        found += faults(path, template)
    print("\n".join(found) or "catalogues: complete")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
