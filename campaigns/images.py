"""Uploaded images: decoded, turned upright, scaled down and re-encoded.

Only our own encoding of the pixels is stored, so neither metadata (place, time, owner) nor anything
hidden in the uploaded file reaches the site. Forms of all apps use ImageUploadField.
"""

from __future__ import annotations

import threading
from io import BytesIO
from secrets import token_hex
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_SIDE = 1600  # pixels
LARGEST_AREA = 50_000_000  # pixels; a larger image is refused without being decoded
LARGEST_FILE = 20  # MB; a larger file is not even opened
LARGEST_FORM = LARGEST_FILE * 1_000_000 + 100_000  # bytes: the file and the other fields

# Modes that Pillow scales well; it would garble palettes and single transparent colours.
SCALED_AS_THEY_ARE = {"RGB", "RGBA", "L", "LA", "CMYK"}

# How to turn an image upright, by its Exif orientation. ImageOps.exif_transpose also rewrites the
# Exif data, which fails if the camera wrote it wrongly.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Decoding 50 megapixels takes up to 400 MB, so each process decodes one image at a time.
_unpacking = threading.Lock()


def reencode(
    upload: UploadedFile[bytes], *, largest_side: int = LARGEST_SIDE
) -> ContentFile[bytes]:
    """The image as WebP, with its longer side at most `largest_side` pixels.

    Raises ValidationError if the file is not a JPEG, PNG or WebP image or is too large.
    """
    if upload.size is None or upload.size > LARGEST_FILE * 1_000_000:
        text = _("This image is too large. Choose one smaller than %(number)d MB.")
        raise ValidationError(text % {"number": LARGEST_FILE})
    try:
        upload.seek(0)
        with Image.open(upload, formats=FORMATS) as opened:
            if opened.width * opened.height > LARGEST_AREA:
                raise Image.DecompressionBombError
            with _unpacking:
                image = _scaled(opened, largest_side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(
            _("This image is too large. Choose one with fewer than 50 megapixels.")
        ) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ValidationError(_("The image must be a JPEG, PNG or WebP file.")) from None
    written = BytesIO()
    image.save(written, "WEBP", quality=82, method=4)
    return ContentFile(written.getvalue(), name="image.webp")


def stored_as(instance: object, filename: str) -> str:
    """A random path for an image, so that it reveals nothing and each image has its own URL."""
    return f"campaigns/{token_hex(16)}.webp"


def _scaled(opened: Image.Image, largest_side: int) -> Image.Image:
    """The image upright, in RGB or RGBA, scaled down as early as its mode allows."""
    box = (largest_side, largest_side)
    opened = _in_eight_bits(opened)
    if opened.mode in SCALED_AS_THEY_ARE and "transparency" not in opened.info:
        opened.thumbnail(box)  # a JPEG is not even decoded at full size
    turn = UPRIGHT.get(opened.getexif().get(ExifTags.Base.Orientation) or 1)
    upright = opened if turn is None else opened.transpose(turn)
    image = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    image.thumbnail(box)
    return image


def _in_eight_bits(opened: Image.Image) -> Image.Image:
    """The image with 8 bits a channel, including its transparent colour, if it has one.

    Pillow would turn all but the darkest 256 of 65,536 greys white, and does not convert the
    transparent colour from other bit depths.
    """
    transparent = opened.info.get("transparency")
    if opened.mode.startswith("I"):
        deep = opened.convert("I")
        grey = deep.point([value >> 8 for value in range(1 << 16)], "L")
        if transparent is not None:
            del grey.info["transparency"]
            grey.putalpha(deep.point([255 * (v != transparent) for v in range(1 << 16)], "L"))
        return grey
    tiles = opened.tile if isinstance(opened, ImageFile.ImageFile) else []
    written_as = tiles[0].args if tiles else None
    if transparent is not None and written_as == "RGB;16B":
        opened.info["transparency"] = tuple(value >> 8 for value in transparent)
    elif transparent is not None and written_as in {"L;2", "L;4"}:
        opened.info["transparency"] = transparent * (85 if written_as == "L;2" else 17)
    return opened


class ImageUploadField(forms.ImageField):
    """A form field that re-encodes images. Django's own would open many more file formats."""

    def __init__(self, *, largest_side: int = LARGEST_SIDE, **kwargs: Any) -> None:
        self.largest_side = largest_side
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Any:
        upload = cast("UploadedFile[bytes] | None", forms.FileField.to_python(self, data))
        return None if upload is None else reencode(upload, largest_side=self.largest_side)
