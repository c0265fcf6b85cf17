"""Static files as they are sent: two sheets, and modules that find each other under one hash."""

from __future__ import annotations

import re
from itertools import chain

from app.web.assets import SHEETS, STATIC, assets, static_url
from tests.clients import Client


def test_no_sheet_is_left_out() -> None:
    assert sorted(path.stem for path in (STATIC / "css").iterdir()) == sorted(chain(*SHEETS.values()))
    for style, sheets in SHEETS.items():
        texts = [(STATIC / "css" / f"{sheet}.css").read_bytes() for sheet in sheets]
        assert assets()[style].content == b"".join(texts)


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
