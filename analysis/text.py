"""Clean a text, and cut it into sentences, clauses and words.

The parts of nltk used here carry their rules in code, so nothing is downloaded.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from analysis.documents import Span

_LINE_BREAKS = re.compile(r"\r\n?|\u2028|\u2029")
# Control characters (tab and line feed stay), the marks that turn the reading direction round so that a
# line shows other than it is stored, invisible joiners that split a word in two, and lone surrogates,
# which no encoder can read. The joiner U+200D stays: emoji are built with it.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")
_CURLY = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
_ABBREVIATIONS = {"dr", "mr", "mrs", "ms", "st", "e.g", "i.e"}
_WORD = re.compile(r"[^\W_]")
_CLAUSE_BREAK = re.compile(
    r"[.!?;\n]+\s*"
    r"|\s+[-\u2013\u2014]+\s+"
    r"|,?\s+(?=(?:but|however|although|though|because|except)\b)"
    r"|,\s+(?=(?:and|but|so|i|we|he|she|they|it|you)\b)",
    re.IGNORECASE,
)


def normalise(text: str) -> str:
    """Return the text in composed Unicode form, with plain line breaks and nothing invisible or misleading.

    Offsets into the result are not offsets into ``text``: clean a text once, when it is taken in.
    """
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text)))


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text as spans of kind ``sentence``; a line break always ends one.

    Offsets are into ``text`` exactly as given. Method: Punkt with a handful of abbreviations of our own,
    because the trained model has to be downloaded and does not learn "Dr." from short comments.
    """
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        for start, end in _sentence_tokeniser().span_tokenize(line.group()):
            spans.append(Span(line.start() + start, line.start() + end, "sentence"))
    return [span for span in spans if text[span.start : span.end].strip()]


def clauses(text: str) -> list[Span]:
    """Return the clauses of a text as spans of kind ``clause``, each with at least one word.

    People praise and complain within one sentence; a clause is the stretch that carries one of the two.
    It ends at . ! ? ; a line break or a spaced dash, before but, however, although, because and except,
    and at a comma that starts a new subject. Offsets are into ``text`` as given.
    """
    spans: list[Span] = []
    start = 0
    for found in _CLAUSE_BREAK.finditer(text):
        spans.append(Span(start, found.start(), "clause"))
        start = found.end()
    spans.append(Span(start, len(text), "clause"))
    return [span for span in spans if _WORD.search(text, span.start, span.end)]


def tokenise(text: str) -> list[str]:
    """Return the words and marks of a text in lower case; emoji are kept whole, "soooooo" becomes "sooo"."""
    return _word_tokeniser()(text.translate(_CURLY))


def words(text: str) -> list[str]:
    """Return the tokens of a text that hold a letter or a digit."""
    return [token for token in tokenise(text) if _WORD.search(token)]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the stem of an English word (Snowball): "meetings" and "meeting" become one."""
    return _stemmer()(word)


@cache
def stop_words() -> frozenset[str]:
    """Return the words that carry no subject ("the", "don't"), from scikit-learn and English contractions."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    contractions = (
        "i'm i've i'd i'll it's that's there's he's she's we're we've they're they've you're you've don't "
        "doesn't didn't isn't wasn't weren't aren't can't couldn't won't wouldn't shouldn't haven't hasn't "
        "hadn't let's what's im ive dont didnt cant wont isnt wasnt"
    )
    return frozenset(ENGLISH_STOP_WORDS) | frozenset(contractions.split())


@cache
def _word_tokeniser() -> Callable[[str], list[str]]:
    from nltk.tokenize.casual import EMOTICON_RE, TweetTokenizer

    tokenise_one: Callable[[str], list[str]] = TweetTokenizer(preserve_case=True, reduce_len=True).tokenize
    is_emoticon: Callable[[str], object] = EMOTICON_RE.search

    def in_lower_case(text: str) -> list[str]:
        # As the tokeniser itself would, but plain letters are no emoticon: looking for one took a third of the time.
        return [token if not token.isalpha() and is_emoticon(token) else token.lower() for token in tokenise_one(text)]

    return in_lower_case


@cache
def _stemmer() -> Callable[[str], str]:
    from nltk.stem.snowball import SnowballStemmer

    stem_one: Callable[[str], str] = SnowballStemmer("english").stem
    return stem_one


@cache
def _sentence_tokeniser():  # type: ignore[no-untyped-def]
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = set(_ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)
