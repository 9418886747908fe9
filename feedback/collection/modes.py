"""How responses came: on somebody's own device, with somebody helping, on a shared tablet, on paper."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from feedback.collection.models import Response

OWN, ASSISTED, KIOSK, PAPER = "own", "assisted", "kiosk", "paper"

#: What each is called on pages for staff.
MODES = {
    OWN: "On a device of their own",
    ASSISTED: "With somebody helping, who wrote for them",
    KIOSK: "On a shared tablet",
    PAPER: "On paper, typed in by staff",
}

_OTHERS = (
    select(Response.mode, func.count())
    # As the index has it: a value that is given apart would not be recognised.
    .where(text("mode <> 'own'"))
    .group_by(Response.mode)
)


def by_mode(session: Session, wave_id: int, total: int) -> list[tuple[str, int]]:
    """[(how they came, how many)] of a wave with so many responses; ways in which none came are left out."""
    found = dict(session.execute(_OTHERS.where(Response.wave_id == wave_id)).all())
    # Between two looks at the database something may have come.
    found[OWN] = max(total - sum(found.values()), 0)
    return [(words, found[mode]) for mode, words in MODES.items() if found.get(mode)]
