"""What the program writes about itself: that something happened and where, never what was said or by whom.

Only our own messages are written; they hold ids and names of kinds. Of a library's message, and of an exception, only
the place in the code and the type are written, because their words may quote what somebody sent.
"""

import datetime
import json
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

_OURS = "feedback"


class Line(logging.Formatter):
    """One line for each thing logged: a sentence, or a JSON object."""

    def __init__(self, shape: str = "text"):
        super().__init__()
        self._json = shape == "json"

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        said = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "what": _what(record),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            said["exception"] = _chain(record.exc_info[1])
        if self._json:
            return json.dumps(said, ensure_ascii=False)
        return " ".join(str(value) for value in said.values())


def set_up_logging(shape: str, mark: Callable[[logging.LogRecord], bool] | None = None) -> None:
    """Send everything that is logged, and every exception that nobody caught, to stderr as our own lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line(shape))
    if mark:
        handler.addFilter(mark)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    sys.excepthook = _uncaught
    threading.excepthook = lambda thrown: _uncaught(thrown.exc_type, thrown.exc_value, thrown.exc_traceback)


def granian_logging(shape: str) -> dict:
    """The web server's own settings for the same lines."""
    return {
        "formatters": {"line": {"()": "feedback.logs.Line", "shape": shape}},
        "handlers": {"line": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "loggers": {"_granian": {"handlers": ["line"], "propagate": False}, "granian.access": {"handlers": []}},
    }


def _uncaught(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, (SystemExit, KeyboardInterrupt)):
        logging.getLogger(_OURS).error("nobody caught this", exc_info=(kind, problem, trace))


def _time(record: logging.LogRecord) -> str:
    """To the second; to the day where a respondent was at work, because their exact time is not kept."""
    moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
    return f"{moment:%Y-%m-%d}" if getattr(record, "respondent", False) else moment.isoformat(timespec="seconds")


def _what(record: logging.LogRecord) -> str:
    ours = record.name.split(".")[0] == _OURS
    return record.getMessage() if ours else f"{record.name} at {record.module}:{record.lineno}"


def _chain(problem: BaseException) -> str:
    """Type and places of an exception and of what caused it; no message, no source line, no value."""
    parts: list[str] = []
    while problem is not None and len(parts) < 5:
        frames = traceback.extract_tb(problem.__traceback__)
        places = " > ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames)
        parts.append(f"{type(problem).__name__} at {places}")
        problem = problem.__cause__ or problem.__context__
    return " because of ".join(parts)
