"""The forms with which staff open the other ways in: shared tablets and paper."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, StringField
from wtforms.validators import NumberRange, Optional

from forms.staff import CleanForm, choices
from forms.staff import at_most as at_most
from forms.staff import needed as needed

#: Most forms on paper in one batch: a pile that people can count.
MOST_FORMS = 5_000


class KioskForm(CleanForm):
    """The PIN of a shared tablet."""

    pin = StringField("Choose a PIN", [needed("Choose a PIN of 4 to 12 digits.")])


class UnlockForm(CleanForm):
    """Which tablet to unlock."""

    tablet = HiddenField(validators=[needed("Choose a tablet.")])


class BatchForm(CleanForm):
    """A pile of forms that came back, and which of them are typed twice."""

    name = StringField("Name of the batch", [needed("Enter a name, such as Youth club, March."), at_most(80)])
    forms = IntegerField(
        "How many forms are in it?",
        [
            needed("Count the forms and enter how many there are."),
            NumberRange(1, MOST_FORMS, message=f"Enter a whole number from 1 to {MOST_FORMS:,}."),
        ],
    )
    rule = RadioField(
        "Which forms are typed twice?",
        [needed("Choose which forms are typed twice.")],
        choices=choices(
            [
                ("tenth", "One in ten, drawn by the program"),
                ("first", "The first ones of the pile"),
                ("none", "None: say nothing about how well we typed"),
            ]
        ),
        default="tenth",
    )
    first = IntegerField("How many of the first?", [Optional(), NumberRange(1, MOST_FORMS, message="Enter 1 or more.")])


def settle_form(keys: Sequence[str]) -> type[CleanForm]:
    """Return a new form class with a choice and a reason for each question that two people typed differently."""
    made: dict[str, Any] = {}
    for key in keys:
        made[f"c_{key}"] = RadioField(
            "Which one stands on the paper?",
            [needed("Look at the paper, then choose one of the two.")],
            choices=choices([("first", "The first"), ("second", "The second")]),
        )
        made[f"r_{key}"] = StringField("Why", [needed("Say why, such as: a slip of the hand."), at_most(200)])
    return type("SettleForm", (CleanForm,), made)
