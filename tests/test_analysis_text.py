import unicodedata

import pytest

from analysis.text import clauses, normalise, sentences, stem, stop_words, tokenise, words


def cut(spans, text):
    return [text[span.start : span.end] for span in spans]


def test_normalise_composes_letters_and_plain_line_breaks():
    assert normalise(unicodedata.normalize("NFD", "Zoë\r\nand\rCaf\u00e9")) == "Zoë\nand\nCafé"


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800"])
def test_normalise_removes_what_is_invisible_or_misleading(hidden):
    assert normalise(f"my so{hidden}cial worker\t1\n2") == "my social worker\t1\n2"


def test_normalise_keeps_joined_emoji_and_scripts_that_read_from_the_right():
    assert normalise("👩‍👧 שלום") == "👩‍👧 שלום"


def test_sentences_keep_titles_whole_and_end_at_line_breaks():
    text = "Dr. Khan listened to me. She was kind!\nNobody rang, e.g. on Friday"
    spans = sentences(text)
    assert cut(spans, text) == ["Dr. Khan listened to me.", "She was kind!", "Nobody rang, e.g. on Friday"]
    assert {span.kind for span in spans} == {"sentence"}


@pytest.mark.parametrize("text", ["", "  \n \n"])
def test_a_text_without_words_has_no_sentences_and_no_clauses(text):
    assert sentences(text) == [] and clauses(text) == []


def test_clauses_part_praise_from_complaint():
    text = "She was kind, but she left after two months. I waited - nobody told me why, and I was upset"
    assert cut(clauses(text), text) == [
        "She was kind",
        "but she left after two months",
        "I waited",
        "nobody told me why",
        "and I was upset",
    ]


def test_tokenise_keeps_emoji_contractions_and_shortens_shouting():
    assert tokenise("I don’t like it, soooooo sad 😢") == [
        "i",
        "don't",
        "like",
        "it",
        ",",
        "sooo",
        "sad",
        "😢",
    ]
    assert words("Well … ok 👍 2!") == ["well", "ok", "2"]


def test_forms_of_a_word_have_one_stem():
    assert stem("meetings") == stem("meeting") != stem("meat")


def test_stop_words_hold_contractions():
    assert {"the", "don't", "i'm"} <= stop_words()
    assert "listen" not in stop_words()
