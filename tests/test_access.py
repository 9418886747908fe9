"""Who may open what: the table is complete, and every line of it holds."""

import pytest
from factories import make_priority, make_staff, make_theme, make_wave, sign_in

from feedback import access

SAMPLE = {"key": "sample", "question_key": "y1", "priority_key": "sample"}


def routes(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_route_is_in_the_table_and_every_line_is_a_route(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    missing = endpoints - set(access.ROUTES)
    assert not missing, f"say in feedback/access.py who may open {sorted(missing)}"
    switched_on_later = {name for name in access.ROUTES if name.startswith("security.")}
    assert set(access.ROUTES) - endpoints <= switched_on_later


def test_roles_in_the_table_exist():
    for endpoint, roles in access.ROUTES.items():
        assert roles == access.PUBLIC or roles <= access.SIGNED_IN, endpoint


def test_a_route_that_is_not_in_the_table_is_shut(app, client, database):
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert client.get("/forgotten").status_code == 302
    sign_in(client, make_staff(database, "admin"))
    assert client.get("/forgotten").status_code == 403


def pages(app):
    """GET routes of staff with a value for each part of their address."""
    for rule in routes(app):
        if "GET" in rule.methods and access.ROUTES[rule.endpoint] != access.PUBLIC:
            values = {name: SAMPLE.get(name, 1) for name in rule.arguments}
            with app.test_request_context():
                yield rule.endpoint, app.url_for(rule.endpoint, **values)


def test_a_stranger_is_sent_to_the_sign_in_page_and_learns_nothing(app, client):
    for endpoint, url in pages(app):
        answer = client.get(url)
        assert answer.status_code == 302, endpoint
        assert answer.location.startswith("/staff/login"), endpoint


@pytest.mark.parametrize("role", sorted(access.ROLES))
def test_each_role_opens_its_pages_and_no_others(app, client, database, keys, role):
    make_wave(database, keys, key="sample")
    make_priority(database, "sample")
    make_theme(database, "sample")
    sign_in(client, make_staff(database, role))
    for endpoint, url in pages(app):
        status = client.get(url).status_code
        if role in access.ROUTES[endpoint]:
            # 403 by the page itself: a champion opens only the priorities of their own.
            assert status in {200, 302, 403, 404}, (endpoint, status)
            assert status != 403 or endpoint == "plan.edit", endpoint
        else:
            assert status == 403, (endpoint, status)


def test_a_champion_edits_only_their_own_priority(app, client, database):
    make_priority(database, "mine", champion="Amara Oyelaran")
    make_priority(database, "other", champion="Somebody Else")
    sign_in(client, make_staff(database, "champion", name="Amara Oyelaran"))
    assert client.get("/plan/mine/edit").status_code == 200
    assert client.get("/plan/other/edit").status_code == 403


def test_an_account_that_is_switched_off_is_out_at_once(app, client, database):
    from feedback.accounts.store import all_staff, set_active

    sign_in(client, make_staff(database, "admin"))
    assert client.get("/desk").status_code == 200
    user_id = all_staff(database.session())[0].id
    with database.writing() as session:
        set_active(session, user_id=user_id, active=False)
    assert client.get("/desk").status_code == 302
