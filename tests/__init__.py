"""The tests; a package, because a dependency installs one of this name too (textstat)."""
