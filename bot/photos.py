"""Photos: what somebody sent, made into one that may be kept and shown.

Every photo is decoded and encoded anew, within bounds: what comes out holds pixels and nothing else, neither
where it was taken (EXIF) nor whatever else a file can carry.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

CONTENT_TYPE = "image/jpeg"

BYTES_MAX = 20_000_000
"""The largest file that the Bot API hands out (https://core.telegram.org/bots/api#getfile)."""

PIXELS_MAX = 50_000_000
"""More than any phone's camera makes by default; a file of a few kilobytes can claim billions."""

SIDE_MAX = 1_600
"""Pixels of the longer side that is kept: enough to read a licence plate, 300 kB or so."""

QUALITY = 82

FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPhoto(Exception):
    """The bytes are no photo that we take; `why` is `too_large` or `unreadable`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def cleaned(content: bytes) -> bytes:
    """Return a photo as a JPEG of at most SIDE_MAX pixels a side, upright, the picture and nothing else.

    The same bytes give the same photo. Takes some tenths of a second of CPU. Raises NotAPhoto.
    """
    if len(content) > BYTES_MAX:
        raise NotAPhoto("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _encoded(_bounded(content))
    except NotAPhoto:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPhoto("unreadable") from error
    except (OSError, ValueError, SyntaxError, EOFError, Warning, MemoryError, ArithmeticError) as error:
        # A damaged file fails wherever its decoder happens to be.
        raise NotAPhoto("unreadable") from error


def _bounded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=FORMATS)
    width, height = image.size
    if width * height > PIXELS_MAX or not (width and height):
        raise NotAPhoto("too_large")
    # A JPEG is decoded at about the size that is kept, which costs a fraction of the memory.
    image.draft("RGB", (SIDE_MAX, SIDE_MAX))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    return upright


def _encoded(image: Image.Image) -> bytes:
    # What was see-through is white: a JPEG has no other way.
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A") if "A" in image.getbands() else None)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
