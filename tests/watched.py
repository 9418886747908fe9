"""The whole site under watch: everybody's cookies, every form on its pages, and what each request writes."""

from collections.abc import Iterator
from dataclasses import dataclass

import html5lib
from factories import make_staff, sign_in
from sqlalchemy import event
from sqlalchemy.engine import Engine
from staffroom import fill
from werkzeug.test import EnvironBuilder, run_wsgi_app

from feedback import access


@dataclass
class Form:
    """A form found on a page: where it goes and what it would send untouched."""

    actor: str
    action: str
    fields: list[tuple[str, str]]
    has_file: bool


class Site:
    """The app with something on every page, everybody's cookies, and a watch on what is written."""

    def __init__(self, app, database, keys, digests):
        self.app = app
        self.ids = fill(database, keys, digests)
        for number in range(2):  # accounts that may be switched off: the numbers a guess hits first
            make_staff(database, "coder", email=f"decoy{number}@example.org")
        self.cookies = {}
        self.begin_answering()
        for role in (*sorted(access.ROLES), "all"):
            self.cookies[role] = self._sign_in(database, access.ROLES if role == "all" else [role])
        self.written: list[str] = []
        event.listen(Engine, "before_cursor_execute", self._note)

    def close(self) -> None:
        """Watch no longer."""
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_more) -> None:
        words = statement.split(maxsplit=3)
        if words[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            self.written.append(words[1 if words[0].upper() == "UPDATE" else 2].strip('"'))

    def begin_answering(self) -> None:
        """Give the stranger something to answer."""
        self.app.config["WTF_CSRF_ENABLED"] = False
        client = self.app.test_client()
        client.post("/w/autumn")
        client.post("/w/autumn/q/agree", data={"q_agree": "agree"})
        self.cookies["stranger"] = f"place={client.get_cookie('place', path='/w/autumn').value}"

    def _sign_in(self, database, roles) -> str:
        client = self.app.test_client()
        assert sign_in(client, make_staff(database, *roles)).status_code == 302
        return f"session={client.get_cookie('session').value}"

    def open(self, environ) -> tuple[int, dict[str, str], bytes]:
        """Send one request; whatever gets past every error page would be a bare 500 of the server."""
        try:
            return raw(self.app, environ)
        except Exception as problem:
            return 500, {}, repr(problem).encode()

    def page(self, actor: str, path: str) -> str:
        path, _mark, query = path.partition("?")
        environ = EnvironBuilder(path=path, query_string=query, headers={"Cookie": self.cookies[actor]}).get_environ()
        status, headers, body = self.open(environ)
        return body.decode() if status == 200 and headers.get("Content-Type", "").startswith("text/html") else ""


def raw(app, environ) -> tuple[int, dict[str, str], bytes]:
    """Send a request as the bytes it is: nothing on the way mends it."""
    parts, status, headers = run_wsgi_app(app, environ, buffered=True)
    return int(status.split()[0]), dict(headers), b"".join(parts)


#: Where somebody who answers begins, and staff.
STARTS = {
    "stranger": ["/", "/w/autumn", "/w/autumn/q/agree", *(f"/w/autumn/q/y{number}" for number in range(1, 30))],
    "all": ["/desk", "/w/autumn", "/waves/notes/import", "/topics", "/items", "/jobs/1"],
}


def pages_of(site: Site, actor: str, most: int = 120) -> Iterator[tuple[str, str]]:
    """Every page that can be reached by links, with its address."""
    waiting, seen = [*STARTS[actor], "/w/autumn/check", "/staff/login", "/receipt"], set()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path == "/staff/logout":
            continue
        seen.add(path)
        page = site.page(actor, path)
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        waiting += [a.get("href").split("#")[0] for a in tree.iter("a") if a.get("href", "").startswith("/")]
        yield path, page


def forms_of(site: Site) -> list[Form]:
    """Every form on those pages, but those that would shut out the accounts that are used here."""
    found = {}
    for actor in STARTS:
        for path, page in pages_of(site, actor):
            for node in html5lib.parse(page, namespaceHTMLElements=False).iter("form"):
                form = _form(actor, path, node)
                if not form.action.startswith("/accounts/") or form.action[-8] in "12d":
                    found[form.actor, form.action, tuple(name for name, _ in form.fields)] = form
    return list(found.values())


def _form(actor: str, path: str, node) -> Form:
    fields, has_file = [], False
    for part in node.iter():
        name = part.get("name")
        if not name or part.tag not in {"input", "textarea", "select", "button"}:
            continue
        has_file = has_file or part.get("type") == "file"
        values = [option.get("value", "") for option in part.iter("option")] or [part.get("value") or part.text or ""]
        fields += [(name, value) for value in values[-2:]]
    return Form(actor, node.get("action") or path, fields, has_file)
