"""Respondents without a browser: what they send and read, on raw sockets, so that many of them cost little.

A way through the pages is a generator: it yields the bytes of a request and is sent the bytes of the answer. `drive`
walks one with a socket of its own; `bench_load.py` walks many at once.
"""

import re
import socket
from collections.abc import Generator
from contextlib import closing
from urllib.parse import urlencode

#: yields requests, takes answers, returns the six words.
Way = Generator[bytes, bytes, list[str]]

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\nset-cookie: *([^=;\r\n]+)=([^;\r\n]*)", re.IGNORECASE)
_KEY = re.compile(rb'name="key"[^>]*value="([0-9a-f]{32})"')
_WORD = re.compile(rb'<li translate="no">(\w+)</li>')


class Refused(Exception):
    """The site answered something else than what a respondent needs to go on."""


class Browser:
    """Makes requests with the cookies it was given, and looks at answers."""

    def __init__(self, wave: str):
        self.wave = wave
        self.cookies: dict[str, str] = {}
        self.key = ""

    def request(self, path: str = "", fields: dict[str, str] | None = None) -> bytes:
        """A GET, or with fields a POST, of a page of the wave."""
        body = urlencode(fields).encode() if fields is not None else b""
        lines = [
            f"{'GET' if fields is None else 'POST'} /w/{self.wave}{path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in self.cookies.items())}",
        ]
        if fields is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def look(self, answer: bytes, status: int) -> bytes:
        """The answer, when it has this status; its cookies are kept."""
        if not answer.startswith(b"HTTP/1.1 %d" % status):
            raise Refused(answer[:200].decode("latin-1"))
        head = answer[: answer.index(b"\r\n\r\n")]
        self.cookies |= {name.decode(): value.decode() for name, value in _COOKIE.findall(head)}
        return answer

    def prepare(self, answers: list[dict[str, str]]) -> Way:
        """Start, agree, answer, and read the page on which everything is checked."""
        self.look((yield self.request()), 200)
        self.look((yield self.request("", {})), 303)
        for fields in ({"q_agree": "agree"}, *answers):
            question = next(iter(fields)).removeprefix("q_").removesuffix("_text")
            self.look((yield self.request(f"/q/{question}", fields)), 303)
        self.key = _found(_KEY, self.look((yield self.request("/check")), 200))
        return []

    def send(self) -> Way:
        """Press Send, as often as you like: the six words."""
        answer = self.look((yield self.request("/send", {"key": self.key})), 200)
        return [word.decode() for word in _WORD.findall(answer)]

    def walk(self, answers: list[dict[str, str]]) -> Way:
        """From the first page to the receipt."""
        yield from self.prepare(answers)
        return (yield from self.send())


def _found(pattern: re.Pattern, page: bytes) -> str:
    match = pattern.search(page)
    if match is None:
        raise Refused(f"no {pattern.pattern!r} on the page")
    return match.group(1).decode()


def whole(answer: bytes) -> bool:
    """True when all of an answer has arrived."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = _LENGTH.search(answer[: end + 2])
    return len(answer) >= end + 4 + (int(length.group(1)) if length else 0)


def drive(port: int, way: Way, timeout: float = 20) -> list[str]:
    """Walk one way to its end on one connection; raises OSError or Refused when it is cut off."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout)) as line:
        answer = None
        while True:
            try:
                line.sendall(way.send(answer))
            except StopIteration as over:
                return over.value
            answer = b""
            while not whole(answer):
                part = line.recv(65536)
                if not part:
                    raise ConnectionResetError("the site hung up")
                answer += part
