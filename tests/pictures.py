"""Pictures to send: honest ones, and files that only say they are pictures."""

import random
import struct
import zlib
from io import BytesIO

from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SCRIPT = b"<script>alert('hidden behind a picture')</script>"


def picture(kind="PNG", size=(40, 30), **said) -> bytes:
    """A picture of one red corner on white."""
    image = Image.new("RGB", size, "white")
    image.paste((198, 40, 40), (0, 0, size[0] // 4, size[1] // 4))
    return _file(image, kind, **said)


def noise(seed: int, size=(64, 64)) -> bytes:
    """A picture whose points are like no other's: they would be found again wherever they lie open."""
    return _file(Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3)), "PNG")


def photo_from(latitude=(51.0, 30.0, 0.0)) -> bytes:
    """A photo as a telephone makes it: lying on its side, with the camera, the moment and the place in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter to the right
    exif[0x010F] = "ZanzibarPhone"
    exif.get_ifd(0x8825).update({1: "N", 2: latitude, 3: "W", 4: (0.0, 7.0, 0.0)})
    return picture("JPEG", (80, 40), exif=exif, comment=b"Zanzibar street 7")


def bomb(side=30_000) -> bytes:
    """A few bytes that say they are a picture of very many points."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


def _file(image, kind, **said) -> bytes:
    made = BytesIO()
    image.save(made, kind, **said)
    return made.getvalue()


HOSTILE = {
    "svg": SVG,
    "html": HTML,
    "svg-called-png": b"\x89PNG\r\n\x1a\n" + SVG,
    "truncated-png": picture(size=(300, 300))[:-60],
    "truncated-jpeg": picture("JPEG", (300, 300))[:700],
    "gif-that-is-a-script": b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert(1)",
    "bomb": bomb(),
    "small-bomb": bomb(6_000),
    "empty": b"",
    "words": b"My drawing.",
}
