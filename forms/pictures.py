"""The pictures that a choice may have: drawn in `templates/macros/pictures.html`, hidden from screen readers."""

PICTURES = frozenset({"yes", "sometimes", "no", "face-1", "face-2", "face-3", "face-4", "face-5"})

#: What is stored of a drawing: an item of its own beside the words of whoever drew it, `question.drawing`, with this
#: as its choice.
DRAWN = "drawing"


def shows(item: str) -> bool:
    """True when the words of this item are a reader's, about what a drawing shows."""
    return item.endswith(f".{DRAWN}")
