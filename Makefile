# Start with `make demo`, `make test` and `make check`. `make help` lists all targets.

.DEFAULT_GOAL := help
SHELL := /bin/bash
PORT ?= 8000
EXAMPLES ?= 100
VENV := .venv
BIN := $(VENV)/bin
# The first Python on this machine that is new enough.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
# Hides bandit's notes about statements of several lines whose exception is on one of them.
BANDIT = $(BIN)/bandit -q -c pyproject.toml -r . 2> >(grep -v "nosec encountered" >&2)

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

demo: base  ## serve a demonstration at http://127.0.0.1:8000 (PORT=8123 for another port)
	@exec $(BIN)/python -m config.demo --port $(PORT)

test: dev  ## run every test on SQLite, and those that depend on the engine on PostgreSQL too
	@$(BIN)/python -m tests $(ARGS)

test-quick: dev  ## run the quick tests, in less than a minute
	@$(BIN)/python -m tests --quick $(ARGS)

check: dev  ## look for mistakes without running anything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BANDIT)
	git ls-files -z -- 'templates/*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	@set -a; . tests/environment.env; set +a; set -ex; \
	$(BIN)/mypy .; \
	$(BIN)/python manage.py makemigrations --check --dry-run; \
	$(BIN)/python manage.py check_migrations; \
	DEBUG=off SITE_URL=https://letters.example.org $(BIN)/python manage.py check --deploy --fail-level WARNING

fuzz: dev  ## send random data to every page (EXAMPLES=100 requests each; DATABASE_URL=… for another database)
	@FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -q tests/fuzz --show-capture=no -p no:warnings

audit: dev  ## look for unsafe code and, where a database of them answers, pins with known vulnerabilities
	$(BANDIT)
	@$(BIN)/python requirements/audit.py

format: dev  ## format code and templates
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .
	git ls-files -z -- 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2

messages: dev  ## update and compile the translations in locale/ (needs gettext)
	@set -a; . tests/environment.env; set +a; set -e; \
	$(BIN)/python manage.py makemessages -v 0 --all --no-wrap --no-obsolete --add-location file \
		-i .venv -i var -i tests; \
	$(BIN)/python manage.py compilemessages -v 0 -i .venv

screenshots: dev  ## take the pictures in docs/screenshots/ again, from a separate demonstration
	$(BIN)/python docs/take_screenshots.py

fonts: dev  ## rebuild fonts/ from the fonts of the pages
	$(BIN)/python fonts/make.py

pins: dev  ## update the pinned requirements
	$(BIN)/pip install -q uv
	for name in base dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--upgrade requirements/$$name.in -o requirements/$$name.txt || exit 1; done

map: dev  ## rebuild the world map (ATLAS=countries-50m.json of npm's world-atlas)
	$(BIN)/python -m cartography.make $(ATLAS) signatories/figures/world.json

clean:  ## delete the environment and all data of the demonstration
	rm -rf $(VENV) var

# The environments. Each call checks that they are complete, and repairs them.
base dev:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it or name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) requirements/environment.py $@

.PHONY: help base dev demo test test-quick check fuzz audit format messages screenshots fonts pins map clean
