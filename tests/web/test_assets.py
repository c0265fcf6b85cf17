"""Static files as they are sent: one sheet, and modules that find each other under one hash."""

from __future__ import annotations

import re

from app.web.assets import BAR_SHEETS, SHEETS, STATIC, STYLE, assets, bar_style, static_url
from tests.clients import Client


def test_no_sheet_is_left_out() -> None:
    assert sorted(path.stem for path in (STATIC / "css").iterdir()) == sorted(BAR_SHEETS + SHEETS)
    texts = {sheet: (STATIC / "css" / f"{sheet}.css").read_bytes() for sheet in BAR_SHEETS + SHEETS}
    assert bar_style().encode() == b"".join(texts[sheet] for sheet in BAR_SHEETS)
    assert assets()[STYLE].content == b"".join(texts[sheet] for sheet in SHEETS)


def test_what_a_file_refers_to_stands_under_the_same_hash(client: Client) -> None:
    for path in (name for name in assets() if name.endswith((".js", ".css"))):
        url = static_url(path)
        text = client.get(url).text
        for referred in re.findall(r'(?: from |url\()"(\.[^"]+)"', text):
            folder, name = url.rpartition("/")[0], referred
            while name.startswith("../"):
                folder, name = folder.rpartition("/")[0], name.removeprefix("../")
            answer = client.get(f"{folder}/{name.removeprefix('./')}")
            assert answer.status_code == 200, (path, referred)
            assert "immutable" in answer.headers["cache-control"]


def test_every_module_is_needed_by_a_page() -> None:
    modules = {name.removeprefix("js/") for name in assets() if name.startswith("js/")}
    needed = {name for name in modules if name.startswith("on-")} | {"theme.js"}
    for _ in modules:
        for name in needed.copy():
            needed |= set(re.findall(r'from "\./([^"]+)"', assets()[f"js/{name}"].content.decode()))
    assert needed == modules
