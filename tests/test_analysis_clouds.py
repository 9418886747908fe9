import re
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont
from wordcloud.wordcloud import FONT_PATH

from analysis.clouds import cloud

SAID = [
    "My social worker listened to me",
    "The meetings were too long and nobody listened",
    "Nobody told me about the meeting",
    "My worker was kind but the meeting was rubbish",
    "Another meeting, meeting, meeting",
    "I want contact with my brother",
] * 3


def test_a_word_counts_once_a_text_and_its_forms_together():
    rows = dict(cloud(SAID, 640, 320).rows)
    assert rows["meeting"] == 12
    assert rows["worker"] == 6
    assert "the" not in rows and "brother" not in rows


def test_what_too_few_said_is_left_out_and_counted():
    found = cloud(SAID, 640, 320, at_least=7)
    assert [term for term, _ in found.rows] == ["meeting"]
    assert found.left_out > 5 and found.n == len(SAID)


def test_the_same_texts_give_the_same_cloud():
    assert cloud(SAID, 640, 320, seed=4) == cloud(SAID, 640, 320, seed=4)


def test_words_stay_inside_and_apart_and_are_large_enough():
    found = cloud(SAID, 640, 320, at_least=3)
    assert len(found.words) > 5
    inked = Image.new("L", (640, 320))
    for word in found.words:
        assert word.size >= 16 and word.rotation == 0
        font = ImageFont.truetype(FONT_PATH, word.size)
        left, top, right, bottom = font.getbbox(word.term, anchor="ls")
        assert word.x + left >= 0 and word.y + top >= 0
        assert word.x + right <= 641 and word.y + bottom <= 321
        own = Image.new("L", (640, 320))
        ImageDraw.Draw(own).text((word.x, word.y), word.term, fill=255, font=font, anchor="ls")
        assert not ImageChops.multiply(inked, own).getbbox(), f"{word.term} lies on another word"
        inked = ImageChops.add(inked, own)


def test_the_picture_has_a_title_and_no_style_of_its_own():
    picture = cloud(["<script>alert(1)</script> & style"] * 9, 640, 320).svg("What <b>said", 'Words & "counts"')
    tree = ElementTree.fromstring(picture)
    names = [child.tag.split("}")[1] for child in tree]
    assert names[:2] == ["title", "desc"] and set(names[2:]) == {"text"}
    assert tree[0].text == "What <b>said"
    assert not re.search(r"<style|style=|<script", picture)
    assert tree.get("aria-labelledby").split() == [tree[0].get("id"), tree[1].get("id")]


@pytest.mark.parametrize("texts", [[], [""], ["the and"], ["brother"]])
def test_nothing_to_show_is_an_empty_picture(texts):
    found = cloud(texts, 640, 320)
    assert found.words == () and found.rows == ()
    ElementTree.fromstring(found.svg("Nothing yet", "No word was said often enough"))


def test_a_picture_too_small_for_a_word_keeps_it_in_the_table():
    found = cloud(["unaccompanied" * 6] * 9, 640, 320)
    assert found.words == () and found.rows == (("unaccompanied" * 6, 9),)


def test_a_picture_without_size_is_refused():
    with pytest.raises(ValueError, match="width and a height"):
        cloud(SAID, 0, 320)
