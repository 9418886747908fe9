"""Who signs in at Northmere. The password is printed in the README and exists in the example only."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.accounts.store import add_staff

PASSWORD = "northmere-example"
CODERS = "Northmere coders"


@dataclass(frozen=True)
class Person:
    """Somebody who signs in, and what they do here."""

    email: str
    name: str
    role: str
    does: str


LEAD = Person(
    "lead@northmere.example", "Rhoda Penhale", "participation_lead", "opens waves, reads, agrees themes, links them"
)
SAFEGUARDING = Person(
    "safeguarding@northmere.example", "Joel Arkwright", "safeguarding_lead", "reads what came in before anybody else"
)
PEOPLE = (
    LEAD,
    Person("coder@northmere.example", "Tamsin Okoro", "coder", "confirms or rejects suggested themes"),
    SAFEGUARDING,
    Person("board@northmere.example", "Denise Fairhurst", "board_member", "reads the board's pages"),
    Person("champion@northmere.example", "Amara Oyelaran", "champion", "owns “A worker who stays”"),
    Person("practitioner@northmere.example", "Callum Breck", "practitioner", "takes part in the sounding board"),
    Person("admin@northmere.example", "Olive Stainforth", "admin", "keeps the list of staff"),
)


def add_people(session: Session, password_hash: str) -> None:
    """An account for each role, all with the example's password."""
    for person in PEOPLE:
        add_staff(session, email=person.email, name=person.name, roles=[person.role], password_hash=password_hash)
