"""What the full run found on the pages, added up: `evidence/accessibility.json`, which the accessibility page shows.

python tests/statement.py        after `make test-full`, which calls it
"""

import datetime
import json
import sys
from pathlib import Path

from looking import AXE_VERSION, CHECKS, SIZES

from feedback.config import CHECKOUT
from forms import catalogue
from languages import LANGUAGES

FILE = CHECKOUT / "evidence" / "accessibility.json"
PARTS = CHECKOUT / "evidence" / "parts"


def keep_part(key: str, language: str, scripts: str, found) -> None:
    """Keep what was found on the pages of one questionnaire, until all are added up."""
    PARTS.mkdir(parents=True, exist_ok=True)
    part = {"states": found.looked_at, "faults": found.faults, "browser": found.browser}
    _part(key, language, scripts).write_text(json.dumps(part, ensure_ascii=False), encoding="utf-8")


def _part(key: str, language: str, scripts: str) -> Path:
    return PARTS / f"{key} {language} {scripts}.json"


def wanted() -> list[Path]:
    """Every part of a full run."""
    keys = [questionnaire.key for questionnaire in catalogue.questionnaires()]
    named = [(key, language, "with scripts") for key in (*keys, "the pages around") for language in LANGUAGES]
    return [_part(*names) for names in (*named, *((key, "en", "without scripts") for key in keys))]


def add_up(today: datetime.date) -> dict:
    """What the accessibility page shows; raises FileNotFoundError when a part of the run is missing."""
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in wanted()]
    faults = [fault for part in parts for found in part["faults"].values() for fault in found]
    return {
        "date": today.isoformat(),
        "axe": AXE_VERSION,
        "browser": f"Chromium {parts[0]['browser']}",
        "page_states": sum(part["states"] for part in parts),
        "violations": len(faults),
        "checks": CHECKS,
        "questionnaires": [questionnaire.key for questionnaire in catalogue.questionnaires()],
        "languages": list(LANGUAGES),
        "viewports": [f"{width}x{height}" for width, height in SIZES],
    }


def main() -> int:
    """Write the file; 1 when the run was not whole."""
    missing = [path.stem for path in wanted() if not path.exists()]
    if missing:
        print(f"{FILE.name} stays as it was: {len(missing)} parts were not looked at, the first of them {missing[0]}.")
        return 1
    summed = add_up(datetime.date.today())
    FILE.write_text(json.dumps(summed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {summed['page_states']} states of pages, {summed['violations']} faults.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
