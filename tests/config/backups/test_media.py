"""The uploads of a restore that was killed in its middle."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.backups.archive import reading
from config.backups.making import STAGING
from config.backups.media import clear_leftovers, replacing_media
from tests.config.backups.conftest import IMAGE, uploads

# A restore that hangs: before or after its files were moved into place.
PROGRAM = """
import sys, time
from pathlib import Path
import django; django.setup()
from config.backups.archive import reading
from config.backups.media import replacing_media
with reading(Path(sys.argv[1])) as archive:
    with replacing_media(archive, Path(sys.argv[2])) as put_in_place:
        if sys.argv[3] == "moved":
            put_in_place()
        print("stopped", flush=True)
        time.sleep(60)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Uploads in use: one that the backup has too, and one of their own."""
    root = tmp_path / "in use"
    (root / "campaigns").mkdir(parents=True)
    (root / "other.webp").write_bytes(b"other")
    (root / IMAGE).write_bytes(b"changed")
    return root


@pytest.fixture
def stopped(backup: Path, root: Path):
    """Starts a restore that hangs midway."""
    started: list[subprocess.Popen[bytes]] = []

    def start(at: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", PROGRAM, str(backup), str(root), at]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"stopped\n"
        return process

    yield start
    for process in started:
        kill(process)
        process.stdout.close()


Start = Callable[[str], "subprocess.Popen[bytes]"]


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def leftovers(root: Path) -> list[Path]:
    return list(root.glob(f"{STAGING}*"))


@pytest.mark.parametrize("at", ["unpacked", "moved"])
def test_what_a_killed_restore_left_is_cleared_by_the_next(stopped: Start, root, media, backup, at):
    kill(stopped(at))
    assert len(leftovers(root)) == 1
    with reading(backup) as archive, replacing_media(archive, root) as put_in_place:
        assert len(leftovers(root)) == 1  # its own
        put_in_place()
    assert leftovers(root) == []
    assert uploads(root) == uploads(media)


def test_clearing_leaves_all_uploads_where_they_are(stopped: Start, root):
    before = uploads(root)
    kill(stopped("unpacked"))
    clear_leftovers(root)
    assert (leftovers(root), uploads(root)) == ([], before)


def test_a_file_that_was_taken_away_and_not_replaced_goes_back(stopped: Start, root):
    before = uploads(root)
    kill(stopped("moved"))
    (root / IMAGE).unlink()  # as if it had been killed between the two moves
    clear_leftovers(root)
    assert (leftovers(root), uploads(root)) == ([], before)


def test_a_restore_under_way_is_left_alone(stopped: Start, root):
    process = stopped("unpacked")
    clear_leftovers(root)
    assert len(leftovers(root)) == 1
    kill(process)
    clear_leftovers(root)
    assert leftovers(root) == []
