"""Thousands of hostile requests at every route, in every role: none brings an answer of 500 and up."""

import logging
from dataclasses import replace

import pytest
from fuzz import Fuzzer
from watched import Site

from feedback.site import create_app

SEED = 20261123


@pytest.fixture
def fuzzer(settings, database, keys, digests):
    """Everything switched on; errors become pages, as in real life."""
    app = create_app(replace(settings, totp=True, passkeys=True))
    app.config["WTF_CSRF_ENABLED"] = False
    site = Site(app, database, keys, digests)
    yield Fuzzer(site, SEED)
    site.close()
    parts = app.extensions["soundings"]
    parts.database.session.remove()
    parts.database.engine.dispose()
    parts.keys.close()


# Flask-Security 5.9 still hands WTForms tuples for the choices of its second-factor forms.
@pytest.mark.filterwarnings("ignore:Passing SelectField choices as tuples:DeprecationWarning")
# Werkzeug leaves a half-read upload of a broken request to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.both
@pytest.mark.parametrize("number", [600, pytest.param(10_000, marks=pytest.mark.full)])
def test_no_request_brings_the_site_down_or_writes_what_it_must_not(fuzzer, dialect, number, caplog):
    caplog.set_level(logging.CRITICAL)  # a refusal a line would drown what is said in the end
    outcome = fuzzer.run(number)
    print(dialect, number, sorted(outcome.statuses.items()))
    assert outcome.faults == []
    assert outcome.statuses.total() == number
    # The requests reach behind the first refusal: pages, redirects after a success, forms sent back.
    assert min(outcome.statuses[status] for status in (200, 303, 403, 404, 422)) > number / 50
    if number > 5_000:
        assert set(outcome.endpoints) == {rule.endpoint for rule in fuzzer.rules}
