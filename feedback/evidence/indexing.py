"""A blind index of cleared quotes: for every word of a quote as it is shown, a keyed digest of its stem.

No word lies in the database or its backups, and both databases find the same. The key comes from the root secret of
the key store, which outlives a change of the master key.
"""

import hmac
from contextlib import closing

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, joinedload

from analysis.search_words import search_words
from feedback.collection.store import words_of
from feedback.config import derive
from feedback.db import hold, insert_ignoring
from feedback.evidence.masking import masked_parts
from feedback.evidence.models import Quote, QuoteWord
from feedback.jobs import Running, task
from feedback.sealing import KeyStore
from feedback.themes.models import Excerpt

INDEX = "index"
STEP = 500  # quotes opened at a time
_DIGEST = 16  # bytes kept of each digest


def word_key(keys: KeyStore) -> bytes:
    """The 32-byte key of every word in the index."""
    return derive(keys.root(), "words of quotes")


def word_digests(key: bytes, text: str) -> list[bytes]:
    """The digest (16 bytes) of each word of a text, as the index holds it; none when no letter or digit is in it."""
    return [hmac.digest(key, word.encode(), "sha256")[:_DIGEST] for word in search_words(text)]


def word_rows(key: bytes, quote_id: int, text: str, masks: list[list]) -> list[dict]:
    """A quote's rows of the index: the words of its excerpt `text` that its masks leave, and what they show instead."""
    shown = "".join(instead or words for words, instead in masked_parts(text, masks))
    return [{"word": digest, "quote_id": quote_id} for digest in word_digests(key, shown)]


def index_quote(session: Session, keys: KeyStore, quote: Quote, text: str) -> None:
    """Let a quote be found from its commit on; `text` is its whole excerpt."""
    rows = word_rows(word_key(keys), quote.id, text, quote.masks)
    if rows:
        session.execute(insert(QuoteWord), rows)


@task(INDEX)
def index_quotes(running: Running) -> None:
    """Let those quotes be found that were cleared before there was an index; a second run adds nothing."""
    database = running.database
    unknown = ~select(QuoteWord.word).where(QuoteWord.quote_id == Quote.id).exists()
    wanted = list(database.session().scalars(select(Quote.id).where(unknown).order_by(Quote.id)))
    with closing(KeyStore(database.settings)) as keys:
        for start in range(0, len(wanted), STEP):
            running.progress(start, len(wanted), "Reading cleared quotes")
            rows = _rows_of(database.session(), keys, wanted[start : start + STEP])
            with database.writing() as session:
                there = hold(session, Quote, wanted[start : start + STEP], against_erasure=True)
                if left := [row for row in rows if row["quote_id"] in there]:
                    session.execute(insert_ignoring(session, QuoteWord.__table__), left)
    with database.writing() as session:
        running.finish(session, "Every cleared quote can be found")


def _rows_of(session: Session, keys: KeyStore, quote_ids: list[int]) -> list[dict]:
    whole = joinedload(Quote.excerpt).joinedload(Excerpt.answer)
    quotes = session.scalars(select(Quote).options(whole).where(Quote.id.in_(quote_ids))).all()
    texts, key = words_of(keys, [quote.excerpt.answer for quote in quotes]), word_key(keys)
    return [
        row
        for quote in quotes
        if quote.excerpt.answer_id in texts
        for row in word_rows(
            key, quote.id, texts[quote.excerpt.answer_id][quote.excerpt.starts : quote.excerpt.ends], quote.masks
        )
    ]
