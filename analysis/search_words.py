"""The words by which a text is found: small letters without accents, English words by their stems."""

import re
import unicodedata

from snowballstemmer import stemmer

# Apart from English ones ("worker's", "don't"), what stands behind an apostrophe is a word of its own: l'école.
_WORD = re.compile(r"[^\s']+(?:'(?:s|t|m|d|ll|re|ve)(?![^\s']))?")
_CURLY = str.maketrans("\u2018\u2019\u02bc", "'''")
_LONGEST = 50  # letters; no English word is longer, and the stemmer's time grows faster than the word
_TATWEEL = "\u0640"  # draws an Arabic word out along the line and says nothing


def search_words(text: str) -> list[str]:
    """Return each word of a text once, in order, as it is searched for: "Moved, moving" gives ["move"].

    Words in Latin letters come as English stems; words in other scripts stay whole. Accents do not count, so that
    "cafe" finds "café" and Arabic is found with and without its vowel signs.
    """
    english = stemmer("english")  # of this call alone: it remembers where it is in a word
    words = _WORD.findall("".join(map(_letter_or_gap, _without_accents(text))))
    stems = (english.stemWord(word) if word.isascii() and len(word) < _LONGEST else word for word in words)
    return list(dict.fromkeys(stems))


def _without_accents(text: str) -> str:
    small = unicodedata.normalize("NFKC", text).casefold().translate(_CURLY)
    letters = unicodedata.normalize("NFKD", small)
    return "".join(letter for letter in letters if letter != _TATWEEL and not unicodedata.combining(letter))


def _letter_or_gap(letter: str) -> str:
    """A letter, a digit, a vowel sign (of Hindi, for instance) or an apostrophe as it is; a gap for the rest."""
    part_of_word = letter.isalnum() or letter == "'" or unicodedata.category(letter) in {"Mn", "Mc"}
    return letter if part_of_word else " "
