# Padstone. `make` alone lists what can be done; `make run` is all that a first visit needs.
#
#   PYTHON=python3.12 make run     another interpreter (3.11 or newer) for a new environment
#   VENV=/elsewhere make test      an environment in another place
#   PYTEST="-k recall" make test   arguments for pytest

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Tests and the demo start many processes: without bytecode kept, each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV ?= .venv
PYTEST ?=
SCALE ?= --placements 10M
BIN := $(VENV)/bin
DONE := $(VENV)/done
PIP_INSTALL := $(BIN)/pip --disable-pip-version-check install --quiet
PIN := $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-header \
    --no-emit-index-url

AMQP_PACKAGES := build-essential python3-dev pkg-config libssl-dev

.PHONY: help run test lint types floors docs bench bench-scale prove amqp s3 history spark requirements clean

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: $(DONE)/padstone $(DONE)/amqp ## Install if needed, then run a demo factory: web, ingest and a simulated line
	@$(BIN)/padstone demo

test: $(DONE)/dev ## Install everything, run all tests; what needs an absent service skips and says so
	@$(BIN)/pytest -n auto $(PYTEST)

lint: $(DONE)/dev ## Style and layout of the code
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(DONE)/dev ## mypy --strict over the code and its tests
	@$(BIN)/mypy

floors: $(DONE)/dev ## Which part may import which (import-linter)
	@$(BIN)/lint-imports --no-logo

docs: $(DONE)/dev ## Run the code blocks of README.md and docs/
	@$(BIN)/pytest tests/gate/test_docs.py $(PYTEST)

bench: $(DONE)/dev ## Measure: every script in bench/ prints its figures
	@shopt -s nullglob; for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

bench-scale: $(DONE)/dev ## A factory's history in Padstone and in other stores: SCALE="--placements 10M,100M --keep /big/disk"
	@$(BIN)/python bench/scale $(SCALE)

prove: $(DONE)/dev ## The tests with nothing skipped, and the properties searched far longer
	@PADSTONE_REQUIRE_SERVICES=1 HYPOTHESIS_PROFILE=prove $(BIN)/pytest -n auto $(PYTEST)

amqp: ## Install the AMQP client again, after adding the Debian packages it was missing
	@rm -f $(DONE)/amqp
	@if [ -d $(DONE) ]; then $(BIN)/pip --quiet uninstall --yes python-qpid-proton; fi
	@$(MAKE) --no-print-directory $(DONE)/amqp

s3: $(DONE)/s3 ## Install what speaks with S3-compatible stores, for an archive there

history: $(DONE)/history ## Install what `padstone export` needs

spark: $(DONE)/spark ## Install Spark (500 MB), to prove that it answers as Padstone does; Java 17 comes from the system

requirements: $(DONE)/dev ## Pin requirements/*.in anew, with hashes
	@$(PIN) requirements/run.in -o requirements/run.txt
	@$(PIN) requirements/build.in -o requirements/build.txt -c requirements/run.txt
	@$(PIN) requirements/amqp.in -o requirements/amqp.txt -c requirements/run.txt -c requirements/build.txt
	@$(PIN) requirements/s3.in -o requirements/s3.txt -c requirements/run.txt
	@$(PIN) requirements/history.in -o requirements/history.txt -c requirements/run.txt
	@$(PIN) requirements/dev.in -o requirements/dev.txt -c requirements/run.txt -c requirements/build.txt \
		-c requirements/history.txt -c requirements/s3.txt
	@$(PIN) requirements/spark.in -o requirements/spark.txt -c requirements/run.txt -c requirements/dev.txt

clean: ## Remove the environment and every cache (the demo's data stays)
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build src/*.egg-info
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# An installation that is done leaves a stamp, and is repeated only when what it was made from changes.

$(DONE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Padstone needs Python 3.11 or newer, and $(PYTHON) is not: PYTHON=python3.12 make run, say." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make an environment. Debian keeps that in a package: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing Padstone's requirements into $(VENV) (once; about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/padstone: $(DONE)/venv requirements/build.txt requirements/run.txt requirements/run.in requirements/amqp.in pyproject.toml
	@$(PIP_INSTALL) --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/s3: $(DONE)/padstone requirements/s3.txt
	@$(PIP_INSTALL) --require-hashes -r requirements/s3.txt
	@touch $@

$(DONE)/history: $(DONE)/padstone requirements/history.txt
	@$(PIP_INSTALL) --require-hashes -r requirements/history.txt
	@touch $@

$(DONE)/spark: $(DONE)/dev requirements/spark.txt
	@$(PIP_INSTALL) --require-hashes -r requirements/spark.txt
	@touch $@

$(DONE)/dev: $(DONE)/padstone $(DONE)/amqp requirements/dev.txt
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

# The AMQP client comes as C source. A machine that cannot build it runs all the rest: HTTP, files, the whole demo.
$(DONE)/amqp: $(DONE)/padstone requirements/amqp.txt
	@if ! $(PIP_INSTALL) --require-hashes --no-build-isolation --no-cache-dir -r requirements/amqp.txt >$(DONE)/amqp.log 2>&1; then \
		echo "Without AMQP: its client could not be built (log: $(DONE)/amqp.log). All else works." >&2; \
		echo "To have it: apt-get install $(AMQP_PACKAGES) && make amqp" >&2; \
	elif ! $(BIN)/python -c 'import proton, sys; sys.exit(not proton.SSL.present())'; then \
		echo "AMQP without TLS: its client was built where pkg-config or OpenSSL's headers were missing." >&2; \
		echo "To have it: apt-get install $(AMQP_PACKAGES) && make amqp" >&2; \
	fi
	@touch $@
