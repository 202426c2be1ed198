"""The uploaded files of a restore: swapped in at the last moment, rolled back on failure."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from config.backups.archive import Archive, sync_directory
from config.backups.making import STAGING, media_files

NEW, OLD = "new", "old"  # in a staging directory: files to move in, and files replaced by them


@contextmanager
def replacing_media(archive: Archive, root: Path) -> Iterator[Callable[[], None]]:
    """Unpack beside the present files; yields a function that moves the new ones into place.

    When the block ends, files that are not in the backup are deleted. If it fails, all files are
    as before.
    """
    existed = root.exists()
    root.mkdir(parents=True, exist_ok=True)
    clear_leftovers(root)
    staging = Path(mkdtemp(prefix=STAGING, dir=root))
    swap = _Swap(root, new=staging / NEW, old=staging / OLD)
    with _locked(staging):
        try:
            _unpack(archive, swap.new)
            yield swap.put_in_place
        except BaseException:
            swap.take_back()
            raise
        else:
            swap.remove_the_rest({Path(part.path) for part in archive.manifest.media})
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            if not existed and not any(root.iterdir()):
                root.rmdir()


def clear_leftovers(root: Path) -> None:
    """Remove what killed restores left behind; a running one is left alone.

    Files that a killed restore moved away but did not replace are first moved back.
    """
    for staging in sorted(root.glob(f"{STAGING}*")):
        with suppress(BlockingIOError), _locked(staging):
            for path in media_files(staging / OLD):
                if not (root / path).exists():
                    _move(staging / OLD / path, root / path)
            shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Lock the directory; the lock ends with the process, even if it is killed.

    Raises BlockingIOError when another process holds it.
    """
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _unpack(archive: Archive, directory: Path) -> None:
    for part in archive.manifest.media:
        path = directory / part.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for piece in archive.pieces(part):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())


class _Swap:
    """Moves files one by one, so `root` may be a separate disk.

    Files not in the backup stay until the end: if the machine stops midway, none is missing.
    """

    def __init__(self, root: Path, *, new: Path, old: Path) -> None:
        self.root, self.new, self.old = root, new, old
        self._moved: list[Path] = []

    def put_in_place(self) -> None:
        for path in media_files(self.new):
            if (self.root / path).exists():
                _move(self.root / path, self.old / path)
            self._moved.append(path)
            _move(self.new / path, self.root / path)
            sync_directory((self.root / path).parent)

    def take_back(self) -> None:
        for path in self._moved:
            (self.root / path).unlink(missing_ok=True)
        for path in media_files(self.old):
            _move(self.old / path, self.root / path)
        _remove_empty_directories(self.root)

    def remove_the_rest(self, kept: set[Path]) -> None:
        """Delete all other files. The restore is complete, so a failure here does not undo it."""
        for path in media_files(self.root):
            if path not in kept:
                with suppress(OSError):
                    (self.root / path).unlink()
        _remove_empty_directories(self.root)


def _move(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    path.replace(to)


def _remove_empty_directories(root: Path) -> None:
    for directory, _below, _files in os.walk(root, topdown=False):
        path = Path(directory)
        if path != root and STAGING not in directory and not any(path.iterdir()):
            path.rmdir()
