"""What is vendored is what its note says it is."""

import hashlib
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parent.parent / "app" / "static" / "vendor"
NOTE = (VENDOR / "README.md").read_text(encoding="utf-8")
FILES = sorted([*VENDOR.glob("*.js"), *VENDOR.glob("*.woff2")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_checksum_and_version_are_noted(path: Path) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest in NOTE
    assert path.name in NOTE
    version = re.search(r"\d+\.\d+\.\d+", path.name)
    assert version is not None
    assert version[0] in NOTE


def test_every_vendored_file_has_its_licence() -> None:
    for path in FILES:
        name = path.name.split("-")[0]
        assert (VENDOR / f"{name}-LICENSE.txt").exists()
