"""Modules laid into one file: those that are imported first, each in a scope of its own."""

from __future__ import annotations

import re

import pytest

from app.web.assets import SCRIPTS, SHEETS, STATIC, STYLE, assets
from app.web.bundle import bundle


def test_a_module_stands_behind_those_it_imports() -> None:
    sources = {
        "top": 'import { a, b as c } from "./low.js";\nimport { d } from "./middle-part.js";\nrun(a, c, d);\n',
        "middle-part": 'import { a } from "./low.js";\nexport const d = a;\n',
        "low": "export function a() {}\nexport async function b() {}\nconst own = 1;\n",
    }
    made = bundle("top", sources)
    assert re.findall(r"^const (\$\w+) = ", made, re.MULTILINE) == ["$low", "$middle_part", "$top"]
    assert "const { a, b: c } = $low;" in made
    assert "return { a, b };" in made
    assert "export" not in made
    assert "import" not in made


@pytest.mark.parametrize(
    "line", ['import "./b.js";', "export default 1;", "export let b = 1;", 'import * as b from "./b.js";']
)
def test_what_it_cannot_lay_it_refuses(line: str) -> None:
    with pytest.raises(ValueError, match=r"a\.js"):
        bundle("a", {"a": f"{line}\n", "b": ""})


def test_modules_that_need_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="a → b → a"):
        bundle("a", {"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\n'})


def test_no_module_and_no_sheet_is_left_out() -> None:
    together = "".join(assets()[f"js/{name}.js"].content.decode() for name in SCRIPTS)
    for path in (STATIC / "js").iterdir():
        name = path.stem.replace("-", "_")
        assert path.stem in SCRIPTS or f"const ${name} = " in together, path.name
    assert {path.stem for path in (STATIC / "css").iterdir()} == set(SHEETS)
    assert assets()[STYLE].content.startswith((STATIC / "css" / f"{SHEETS[0]}.css").read_bytes())
