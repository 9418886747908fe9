"""A language that nobody speaks: every text stands in ⟦brackets⟧, so that whatever was not translated stands out."""

import re

from html5lib import parse

from feedback.collection import editions
from feedback.config import CHECKOUT
from forms import catalogue
from forms.translating import texts_of
from languages import LANGUAGES, catalogues, speak
from languages.extracting import marked_texts
from languages.known import learn

#: Esperanto; it takes two forms of a text that goes with a number, like English.
CODE = "eo"
_SEEN = ("alt", "aria-label", "placeholder", "title", "content")
_NAMES = {"Soundings", "English", "Childline", "Samaritans", "equalityadvisoryservice.com"}


def bracketed(text):
    """The text in the language."""
    return f"⟦{text}⟧"


def pretending(folder, monkeypatch):
    """Files of translations for the language in this folder, for as long as the generator is not ended."""
    monkeypatch.setattr(catalogues, "FOLDERS", [folder, *catalogues.FOLDERS])
    monkeypatch.setattr(editions, "_asked", {})
    for cached in (catalogues.site_words, catalogues.site_state):
        cached.cache_clear()
    learn(CODE)
    write(marked_texts(CHECKOUT / room for room in ("feedback", "forms", "templates")))
    for questionnaire in catalogue.questionnaires():
        write(texts_of(questionnaire), questionnaire.key)
    yield CODE
    speak("en")
    del LANGUAGES[CODE]
    for cached in (catalogues.site_words, catalogues.site_state):
        cached.cache_clear()


def write(texts, name=catalogues.SITE):
    """Translate every text by putting it into brackets."""
    catalogues.update(CODE, texts, name)
    catalogue = catalogues.read(CODE, name)
    for message in catalogue:
        if message.id:
            one = isinstance(message.id, str)
            message.string = bracketed(message.id) if one else tuple(bracketed(form) for form in message.id)
            message.flags.add("fuzzy")
    catalogues.write(catalogue, CODE, name)


def left_in_english(html, names=()):
    """Every text of a page, those of its attributes among them, that holds letters outside brackets."""
    allowed, found, depth = _NAMES | {LANGUAGES[CODE].name} | set(names), [], 0
    for text in _texts(parse(html, namespaceHTMLElements=False)):
        outside = ""
        for letter in text:
            depth += {"⟦": 1, "⟧": -1}.get(letter, 0)  # a text goes on through the links in it
            outside += letter if depth == 0 else " "
        for name in allowed:
            outside = outside.replace(name, "")
        if re.search(r"[^\W\d_]{2}", outside):
            found.append(text.strip())
    return found


def _texts(node):
    if node.tag in {"script", "style"} or node.get("translate") == "no" or node.get("lang", CODE) != CODE:
        return
    for name, value in node.attrib.items():
        if name.startswith("data-i18n") or (name in _SEEN and node.tag != "meta"):
            yield value
    yield from filter(None, [node.text])
    for child in node:
        if isinstance(child.tag, str):
            yield from _texts(child)
        yield from filter(None, [child.tail])
