"""Uploaded images are stored as our own encoding of their pixels."""

from __future__ import annotations

from io import BytesIO
from struct import pack
from threading import Thread
from typing import Any
from zlib import compress, crc32

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from campaigns import images
from campaigns.images import LARGEST_SIDE, reencode

SECRET = b"Rosa Reader, Brussels"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 20), colour: object = None):
    return Image.new(mode, size, colour or "red")  # type: ignore[arg-type]


def stored(content: bytes, name: str = "photo.png"):
    file = reencode(SimpleUploadedFile(name, content))
    content = file.read()
    image = Image.open(BytesIO(content))
    image.load()
    return file.name, content, image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_jpeg_png_and_webp_become_webp(kind):
    name, _content, image = stored(encoded(picture(), kind), name=f"photo.{kind.lower()}")
    assert (name, image.format, image.size) == ("image.webp", "WEBP", (40, 20))


def test_camera_metadata_is_removed():
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()  # the artist
    exif[0x8825] = {1: "N", 2: (50.0, 51.0, 0.0)}  # where
    original = encoded(picture(), "JPEG", exif=exif, comment=SECRET)
    _name, content, image = stored(original)
    assert (SECRET in original, SECRET in content, dict(image.getexif())) == (True, False, {})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_data_hidden_in_a_colour_profile_is_removed(kind):
    original = encoded(picture(), kind, icc_profile=SECRET * 20)
    _name, content, image = stored(original)
    assert (SECRET in content, "icc_profile" in image.info) == (False, False)


def test_data_hidden_in_text_and_after_the_image_is_removed():
    notes = PngInfo()
    notes.add_text("Comment", SECRET.decode())
    _name, content, image = stored(encoded(picture(), pnginfo=notes) + SECRET)
    assert (SECRET in content, image.info.get("Comment")) == (False, None)


def test_an_image_on_its_side_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    _name, _content, image = stored(encoded(picture(), "JPEG", exif=exif))
    assert image.size == (20, 40)


@pytest.mark.parametrize(
    ("size", "scaled"),
    [
        ((LARGEST_SIDE, 10), (LARGEST_SIDE, 10)),
        ((LARGEST_SIDE * 2, 400), (LARGEST_SIDE, 200)),
        ((400, LARGEST_SIDE * 2), (200, LARGEST_SIDE)),
    ],
)
def test_the_longer_side_is_scaled_down(size, scaled):
    _name, _content, image = stored(encoded(picture(size=size)))
    assert image.size == scaled


def alpha(image: Image.Image) -> int:
    pixel = image.convert("RGBA").getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return int(pixel[3])


@pytest.mark.parametrize(
    "content",
    [
        encoded(picture("RGBA", colour=(255, 0, 0, 0))),
        encoded(picture("LA", colour=(255, 0))),
        encoded(picture("P"), transparency=picture("P").getpixel((0, 0))),
        encoded(picture("RGB", colour=(9, 9, 9)), transparency=(9, 9, 9)),
    ],
    ids=["with alpha", "grey with alpha", "palette", "one transparent colour"],
)
def test_transparency_is_kept(content):
    assert alpha(stored(content)[2]) == 0


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "CMYK", "1"])
def test_an_image_without_transparency_gets_none(mode):
    image = picture("RGB").convert(mode)
    assert stored(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))[2].mode == "RGB"


def png(bits: int, kind: int, pixels: bytes, width: int = 4, **chunks: bytes) -> bytes:
    """A PNG file, one row high: Pillow itself writes few of its kinds."""

    def chunk(name: bytes, content: bytes) -> bytes:
        named = name + content
        return pack(">I", len(content)) + named + pack(">I", crc32(named))

    head = pack(">IIBBBBB", width, 1, bits, kind, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *(chunk(name.encode(), of) for name, of in chunks.items())]
    parts += [chunk(b"IDAT", compress(b"\0" + pixels)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
FOUR_GREYS = pack(">4H", 0, 0x5500, 0xAAFF, 0xFFFF)


@pytest.mark.parametrize(
    ("content", "pixels"),
    [
        (png(1, GREY, b"\x50"), [0, 255, 0, 255]),
        (png(2, GREY, b"\x1b"), [0, 85, 170, 255]),
        (png(4, GREY, b"\x05\xaf"), [0, 85, 170, 255]),
        (png(8, GREY, bytes([0, 85, 170, 255])), [0, 85, 170, 255]),
        (png(16, GREY, FOUR_GREYS), [0, 85, 170, 255]),
        (png(1, GREY, b"\x50", tRNS=b"\0\1"), [0, None, 0, None]),
        (png(2, GREY, b"\x1b", tRNS=b"\0\2"), [0, 85, None, 255]),
        (png(4, GREY, b"\x05\xaf", tRNS=b"\0\5"), [0, None, 170, 255]),
        (png(16, GREY, FOUR_GREYS, tRNS=b"\xaa\xff"), [0, 85, None, 255]),
        (png(16, GREY, FOUR_GREYS, tRNS=b"\xaa\x00"), [0, 85, 170, 255]),
        (
            png(16, GREY_ALPHA, pack(">8H", 0, 65535, 0x5500, 0, 0xAA00, 65535, 65535, 65535)),
            [0, None, 170, 255],
        ),
        (
            png(16, COLOUR, b"".join(pack(">3H", v, v, v) for v in (0, 0x5580, 0xAAAA, 65535))),
            [0, 85, 170, 255],
        ),
        (
            png(
                16,
                COLOUR,
                b"".join(pack(">3H", v, v, v) for v in (0, 0x5580, 0xAAAA, 65535)),
                tRNS=b"\x55\x80" * 3,
            ),
            [0, None, 170, 255],
        ),
        (
            png(4, PALETTE, b"\x01\x23", PLTE=bytes(v for v in (0, 85, 170, 255) for _ in "rgb")),
            [0, 85, 170, 255],
        ),
        (
            png(
                2,
                PALETTE,
                b"\x1b",
                PLTE=bytes(v for v in (0, 85, 170, 255) for _ in "rgb"),
                tRNS=b"\xff\0",
            ),
            [0, None, 170, 255],
        ),
    ],
)
def test_every_kind_of_png_shows_its_picture(content, pixels):
    """None means transparent."""
    reencoded = images._scaled(Image.open(BytesIO(content)), 100).convert("RGBA")
    shown: list[Any] = [reencoded.getpixel((x, 0)) for x in range(4)]
    assert [red if opaque else None for red, _green, _blue, opaque in shown] == pixels
    assert stored(content)[2].size == (4, 1)


@pytest.mark.parametrize("mode", ["I;16", "L", "LA", "P", "1", "RGBA"])
def test_every_kind_of_picture_on_its_side_is_turned_upright(mode):
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("I;16", (40, 20), 30_000) if mode == "I;16" else picture().convert(mode)
    _name, _content, turned = stored(encoded(image, exif=exif))
    assert turned.size == (20, 40)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_turns_it(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.linear_gradient("L").resize((30, 20))
    image.paste(200, (0, 0, 9, 5))
    content = encoded(image, exif=exif)
    turned = images._scaled(Image.open(BytesIO(content)), 100)
    wanted = ImageOps.exif_transpose(Image.open(BytesIO(content)))
    assert turned.convert("L").tobytes() == wanted.convert("L").tobytes()


def test_wrong_camera_metadata_does_not_prevent_the_upload():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "artist"
    broken = encoded(picture(), "JPEG", exif=exif).replace(b"\x01\x3b\0\2", b"\x01\1\0\2")
    assert stored(broken)[2].size == (20, 40)


def test_a_picture_with_a_bomb_in_its_text_is_refused():
    notes = PngInfo()
    notes.add_text("Comment", "x" * 70_000_000, zip=True)
    content = encoded(picture(), pnginfo=notes)
    assert len(content) < 100_000
    assert refusal(content) == ["The image must be a JPEG, PNG or WebP file."]


@pytest.mark.parametrize("name", ["../../etc/x.png", "x" * 200 + ".png"])
def test_nothing_of_the_file_name_is_stored(name):
    assert stored(encoded(picture()), name=name)[0] == "image.webp"


def refusal(content: bytes) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        reencode(SimpleUploadedFile("photo.png", content))
    return refused.value.messages


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not an image",
        SVG,
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        encoded(picture(), "GIF"),
        encoded(picture(), "BMP"),
        encoded(picture(), "TIFF"),
        encoded(picture())[:60],
        encoded(picture(size=(400, 400)), "JPEG")[:700],
        encoded(picture(), "WEBP")[:30],
    ],
    ids=["empty", "text", "SVG", "EPS", "GIF", "BMP", "TIFF", "cut PNG", "cut JPEG", "cut WebP"],
)
def test_other_files_are_refused(content):
    assert refusal(content) == ["The image must be a JPEG, PNG or WebP file."]


@pytest.mark.parametrize("side", [7_100, 13_000, 20_000])
def test_a_small_file_that_unpacks_to_a_huge_image_is_refused(side):
    bomb = encoded(picture("1", size=(side, side), colour=1))
    assert len(bomb) < 100_000
    assert refusal(bomb) == ["This image is too large. Choose one with fewer than 50 megapixels."]


def test_a_file_with_too_many_bytes_is_not_even_opened():
    class Unread(SimpleUploadedFile):
        def seek(self, *position: int) -> int:
            raise AssertionError("it was looked into")

    upload = Unread("photo.png", b"")
    upload.size = 20_000_001
    with pytest.raises(ValidationError) as refused:
        reencode(upload)
    assert refused.value.messages == ["This image is too large. Choose one smaller than 20 MB."]
    upload.size = 20_000_000
    with pytest.raises(AssertionError):
        reencode(upload)


def test_a_large_image_on_its_side_is_scaled_and_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    _name, _content, image = stored(encoded(picture(size=(4000, 1000)), "JPEG", exif=exif))
    assert image.size == (LARGEST_SIDE // 4, LARGEST_SIDE)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "L"), ("PNG", "P")],
)
def test_scaling_keeps_the_colours(kind, mode):
    image = picture("RGB", size=(LARGEST_SIDE * 2, LARGEST_SIDE), colour=(120, 120, 120))
    pixel = stored(encoded(image.convert(mode), kind))[2].getpixel((800, 400))
    assert pixel == pytest.approx((120, 120, 120), abs=6)


def test_a_process_decodes_one_image_at_a_time():
    """Otherwise a few simultaneous uploads would use all memory of a small machine."""
    content = encoded(picture())
    waiting = Thread(target=stored, args=[content], daemon=True)
    with images._unpacking:
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
    waiting.join(timeout=10)
    assert not waiting.is_alive()
