"""`make` repairs every broken environment. Nothing is downloaded here."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / "requirements" / "environment.py"
_spec = importlib.util.spec_from_file_location("environment", PROGRAM)
assert _spec is not None
assert _spec.loader is not None
environment = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(environment)
MISSING, remove, unfinished, what_is_wrong = (
    environment.MISSING,
    environment.remove,
    environment.unfinished,
    environment.what_is_wrong,
)

REAL = Path(sys.base_prefix) / "bin" / "python3"


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A complete environment with a fake pip, as installing the real one takes seconds."""
    venv = tmp_path / ".venv"
    subprocess.run([REAL, "-m", "venv", "--without-pip", venv], check=True)
    (packages,) = venv.glob("lib/python3*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    (venv / "bin" / "pip").write_text(f"#!{venv}/bin/python\n")
    return venv


def test_a_complete_environment_has_nothing_wrong(venv):
    assert what_is_wrong(venv) == ""


def no_pip(venv: Path) -> None:
    (pip,) = venv.glob("lib/python3*/site-packages/pip")
    shutil.rmtree(pip)


def only_begun(venv: Path) -> None:
    """What Debian's Python leaves without python3-venv."""
    remove(venv)
    subprocess.run([REAL, "-m", "venv", "--without-pip", venv], check=True)


def python_gone(venv: Path) -> None:
    for python in (venv / "bin").glob("python*"):
        python.unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python3.11")


def python_does_not_start(venv: Path) -> None:
    python = venv / "bin" / "python"
    python.unlink()
    python.write_text("#!/nowhere/python3.11\n")
    python.chmod(0o755)


def python_crashes(venv: Path) -> None:
    python = venv / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\nkill -SEGV $$\n")
    python.chmod(0o755)


def other_python(venv: Path) -> None:
    """The machine's python3 is newer now and looks for its libraries elsewhere."""
    (library,) = venv.glob("lib/python3*")
    library.rename(library.with_name("python3.9"))


def killed_while_it_installed(venv: Path) -> None:
    unfinished(venv).touch()


def no_programs(venv: Path) -> None:
    (venv / "bin" / "pip").unlink()


def emptied(venv: Path) -> None:
    remove(venv)
    venv.mkdir()


def a_file(venv: Path) -> None:
    remove(venv)
    venv.write_text("")


def a_link_to_nothing(venv: Path) -> None:
    remove(venv)
    venv.symlink_to("/nowhere/.venv")


@pytest.mark.parametrize(
    ("harm", "trouble"),
    [
        (remove, MISSING),
        (no_pip, "has no pip, or its Python does not run"),
        (only_begun, "has no pip, or its Python does not run"),
        (python_gone, "has no Python any more"),
        (python_does_not_start, "has no Python any more"),
        (python_crashes, "has no pip, or its Python does not run"),
        (other_python, "has no pip, or its Python does not run"),
        (killed_while_it_installed, "was not finished"),
        (no_programs, "was made in another folder"),
        (emptied, "has no Python any more"),
        (a_file, "has no Python any more"),
        (a_link_to_nothing, "leads nowhere"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_every_broken_environment_is_reported_and_removed(
    venv, harm: Callable[[Path], None], trouble
):
    harm(venv)
    assert what_is_wrong(venv) == trouble
    remove(venv)
    assert not venv.exists()
    assert not venv.is_symlink()


def test_a_moved_folder_is_noticed(venv, tmp_path):
    moved = tmp_path / "moved"
    moved.mkdir()
    assert what_is_wrong(venv.rename(moved / ".venv")) == "was made in another folder"


def test_only_the_link_is_removed_not_its_target(venv, tmp_path):
    link = tmp_path / "elsewhere"
    link.symlink_to(venv)
    assert what_is_wrong(link) == ""
    remove(link)
    assert (link.is_symlink(), what_is_wrong(venv)) == (False, "")


# With make


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `make base` needs of this repository, in a folder whose name has a space."""
    folder = tmp_path / "a check-out"
    (folder / "requirements").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(PROGRAM, folder / "requirements")
    (folder / "requirements" / "base.txt").write_text("# nothing that has to be downloaded\n")
    return folder


def make(checkout: Path, *arguments: str, path: Path | None = None) -> tuple[int, str]:
    # Without the variables of a make that runs the tests.
    of_make = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    environment = {name: value for name, value in os.environ.items() if name not in of_make}
    environment["PATH"] = f"{path or REAL.parent}:{environment['PATH']}"
    done = subprocess.run(
        ["make", *arguments],
        cwd=checkout,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout


def test_without_a_part_of_python_make_says_what_to_install_and_goes_on_afterwards(
    checkout, tmp_path
):
    """As on Debian without python3-venv: its Python gives advice, and half an environment."""
    fakes = tmp_path / "bin"
    fakes.mkdir()
    (fakes / "python3").write_text(
        f"""#!/bin/sh
        [ "$1 $2" = "-m venv" ] || exec {REAL} "$@"
        {REAL} -m venv --without-pip "$3"
        echo "The virtual environment was not created successfully because ensurepip is missing."
        exit 1
        """
    )
    (fakes / "python3").chmod(0o755)
    # As sys.executable: the fake replaces the whole Python of such a machine.
    program = checkout / "requirements" / "environment.py"
    program.write_text(program.read_text().replace("sys.executable", f'"{fakes / "python3"}"', 1))
    status, said = make(checkout, "base", path=fakes)
    assert status != 0
    assert "apt-get install python3-venv" in said
    assert "ensurepip" not in said
    assert not (checkout / ".venv").exists()

    # The package is installed now; the earlier call has left half an environment.
    shutil.copy(PROGRAM, program)
    subprocess.run([REAL, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    status, said = make(checkout, "base")
    assert (status, what_is_wrong(checkout / ".venv")) == (0, ""), said
    assert said.startswith("The environment in .venv has no pip, or its Python does not run;")
    assert make(checkout, "base") == (0, "")

    # If pins cannot be installed, for example without a network, the next call tries again.
    pins = checkout / "requirements" / "base.txt"
    before = pins.read_text()
    pins.write_text("./nothing.whl --hash=sha256:00\n")
    assert make(checkout, "base")[0] != 0
    assert what_is_wrong(checkout / ".venv") == ""
    pins.write_text(before)
    assert make(checkout, "base")[0] == 0


def test_the_readme_names_the_package():
    assert "python3-venv" in (ROOT / "README.md").read_text()
