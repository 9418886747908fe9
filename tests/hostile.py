"""What hostile people and broken programs send: texts, bodies, content types."""

import io
import zipfile

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
TEMPLATE = "{{7*7}}"

#: Short and long texts that have broken other programs.
TEXTS = (
    "", " ", "0", "-1", "1", "2", "007", "1.5", "1e9", "NaN", "\u0661", "²", "0x10", "١٢٣",
    str(2**31), str(2**63 - 1), str(2**63), str(-(2**63) - 1), "9" * 30, "9" * 5000, "-" + "9" * 5000,
    "\0", "a\0b", "%00", "%2500", "autumn\0", "autumn%00", "\x01\x08\x1b\x7f\x85", "\r\nSet-Cookie: a=b", "a\nb", "\t", "\v",
    "\u202ecod.exe", "\u2066x\u2069", "\u200b", "\ufeff", "\ufffe", "\ufffd", "\ud800", "\udfffx", "é\u0301" * 300,
    "👩\u200d👩\u200d👧", "🏳️‍🌈" * 50, "ﷺ", "İstanbul", "ß" * 90, "null", "None", "undefined", "true", "__proto__", "self",
    ".", "..", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//", "C:\\con", "a/b", "//evil.example", "\\\\evil.example",
    "https://evil.example/", "javascript:alert(1)", "' OR '1'='1", "'; DROP TABLE wave; --", '" OR 1=1', "1) OR (1=1", "%", "_",
    '"NEAR(a b)"', "a* AND b", "\\", "${7*7}", "{% raw %}", TEMPLATE, "{{config}}", "%(x)s", "%s%n", "{0.__class__}",
    SCRIPT, IMAGE, "</textarea><b>", "<!--", "]]>", "=1+1", "+1", "-1+1", "@SUM(A1)", "＝1", "=cmd|' /C calc'!A0",
    "a" * 81, "a" * 300, "k" * 6000, "x" * 70_000, "word " * 20_000, "é" * 300_000, "y" * 1_000_000,
    "add", "check", "2026-01-01", "0000-00-00", "9999-12-31", "2026-02-30", "confirmed", "agree", "[]", "{}", "[1]", "{", ";", "&", "=",
)  # fmt: skip


def _zip(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr(name, content)
    return packed.getvalue()


#: Bodies and files that are not what they say.
EMBEDS = (
    b"", b"[]", b"[1,2]", b"{}", b"null", b'"text"', b"1e999", b'{"csrf_token": []}', b'{"email": ["a"], "password": {}}',
    b'{"email": "a\\u0000@example.org", "password": "\\ud800"}', b"{" * 5000, b"[" * 5000, b'{"a":', b"\xff\xfe\x00", b"\0" * 100,
    b"a=%ZZ&b=%", b"&&&&====", b"=&=", b"a" * 100_000, b"a=1&" * 20_000, b"--b", b"--b\r\n\r\n", b"--b\r\nContent-Disposition: form-data",
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid,text\r\n1,a\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\0.csv"\r\n\r\nid,text\r\n1,a\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AD-\r\n--b--\r\n',
    b"id,text\n1,Somebody listened.\n", b"id,text,text\n", b"\xef\xbb\xbfid,text\n2,ok\n", b"id,text\n1,=1+1\n2,\xe2\x80\xae\n", b"%PDF-1.7\n",
    b"PK\x03\x04 broken", _zip("[Content_Types].xml", b"<Types/>"), _zip("a.txt", b"x" * 3_000_000), b"\x89PNG\r\n\x1a\n", b"<?xml version='1.0'?><a/>",
)  # fmt: skip

ODD_TYPES = (
    "application/json", "application/json; charset=utf-16", "application/vnd.api+json", "text/plain", "", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300, "multipart/mixed; boundary=b", "application/xml",
    "application/x-www-form-urlencoded; charset=utf-7", "application/octet-stream", "x", "/", ";;;", "text/html\x0b", "image/png",
)  # fmt: skip
