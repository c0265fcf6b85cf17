"""The package: built, installed into an empty environment, started from another folder, it finds all its files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import httpx2

from tests.servers import serving
from tests.web.html import Page

ROOT = Path(__file__).parent.parent


def built(folder: Path) -> Path:
    """The wheel, built from a copy of the sources so that nothing is left behind in them."""
    copy = folder / "sources"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("app", "LICENSES"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(copy)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def files_of(folder: Path) -> set[Path]:
    """Every file below a folder, what Python made itself left out."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder) for path in found}


def test_an_installed_package_serves_from_any_folder(tmp_path: Path) -> None:
    wheel = built(tmp_path)
    place = tmp_path / "environment"
    venv.create(place, with_pip=False, symlinks=True)
    packages = next(place.glob("lib/python*/site-packages"))
    install = ["-m", "pip", "--python", str(place), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, *install], check=True, capture_output=True)
    assert files_of(packages / "app") == files_of(ROOT / "app")
    # the dependencies are those of this environment; the editable install of the project itself is not among
    # them, since a .pth file in a folder that is itself added by one is not read
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with serving(elsewhere, python=str(place / "bin" / "python")) as server:
        page = Page(httpx2.get(server.url, headers={"accept-language": "zh"}).text)
        assert page.tagged("html")[0]["lang"] == "zh-Hans"
        files = [element["src"] for element in page.tagged("script") if "src" in element.attributes]
        files += [element["href"] for element in page.tagged("link")]
        assert files
        for file in files:
            assert httpx2.get(server.url + file).status_code == 200
        for preset in ("iris", "digits"):  # bundled data
            assert httpx2.get(f"{server.url}/p/{preset}").status_code == 200
    where = [str(place / "bin" / "python"), "-c", "import app; print(app.__file__)"]
    found = subprocess.run(where, cwd=elsewhere, check=True, capture_output=True, text=True).stdout
    assert Path(found.strip()).is_relative_to(packages)
