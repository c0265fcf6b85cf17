"""Languages: gettext catalogues, the choice of a language, and the mark for texts that are translated later."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def N_(text: str) -> str:  # noqa: N802  (gettext's own name)
    """Mark a text for the catalogues; it is translated where it is rendered."""
    return text


@dataclass(frozen=True)
class Language:
    """A language of the page: its short code in links and cookies, its BCP 47 tag, its own name."""

    code: str
    tag: str
    name: str


LANGUAGES = {
    "en": Language("en", "en", "English"),
    "zh": Language("zh", "zh-Hans", "中文"),
}
DEFAULT_LANGUAGE = "en"
_CATALOGUES = {"zh": "zh_CN"}


@cache
def translations(code: str) -> NullTranslations:
    """The catalogue of one language, compiled in memory from its .po file; English is the msgids themselves."""
    if code not in _CATALOGUES:
        return NullTranslations()
    path = resources.files("app").joinpath("locale", _CATALOGUES[code], "LC_MESSAGES", "messages.po")
    with path.open("rb") as file:
        catalogue = read_po(file, locale=Locale.parse(_CATALOGUES[code]))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(code: str, text: str, **values: object) -> str:
    """`text` in the language `code`, its {name} places filled."""
    translated = translations(code).gettext(text) if text else text
    return translated.format(**values)


@lru_cache(maxsize=1024)
def choose_language(asked: str | None, cookie: str | None, accept: str | None) -> str:
    """The language of an answer: `?lang=`, else the cookie, else what the browser accepts, else English."""
    for code in (asked, cookie):
        if code in LANGUAGES:
            return str(code)
    wanted = [part.partition(";")[0].strip().replace("-", "_") for part in (accept or "").split(",")]
    by_weight = sorted(zip(wanted, map(_weight, (accept or "").split(",")), strict=True), key=lambda w: -w[1])
    preferred = [name for name, weight in by_weight if name and weight > 0]
    available = ["en", "zh", "zh_CN", "zh_Hans", "zh_SG"]
    found = negotiate_locale(preferred, available, aliases={})
    return found.partition("_")[0] if found else DEFAULT_LANGUAGE


def _weight(part: str) -> float:
    """The q of one `Accept-Language` part (RFC 9110, 12.5.4); an unreadable one counts as 0."""
    for field in part.split(";")[1:]:
        name, _, value = field.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
