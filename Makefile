# What a developer or a council's first visitor types. Needs make, Python 3.11 or newer, and nothing else.

PYTHON := $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
HOME_FOR_CHECKS := $(or $(TMPDIR),/tmp)/soundings-check-$(shell id -u)

.DEFAULT_GOAL := help
.PHONY: help run test test-full golden check bench assets chromium postgresql

help:
	@echo 'make run        set everything up and start the site with the example at http://127.0.0.1:8000'
	@echo 'make test       install what the tests need and run them'
	@echo 'make test-full  the same with the long checks'
	@echo 'make golden     write anew what a screen reader is told of each page; review what changed'
	@echo 'make check      style, types, import rules, migrations'
	@echo 'make bench      the benchmarks'
	@echo 'make assets     rebuild the stylesheet (needs Node)'

run: .venv/run.stamp
	@exec $(BIN)/soundings run

test: .venv/dev.stamp chromium postgresql
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m 'not full'

# What it finds on the pages of respondents is written into evidence/accessibility.json, which the site shows.
test-full: .venv/dev.stamp chromium postgresql
	@if command -v npm >/dev/null 2>&1 && command -v java >/dev/null 2>&1; then cd assets && npm ci --ignore-scripts --silent; \
	else echo 'Without Node and Java the pages are not shown to the HTML checker of the W3C.' >&2; fi
	rm -rf evidence/parts
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup; found=$$?; \
		PYTHONPATH=. $(BIN)/python tests/statement.py && exit $$found

golden: .venv/dev.stamp chromium
	GOLDEN=write $(BIN)/python -m pytest -q tests/test_golden.py

check: .venv/dev.stamp
	$(BIN)/ruff check -q --output-format concise
	$(BIN)/ruff format --check -q
	$(BIN)/mypy
	$(BIN)/lint-imports
	@rm -rf '$(HOME_FOR_CHECKS)'
	SOUNDINGS_HOME='$(HOME_FOR_CHECKS)' $(BIN)/soundings init
	SOUNDINGS_HOME='$(HOME_FOR_CHECKS)' $(BIN)/alembic check
	@rm -rf '$(HOME_FOR_CHECKS)'

bench: .venv/dev.stamp
	@for file in tests/bench/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

assets:
	cd assets && npm ci --ignore-scripts && npm run build

# The packages are installed again only when pyproject.toml has changed.
.venv/run.stamp: pyproject.toml | .venv/bin/pip
	@echo 'Installing the packages Soundings is made of (about two minutes the first time) …'
	@$(BIN)/pip install -q --disable-pip-version-check -e '.[semantic]'
	@touch $@

.venv/dev.stamp: pyproject.toml | .venv/bin/pip
	@echo 'Installing the packages Soundings and its tests need …'
	@$(BIN)/pip install -q --disable-pip-version-check -e '.[semantic,dev]'
	@touch $@ .venv/run.stamp

.venv/bin/pip:
	@test -n '$(PYTHON)' || { echo 'Soundings needs Python 3.11 or newer; there is none here.' >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Soundings needs Python 3.11 or newer; $(PYTHON) is older.' >&2; exit 1; }
	@echo 'Making a Python environment in .venv …'
	@'$(PYTHON)' -m venv .venv

# The browser that the journeys are driven in; the tests that need it say so when it is not here.
chromium:
	@if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 \
		|| command -v google-chrome >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo 'Installing Chromium for the journeys, and what draws forms on paper …'; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium \
			libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null; \
	else echo 'Chromium is missing: the journeys in a browser are skipped. Install the package chromium.' >&2; fi

# The server that is tested beside SQLite: the tests start one of their own; what runs on it says so when it is not here.
postgresql:
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo 'Installing PostgreSQL for the tests …'; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; \
	else echo 'PostgreSQL is missing: what runs on it is skipped. Install the package postgresql.' >&2; fi
