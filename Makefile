# One entry for every task; `make help` lists the verbs.
# Needs Python 3.11 or later, make and a package index; everything else goes into .venv, from requirements/.

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(ENOUGH)' 2>/dev/null && echo $$p && break; done)

# A part: `make test PYTEST_FLAGS=tests/routing`. On an idle machine of several cores: `make test PYTEST_FLAGS="-n auto"`.
PYTEST_FLAGS ?=
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --all-build-deps \
	--no-annotate --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help demo test check bench chaos lock

help:  ## list the verbs
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' Makefile | expand -t 8

demo: .venv/.ready  ## set up and rehearse the example: the main job
	$(BIN)/releve rehearse examples/liege-morocco

test: .venv/.ready-dev  ## set up and run all tests
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

check: .venv/.ready-dev  ## style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.ready-bench  ## print the tables of benchmarks/, the peers beside us
	@set -e; for script in $$(grep -l __main__ benchmarks/*.py); do \
		echo "== $$script"; $(BIN)/python -m benchmarks.$$(basename $$script .py); done

chaos: .venv/.ready-dev  ## break things, in the long form of the reliability tests, and print what held
	@failed=0; for script in $$(grep -l __main__ chaos/*.py); do \
		echo "== $$script"; $(BIN)/python -m chaos.$$(basename $$script .py) || failed=1; done; exit $$failed

lock: .venv/.ready-dev  ## compile requirements/ anew; to take later versions: make lock UPGRADE=--upgrade
	$(LOCK) $(UPGRADE) -o requirements/run.txt pyproject.toml
	$(LOCK) $(UPGRADE) -c requirements/run.txt --extra dev -o requirements/dev.txt pyproject.toml
	$(LOCK) $(UPGRADE) -c requirements/dev.txt --extra dev --extra bench -o requirements/bench.txt pyproject.toml

# The stamps: what is installed is as new as what asks for it. A .venv left half made is made again.
.venv/.ready: requirements/run.txt pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(ENOUGH)' || \
		{ echo "Releve needs Python 3.11 or later. If it has another name here: make PYTHON=NAME" >&2; exit 2; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "Setting up .venv"; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing what runs Releve (pinned in requirements/run.txt)"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements/dev.txt
	@echo "Installing what tests Releve (pinned in requirements/dev.txt)"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.ready-bench: .venv/.ready-dev requirements/bench.txt
	@echo "Installing the peers (pinned in requirements/bench.txt)"
	@$(PIP) --require-hashes -r requirements/bench.txt
	@touch $@
