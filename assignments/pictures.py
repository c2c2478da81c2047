"""A picture made anew: what is seen in it is kept, and nothing else that a file can carry.

Where and with what it was taken, words, colour profiles and whatever was hung on its end are left behind. A moving
picture becomes its first one. What is decoded at once is bounded, whatever the file says of itself.
"""

from __future__ import annotations

from typing import IO

from PIL import Image, ImageOps

from stretchhub.away import is_away

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
LONGEST_EDGE = 4096
MOST_PIXELS = 25_000_000
# A photograph is decoded at a half, a quarter or an eighth, so that one of a good camera fits, too.
MOST_PHOTO_PIXELS = 250_000_000
DECODED_PHOTO_PIXELS = 16_000_000
SAVING = {"JPEG": {"quality": 88, "optimize": True}, "WEBP": {"quality": 88}, "PNG": {}, "GIF": {}}

# Our own limits hold, which know how a picture is decoded.
Image.MAX_IMAGE_PIXELS = None


class Unreadable(ValueError):
    """Not a picture that can be made anew."""


class _Whole:
    """A file without its number, by which Pillow writes past Python and takes half a piece for a whole one."""

    def __init__(self, out: IO[bytes]) -> None:
        self.write, self.flush = out.write, out.flush


def redraw(source: IO[bytes], content_type: str, out: IO[bytes]) -> None:
    """Write the picture in `source` to `out`, in its own format; all of it has been written then.

    Unreadable says that the picture is at fault, and an OSError that the disk is.
    """
    form = FORMATS[content_type]
    try:
        with Image.open(source, formats=[form]) as picture:
            _check(picture, form)
            if form == "JPEG":
                _halve(picture)
            _plain(picture, form).save(_Whole(out), form, **SAVING[form])
    except Unreadable:
        raise
    except Exception as error:
        if is_away(error):
            raise
        # Decoders meet broken files with all kinds of errors.
        raise Unreadable(str(error)) from error


def _check(picture: Image.Image, form: str) -> None:
    whole = form != "JPEG" or picture.info.get("progressive")
    if picture.width * picture.height > (MOST_PIXELS if whole else MOST_PHOTO_PIXELS):
        raise Unreadable("too many pixels")


def _halve(picture: Image.Image) -> None:
    """Ask the decoder for as small a picture as is large enough."""
    scale = 1
    while scale < 8 and picture.width * picture.height > DECODED_PHOTO_PIXELS * scale * scale:
        scale *= 2
    picture.draft(None, (picture.width // scale, picture.height // scale))


def _plain(picture: Image.Image, form: str) -> Image.Image:
    """Upright, not larger than is of use, in a simple mode, and with no word about itself."""
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    plain = picture
    if plain.mode.startswith("I;16"):
        plain = plain.point(lambda value: value / 256).convert("L")
    if plain.mode != (mode := _mode(plain, form)):
        plain = plain.convert(mode)
    plain.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    plain.info = {}
    return plain


def _mode(picture: Image.Image, form: str) -> str:
    if picture.mode in ("1", "L"):
        return "L"
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return "RGBA" if see_through and form != "JPEG" else "RGB"
