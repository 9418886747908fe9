"""The page on which cleared quotes are searched for words."""

from types import SimpleNamespace

from flask import Blueprint, current_app, render_template, request, url_for

from feedback.access import allowed
from feedback.edge import row_id
from feedback.evidence import store
from feedback.evidence.indexing import word_digests, word_key
from feedback.evidence.masking import masked_parts, said_by
from feedback.evidence.searching import search_quotes
from forms.staff import SearchForm

blueprint = Blueprint("search", __name__)


@blueprint.get("/quotes/search")
def quotes():
    """Cleared quotes in which all of some words stand, in any of their forms; whoever clears quotes finds every one."""
    parts = current_app.extensions["soundings"]
    asked = "words" in request.args
    form = SearchForm(request.args if asked else None)
    digests = _sought(parts.keys, form) if asked else []
    found, cards = None, []
    if digests:
        session, after = parts.database.session(), request.args.get("after", 0, type=row_id)
        found = search_quotes(session, digests, for_board=not allowed("evidence.quotes"), after=after)
        cards = _cards(session, parts.keys, found.quotes)
    following = found and found.after and url_for("search.quotes", words=form.words.data, after=found.after)
    page = render_template("evidence/search.html", form=form, found=found, cards=cards, next_url=following)
    return page, 422 if form.errors else 200


def _sought(keys, form: SearchForm) -> list[bytes]:
    """The words as the index holds them; none when the form has errors."""
    if not form.validate():
        return []
    digests = word_digests(word_key(keys), form.words.data)
    if not digests:
        form.words.errors = ["Write a word with letters or digits: signs alone are not searched for."]
    return digests


def _cards(session, keys, quotes) -> list[SimpleNamespace]:
    """Each quote as it may be shown, with the priorities its theme speaks to; one that was withdrawn is left out."""
    texts = store.words_of_quotes(keys, [quote for quote, _wave in quotes])
    links = store.links(session, state="confirmed")
    return [
        SimpleNamespace(
            parts=masked_parts(texts[quote.id], quote.masks),
            audience=said_by(wave.audience, quote.excerpt.answer.question),
            theme=quote.theme,
            wave=wave,
            priorities=[link.priority for link in links if link.theme_id == quote.theme_id],
        )
        for quote, wave in quotes
        if quote.id in texts
    ]
