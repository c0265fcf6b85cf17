"""Languages: which one an answer is in, and texts with their values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Fault, NotFoundError, SpecError
from app.i18n import LANGUAGES, choose_language, translate


@pytest.mark.parametrize(
    ("asked", "cookie", "accept", "expected"),
    [
        (None, None, None, "en"),
        ("zh", "en", "en", "zh"),
        ("xx", "zh", "en", "zh"),
        (None, "xx", "zh-CN", "zh"),
        (None, None, "zh-TW;q=0.9, en;q=0.5", "zh"),
        (None, None, "en-US,en;q=0.9,zh;q=0.8", "en"),
        (None, None, "*", "en"),
        (None, None, "zh-CN;q=0.3,en;q=0.9", "en"),
    ],
)
def test_link_then_cookie_then_browser(
    asked: str | None, cookie: str | None, accept: str | None, expected: str
) -> None:
    assert choose_language(asked, cookie, accept) == expected


@given(st.text(), st.text(), st.text())
def test_there_is_always_a_language(asked: str, cookie: str, accept: str) -> None:
    assert choose_language(asked, cookie, accept) in LANGUAGES


def test_texts_with_values() -> None:
    assert translate("en", "There is nothing to undo.") == "There is nothing to undo."
    assert translate("zh", "There is nothing to undo.") != "There is nothing to undo."
    assert translate("en", "is {value}; the smallest allowed is {ge}", value="{x}", ge=1) == (
        "is {x}; the smallest allowed is 1"
    )
    assert translate("en", "written /n?spec={{…}}") == "written /n?spec={…}"
    assert translate("zh", "") == ""


def test_errors_speak_every_language() -> None:
    fault = Fault(
        ("layers", 0, "units"), "is {value}; the smallest allowed is {ge}", (("value", 0), ("ge", 1))
    )
    error = SpecError("The spec is not valid.", [fault])
    assert fault.path == "layers[0].units"
    assert "0" in fault.message("zh")
    assert fault.message("zh") != fault.message("en")
    assert error.detail("zh") != error.detail("en") == str(error)
    assert (error.status, NotFoundError("x").status) == (422, 404)
