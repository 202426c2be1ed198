"""The backup file: a tar archive.

    tables/<table>.jsonl.gz   the rows, as `tables` writes them
    media/<path>              uploaded files as they are
    manifest.json             what is in it, with a SHA-256 of each part
    manifest.sha256           the SHA-256 of the manifest; it comes last, so the file is complete

A table's digest covers its uncompressed lines, so that it can be compared with the rows in a
database.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import secrets
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any

from config.backups.errors import BackupFault

FORMAT = "undersigned-backup-1"
MANIFEST = "manifest.json"
MANIFEST_DIGEST = "manifest.sha256"
PIECE = 1 << 20  # bytes read at once


@dataclass(frozen=True, kw_only=True)
class TablePart:
    name: str
    columns: list[str]
    rows: int
    sha256: str
    last_number: int | None

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl.gz"


@dataclass(frozen=True, kw_only=True)
class MediaPart:
    path: str  # relative to MEDIA_ROOT, with slashes
    size: int  # bytes
    sha256: str

    @property
    def member(self) -> str:
        return f"media/{self.path}"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`keys` holds a fingerprint of each of the site's keys, which does not reveal the key."""

    made_at: str
    engine: str
    migrations: list[tuple[str, str]]
    keys: dict[str, list[str]]
    tables: list[TablePart]
    media: list[MediaPart]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.tables)


class Writer:
    """Writes the parts one after the other, the manifest last."""

    def __init__(self, tar: tarfile.TarFile, directory: Path) -> None:
        self._tar = tar
        self._directory = directory

    def add_table(
        self, name: str, columns: list[str], lines: Iterable[bytes], last_number: int | None
    ) -> TablePart:
        """Collect the table in a temporary file first: tar writes the length before the content."""
        digest, rows = hashlib.sha256(), 0
        with TemporaryFile(dir=self._directory) as file:
            with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
                for line in lines:
                    packed.write(line)
                    digest.update(line)
                    rows += 1
            part = TablePart(
                name=name,
                columns=columns,
                rows=rows,
                sha256=digest.hexdigest(),
                last_number=last_number,
            )
            size = file.tell()
            file.seek(0)
            self._add(part.member, size, file)
        return part

    def add_media(self, path: str, file: IO[bytes]) -> MediaPart:
        """If the file is still growing, only its present length is copied."""
        size = os.fstat(file.fileno()).st_size
        read = _Digesting(file)
        part = MediaPart(path=path, size=size, sha256="")
        self._add(part.member, size, read)
        return MediaPart(path=path, size=size, sha256=read.digest.hexdigest())

    def add_manifest(self, manifest: Manifest) -> None:
        content = {"format": FORMAT, **asdict(manifest)}
        text = json.dumps(content, ensure_ascii=False, indent=1).encode()
        self._add(MANIFEST, len(text), BytesIO(text))
        digest = hashlib.sha256(text).hexdigest().encode()
        self._add(MANIFEST_DIGEST, len(digest), BytesIO(digest))

    def _add(self, name: str, size: int, file: Any) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, file)


class _Digesting:
    """A file that computes the digest of what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """A new file, which gets its name once it is complete and on disk.

    Only its owner may read it. Raises BackupFault if it exists or cannot be written.
    """
    if target.exists():
        raise BackupFault(f"{target} already exists. Choose another name.")
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                with tarfile.open(fileobj=file, mode="w") as tar:
                    yield Writer(tar, target.parent)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True)
        sync_directory(target.parent)
    except OSError as error:
        raise BackupFault(f"The backup cannot be written: {error.strerror}.") from error


def sync_directory(directory: Path) -> None:
    """Flush a directory, so that a new name in it survives a crash."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Archive:
    """A backup to read from. Anything wrong with the file raises BackupFault."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.manifest = self._read_manifest()

    def lines(self, part: TablePart) -> Iterator[bytes]:
        with (
            _readable(part.member),
            self._open(part.member) as packed,
            gzip.GzipFile(fileobj=packed, mode="rb") as lines,
        ):
            yield from lines

    def pieces(self, part: MediaPart) -> Iterator[bytes]:
        with _readable(part.member), self._open(part.member) as file:
            while piece := file.read(PIECE):
                yield piece

    def check(self) -> None:
        """Read everything and compare it with the manifest."""
        for table in self.manifest.tables:
            if digest_and_count(self.lines(table)) != (table.sha256, table.rows):
                raise BackupFault(f"The backup is damaged: the digest of {table.member} is wrong.")
        for media in self.manifest.media:
            if digest_and_count(self.pieces(media))[0] != media.sha256:
                raise BackupFault(f"The backup is damaged: the digest of {media.member} is wrong.")

    def _open(self, member: str) -> IO[bytes]:
        file = self._tar.extractfile(member)
        if file is None:  # a directory or a link
            raise KeyError(member)
        return file

    def _read_manifest(self) -> Manifest:
        with _readable(MANIFEST):
            with self._open(MANIFEST_DIGEST) as file:
                digest = file.read().decode("ascii")
            with self._open(MANIFEST) as file:
                text = file.read()
            if hashlib.sha256(text).hexdigest() != digest:
                raise BackupFault(f"The backup is damaged: the digest of {MANIFEST} is wrong.")
            return _manifest(**json.loads(text))


def digest_and_count(pieces: Iterable[bytes]) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        count += 1
    return digest.hexdigest(), count


def _manifest(*, tables: list[Any], media: list[Any], **rest: Any) -> Manifest:
    if (form := rest.pop("format")) != FORMAT:
        raise BackupFault(
            f"The file has the format {form}; this version of the site reads {FORMAT}."
        )
    rest["migrations"] = [(app, name) for app, name in rest["migrations"]]
    files = [MediaPart(**part) for part in media]
    for file in files:
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise BackupFault("The backup names a file outside the uploads.")
    return Manifest(tables=[TablePart(**part) for part in tables], media=files, **rest)


@contextmanager
def reading(source: Path) -> Iterator[Archive]:
    with _readable(source.name):
        tar = tarfile.open(source, mode="r:")  # noqa: SIM115
    with tar:
        yield Archive(tar)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn any error of reading a damaged file into a BackupFault."""
    try:
        yield
    except FileNotFoundError:
        raise BackupFault(f"There is no file {name}.") from None
    except (tarfile.TarError, zlib.error, OSError, EOFError, LookupError, TypeError, ValueError):
        raise BackupFault(
            f"The file is not a backup or is damaged: {name} cannot be read."
        ) from None
