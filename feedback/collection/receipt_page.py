"""The receipt's page: the same for everybody but for six words, so it is rendered once and then only filled in."""

import re
from functools import lru_cache

from flask import current_app, g, render_template, request

from feedback import edge
from feedback.collection import easier
from feedback.collection.language_choice import asked_now
from feedback.collection.models import Wave
from feedback.collection.receipts import WORDS_IN_A_RECEIPT
from feedback.config import Settings
from feedback.plan.store import House
from languages import Language, marked, spoken
from languages import gettext as _

NEXT_STEPS = [
    marked("A person reads what you sent. Before the board sees anybody’s words, a person takes the names out."),
    marked("The board that watches over children’s services looks at what people said."),
    marked("Then we tell everyone what changed, and what cannot change and why."),
]
_WORDS = [f"%word-{place}%" for place in range(WORDS_IN_A_RECEIPT)]
_NONCE = "%nonce%"


def receipt_page(wave: Wave, words: list[str]) -> str:
    """The page that says thank you and shows a receipt's words, with this request's nonce in it."""
    look = easier.chosen(request.cookies.get(easier.COOKIE))
    pieces = _pieces(current_app.extensions["soundings"].settings, g.house, wave, look, spoken())
    filled = dict(zip(_WORDS, words, strict=True)) | {_NONCE: edge.nonce()}
    return "".join(filled.get(piece, piece) for piece in pieces)


# The look is a setting each of two ways: however many ask, no more than 32 pages of a wave in a language.
@lru_cache(maxsize=512)
def _pieces(_settings: Settings, _house: House, wave: Wave, _look: frozenset[str], _language: Language) -> list[str]:
    """The page, cut where something is to be filled in."""
    kept, g.nonce = edge.nonce(), _NONCE
    try:
        page = render_template(
            "collection/receipt.html",
            wave=wave,
            questionnaire=asked_now(wave),
            words=_WORDS,
            next_steps=[_(sentence) for sentence in NEXT_STEPS],
        )
        return re.split(f"({'|'.join([*_WORDS, _NONCE])})", page)
    finally:
        g.nonce = kept
