"""A picture is made anew from its points: nothing else that was in its file is kept, and no other file is taken."""

from io import BytesIO

import pictures
import pytest
from PIL import Image

from forms.drawings import LONGEST_SIDE, MOST_BYTES, NoPicture, clean_picture


def cleaned(content: bytes) -> Image.Image:
    made = clean_picture(BytesIO(content))
    assert made.startswith(b"\x89PNG")
    return Image.open(BytesIO(made))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_kinds_become_a_png_of_the_same_points(kind):
    image = cleaned(pictures.picture(kind))
    assert image.size == (40, 30) and image.format == "PNG"
    red, white = image.getpixel((2, 2)), image.getpixel((35, 25))
    assert red[0] > 150 and red[1] < 90 and min(white) > 240


@pytest.mark.parametrize("name", pictures.HOSTILE)
def test_what_is_no_picture_or_too_large_a_one_is_refused_with_what_to_do(name):
    with pytest.raises(NoPicture, match="Choose a photo|smaller"):
        clean_picture(BytesIO(pictures.HOSTILE[name]))


def test_a_file_over_eight_megabytes_is_refused_before_anything_opens_it():
    with pytest.raises(NoPicture, match="file is too big"):
        clean_picture(BytesIO(pictures.picture() + bytes(MOST_BYTES)))


def test_place_time_and_camera_are_gone_and_the_photo_stands_upright():
    sent = pictures.photo_from()
    assert len(Image.open(BytesIO(sent)).getexif()) and b"Zanzibar" in sent
    image = cleaned(sent)
    assert image.size == (40, 80), "the telephone lay on its side"
    assert not image.getexif() and not image.info
    assert b"Zanzibar" not in clean_picture(BytesIO(sent))


def test_what_is_hidden_in_or_behind_a_picture_stays_behind():
    noted = Image.open(BytesIO(pictures.picture()))
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Comment", pictures.SCRIPT.decode())
    made = BytesIO()
    noted.save(made, "PNG", pnginfo=note)
    polyglot = made.getvalue() + pictures.HTML
    assert polyglot.count(b"<script>") == 2
    assert b"<script" not in clean_picture(BytesIO(polyglot))
    assert b"<script" not in clean_picture(BytesIO(pictures.picture("JPEG", comment=pictures.SCRIPT)))


def test_a_large_photo_is_made_smaller_and_a_clear_sheet_becomes_white_paper():
    assert max(cleaned(pictures.picture("JPEG", (4000, 3000))).size) == LONGEST_SIDE
    clear = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(clear, "PNG")
    assert cleaned(clear.getvalue()).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_pictures_of_every_depth_of_colour_are_taken(mode):
    made = BytesIO()
    Image.new(mode, (12, 8)).save(made, "JPEG" if mode == "CMYK" else "PNG")
    assert cleaned(made.getvalue()).mode == "RGB"
