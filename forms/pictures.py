"""The pictures that a choice may have: drawn in `templates/macros/pictures.html`, hidden from screen readers."""

PICTURES = frozenset({"yes", "sometimes", "no", "face-1", "face-2", "face-3", "face-4", "face-5"})
