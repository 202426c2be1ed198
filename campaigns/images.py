"""Uploaded images: read, turned upright, scaled down and written anew.

What is stored is our own encoding of the pixels, so neither a camera's notes (place, time,
owner) nor anything hidden in the uploaded file reaches the site. Forms of all apps take images by
ImageUploadField.
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
LARGEST_AREA = 50_000_000  # pixels; a file that unpacks to more is refused unread
LARGEST_FILE = 20  # MB; a file that has more is not even looked into
LARGEST_FORM = LARGEST_FILE * 1_000_000 + 100_000  # bytes: with the fields around the file

# Kinds of pixels that Pillow scales well; palettes and single transparent colours it would garble.
SCALED_AS_THEY_ARE = {"RGB", "RGBA", "L", "LA", "CMYK"}

# By the orientation in Exif: what turns the picture upright. ImageOps.exif_transpose writes Exif
# anew as well, which fails where a camera wrote it wrongly.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Unpacking 50 megapixels takes up to 400 MB, so that each process does it for one at a time.
_unpacking = threading.Lock()


def reencode(
    upload: UploadedFile[bytes], *, largest_side: int = LARGEST_SIDE
) -> ContentFile[bytes]:
    """The image as WebP, its longer side at most so many pixels.

    Raises ValidationError when the file is no JPEG, PNG or WebP image or is too large.
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
    """Where an image is stored, by chance: neither its name nor its address tells anything.

    Another image has another address.
    """
    return f"campaigns/{token_hex(16)}.webp"


def _scaled(opened: Image.Image, largest_side: int) -> Image.Image:
    """The pixels upright, in RGB or RGBA, made small as early as their kind allows."""
    box = (largest_side, largest_side)
    opened = _in_eight_bits(opened)
    if opened.mode in SCALED_AS_THEY_ARE and "transparency" not in opened.info:
        opened.thumbnail(box)  # a JPEG is not even unpacked in its full size
    turn = UPRIGHT.get(opened.getexif().get(ExifTags.Base.Orientation) or 1)
    upright = opened if turn is None else opened.transpose(turn)
    image = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    image.thumbnail(box)
    return image


def _in_eight_bits(opened: Image.Image) -> Image.Image:
    """The image with 8 bits a channel, also its one transparent colour, if it has one.

    Pillow would show all but the darkest 256 of 65,536 greys as white, and looks for the
    transparent colour of an image in another depth among its colours in 8 bits.
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
    """Takes an image and gives it anew. Django's own field would open files of many more kinds."""

    def __init__(self, *, largest_side: int = LARGEST_SIDE, **kwargs: Any) -> None:
        self.largest_side = largest_side
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Any:
        upload = cast("UploadedFile[bytes] | None", forms.FileField.to_python(self, data))
        return None if upload is None else reencode(upload, largest_side=self.largest_side)
