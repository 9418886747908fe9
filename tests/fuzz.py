"""A fuzzer: hostile requests at every route, in every role; the same seed sends the same requests."""

import io
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes, urlencode, urlsplit

from hostile import BODIES, IMAGE, ODD_TYPES, SCRIPT, TEXTS
from watched import Site, forms_of
from werkzeug.test import EnvironBuilder

ODD_METHODS = ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 300)
READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
AFRESH = 40
MULTIPART, JSON = ("multipart/form-data; boundary=b",) * 200, ("application/json",) * 10
BIG = 50 * 1024 * 1024

#: What somebody who has not signed in may write: their own answers, and that they take them away.
OF_STRANGERS = {"draft", "draft_picture", "response", "answer", "response_key", "help_request"}

#: What every answer says, whatever it answers.
HEADERS = (
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
)


@dataclass
class Outcome:
    """What came of all requests."""

    statuses: Counter = field(default_factory=Counter)
    endpoints: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Zeros(io.RawIOBase):
    """A body as long as it says, without the memory."""

    def __init__(self, head: bytes, length: int):
        self._head, self._left = head, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        given, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        given = given or bytes(min(len(buffer), self._left))
        self._left -= len(given)
        buffer[: len(given)] = given
        return len(given)


class Fuzzer:
    """Makes requests from a seed, and looks at every answer."""

    def __init__(self, site: Site, seed: int):
        self.site, self.random = site, random.Random(seed)
        self.rules = sorted(site.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        self.forms = forms_of(site)
        self.outcome = Outcome()

    def run(self, number: int) -> Outcome:
        """Send `number` requests."""
        for place in range(number):
            if place % AFRESH == 0:  # what was being answered may have been sent, or left
                self.site.begin_answering()
            # A few with the token check on: the others are to reach what lies behind it.
            self.site.app.config["WTF_CSRF_ENABLED"] = self.random.random() < 0.15
            actor, environ = self._by_form() if self.random.random() < 0.5 else self._by_route()
            self.site.written.clear()
            described = f"#{place} {actor} {environ['REQUEST_METHOD'][:20]} {environ['PATH_INFO'][:90]!r}"
            described += f"?{environ['QUERY_STRING'][:90]} {environ.get('CONTENT_TYPE', '')[:60]}"
            self._look(described, actor, environ, *self.site.open(environ))
        return self.outcome

    def _by_route(self):
        rule = self.random.choice(self.rules)
        self.outcome.endpoints[rule.endpoint] += 1
        path = "".join(self._part(is_value, part) for is_value, part in rule._trace if part != "|")
        allowed = sorted(rule.methods or ())
        method = self.random.choice(ODD_METHODS if self.random.random() < 0.15 else allowed)
        actor = self.random.choice(sorted(self.site.cookies))
        return actor, self._environ(actor, method, path, [], rule.endpoint == "imports.upload")

    def _part(self, is_value: bool, part: str) -> str:
        if not is_value:
            return part
        known = ["autumn", "notes", "worker-changes", "worker-stays", "y1", *map(str, self.site.ids)]
        return self.random.choice(known if self.random.random() < 0.4 else TEXTS).replace("/", "%2F")

    def _by_form(self):
        form = self.random.choice(self.forms)
        actor = form.actor if self.random.random() < 0.8 else self.random.choice(sorted(self.site.cookies))
        fields = [pair for pair in form.fields if self.random.random() < 0.95]
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 3))):
            fields = self._spoiled(fields)
        return actor, self._environ(actor, "POST", form.action, fields, form.has_file)

    def _spoiled(self, fields):
        fields = list(fields)
        names = [name for name, _ in fields] + ["csrf_token", "unknown", "submit"]
        name, value = self.random.choice(names), self.random.choice(TEXTS)
        kind = self.random.random()
        if kind < 0.6:
            return [(n, v) for n, v in fields if n != name] + [(name, value)]
        if kind < 0.75:  # repeated
            return [*fields, (name, value), (name, value), (name, self.random.choice(TEXTS))]
        if kind < 0.85:
            return [(n, v) for n, v in fields if n != name]
        if kind < 0.95:
            return [*fields, (value[:200], value)]
        return fields + [(f"{name}-{n}", "x") for n in range(10_000 if kind < 0.96 else 600)]

    def _environ(self, actor: str, method: str, path: str, fields, has_file: bool):
        body, content_type, length = self._body(fields, has_file) if method not in READING else (b"", "", 0)
        environ = EnvironBuilder(method="POST", path="/", input_stream=io.BytesIO()).get_environ()
        split = urlsplit(quote(path, safe="/%?&=", errors="surrogatepass"))
        query = self._query() if self.random.random() < 0.4 else split.query
        environ |= {
            "REQUEST_METHOD": method,
            # As a server hands it over: percent signs resolved, bytes as Latin-1.
            "PATH_INFO": _unquoted(split.path),
            "QUERY_STRING": _as_bytes(query),
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(length),
            "wsgi.input": body if isinstance(body, io.RawIOBase) else io.BytesIO(body),
            "HTTP_COOKIE": self.site.cookies[actor],
        }
        return environ | self._headers()

    def _query(self) -> str:
        name = self.random.choice(("theme", "wave", "after", "after", "priority", "item", "check", "next", "unknown"))
        value = self.random.choice((*TEXTS, "autumn", "worker-changes", "worker-stays", "1"))[:9000]
        return self.random.choice((f"{name}={value}", urlencode([(name, value), (name, "1")], errors="replace"), value))

    def _headers(self) -> dict[str, str]:
        if self.random.random() < 0.7:
            return {}
        name = self.random.choice(
            ("HOST", "REFERER", "ACCEPT_LANGUAGE", "ACCEPT", "ORIGIN", "COOKIE", "RANGE", "IF_NONE_MATCH",
             "IF_MODIFIED_SINCE", "X_FORWARDED_HOST", "X_HTTP_METHOD_OVERRIDE", "AUTHORIZATION", "USER_AGENT")
        )  # fmt: skip
        value = self.random.choice((*TEXTS, "application/json", "*/*;q=x", "place=%00; session=.x.y", "Basic ==="))
        return {f"HTTP_{name}": _as_bytes(value[:5000]).replace("\n", " ").replace("\r", " ")}

    def _body(self, fields, has_file: bool):
        kind = self.random.random()
        if kind < 0.01:
            head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
            return Zeros(head, BIG), self.random.choice((MULTIPART[0], "application/x-www-form-urlencoded")), BIG
        if kind < 0.08:
            data = self.random.choice(BODIES)
            length = self.random.choice((len(data), len(data) + 50, 1, -1, "x"))
            return data, self.random.choice((*ODD_TYPES, *JSON, *JSON)), length
        if has_file or kind < 0.25:
            return self._multipart(fields, has_file)
        data = urlencode(fields, errors="replace").encode()
        return data, "application/x-www-form-urlencoded", len(data) if kind < 0.97 else len(data) + 9

    def _multipart(self, fields, has_file: bool):
        sent = io.BytesIO()
        for name, value in fields:
            head = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            sent.write(head.encode("utf-8", "replace"))
        if has_file:
            name = self.random.choice((*TEXTS[:40], "a.csv", "a.xlsx", "../../a.csv"))[:4000]
            head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
            sent.write(head.encode(errors="replace") + self.random.choice(BODIES) + b"\r\n")
        sent.write(b"--b--\r\n")
        data = sent.getvalue()
        if self.random.random() < 0.15:  # cut off on the way
            data = data[: self.random.randrange(len(data))]
        return data, self.random.choice(MULTIPART + ODD_TYPES), len(data)

    def _look(self, described, actor, environ, status, headers, body) -> None:
        self.outcome.statuses[status] += 1
        self.outcome.faults += [
            f"{described}: {status}: {fault}" for fault in self._faults(actor, environ, status, headers, body)
        ]

    def _faults(self, actor, environ, status, headers, body) -> Iterator[str]:
        # The health page says on purpose that this installation has no worker, say.
        if status >= 500 and (status, environ["PATH_INFO"]) != (503, "/health"):
            yield f"an answer of 500 or up {'' if headers else body[:200]}"
        if b"Traceback (most recent" in body or b"sqlalchemy" in body.lower():
            yield "the inside shows"
        if b"no database stores" in body:
            yield "a text got past the cleaner"
        if any(markup.encode() in body for markup in (SCRIPT, IMAGE)):
            yield "markup comes back as markup"
        is_page = headers.get("Content-Type", "").startswith("text/html") and body
        if is_page and body.count(b"<h1") != 1:
            yield f"{body.count(b'<h1')} h1"
        if is_page and "Content-Security-Policy" not in headers:
            yield "no Content-Security-Policy"
        yield from (f"no {name}" for name in HEADERS if name not in headers)
        yield from self._wrongly_written(actor, environ)

    def _wrongly_written(self, actor, environ) -> Iterator[str]:
        if self.site.written and environ["REQUEST_METHOD"] in READING:
            yield f"a read wrote {self.site.written}"
        if actor == "stranger" and set(self.site.written) - OF_STRANGERS:
            yield f"a stranger wrote {set(self.site.written) - OF_STRANGERS}"


def _as_bytes(text: str) -> str:
    """A text as a server hands it over: its UTF-8 bytes as Latin-1."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _unquoted(path: str) -> str:
    return unquote_to_bytes(path).decode("latin-1")
