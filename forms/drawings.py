"""A picture that somebody sends: made anew from its points alone, so that nothing else that was in the file is kept."""

from io import BytesIO
from typing import Any, BinaryIO

from flask_wtf.file import FileField
from PIL import Image, ImageFile, ImageOps
from wtforms.validators import StopValidation

from languages import gettext as _

#: Largest file that is looked at.
MOST_BYTES = 8 * 1024 * 1024
#: Most points of a picture: a small file can say that it is as large as a house.
MOST_POINTS = 25_000_000
#: The longer side of what is kept.
LONGEST_SIDE = 1600
_FORMATS = ("PNG", "JPEG", "WEBP")


class NoPicture(ValueError):
    """The file cannot be taken as a picture; the message says what to do."""


def clean_picture(file: BinaryIO) -> bytes:
    """The picture as a PNG of at most 1600 points a side: upright, on white paper, without place, time or camera.

    Whatever stood in the file besides its points (where it was taken, a second file hidden behind it) stays behind.
    Raises NoPicture.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NoPicture(_("This file is too big for us. Take the photo again, or make it smaller."))
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # the program that prints forms lets every broken picture pass
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            # Before a single point is read: the size stands in the first bytes of a file.
            if image.width * image.height > MOST_POINTS:
                raise NoPicture(_("This picture is too big for us. Take the photo again, or make it smaller."))
            return _redrawn(image)
    except NoPicture:
        raise
    except Exception as problem:  # whatever a decoder stumbles over, the file is no picture to us
        raise NoPicture(_("We cannot open this file. Choose a photo or a picture: PNG, JPEG or WebP.")) from problem


def _redrawn(image: Image.Image) -> bytes:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is read no larger than it is needed
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    drawn = BytesIO()
    paper.save(drawn, "PNG")
    return drawn.getvalue()


class PictureField(FileField):  # type: ignore[misc]  # Flask-WTF has no types
    """A picture in a file; it is True when one was kept before and no other is sent."""

    data: Any
    #: The new picture as it is kept; none when no file was sent, or none that can be taken.
    picture: bytes | None = None

    def pre_validate(self, _form: Any) -> None:
        """Make the picture anew, or say what to do."""
        if self.data and self.data is not True:
            file, self.data = self.data, None
            try:
                self.picture = clean_picture(file.stream)
            except NoPicture as problem:
                raise StopValidation(str(problem)) from None
            self.data = True
