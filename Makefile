# The words for all work on Quickdump. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test judges faults check format bench lock clean browser demo-deploy

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(if $(shell $(name) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(name))))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

help: ## list these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.test-ready browser ## install everything that running and testing need

run: $(VENV)/.run-ready ## start Quickdump with its state in ./var (no account needed)
	@exec $(BIN)/quickdump serve $(ARGS)

check: $(VENV)/.test-ready ## lint, types, import contracts, spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > var/contracts.log 2>&1 || { cat var/contracts.log; exit 1; }
	@$(BIN)/codespell
	@$(BIN)/vulture
	@echo "check: lint, types, import contracts and spelling are clean"

format: $(VENV)/.test-ready ## let the formatter have its way
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

test: setup check ## everything: lint, types, contracts and all tests
	@$(BIN)/pytest -n auto $(ARGS)

judges: $(VENV)/.test-ready ## judges from outside: Nu checker, node, dynalite, ministack, Lighthouse, Twilio
	@$(BIN)/python -m tests.judges

faults: $(VENV)/.test-ready ## long runs of commands, faults, crashes and restarts on every kind of store
	@for store in memory file s3 dynamodb; do $(BIN)/python -m tests.faults --store $$store $(ARGS) || exit 1; done

demo-deploy: $(VENV)/.test-ready ## change a page, deploy, see it live, roll back: in folders, no account
	@$(BIN)/python -m tests.demo.deploy

bench: $(VENV)/.test-ready ## speed as ratios against the naive way and the raw limit, in one run
	@$(BIN)/python -m tests.bench

lock: ## resolve both lock files anew, a week behind the newest releases
	@uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --exclude-newer "$$(date -u -d '7 days ago' +%F)" pyproject.toml -o requirements.lock
	@uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --exclude-newer "$$(date -u -d '7 days ago' +%F)" --group pyproject.toml:test pyproject.toml -c requirements.lock -o tests/requirements.lock

clean: ## remove what was installed and made (keeps ./var, the trial's state)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Quickdump needs Python 3.11 or newer: install it, or name it with 'make PYTHON=/path/to/python3 ...'"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "'$(PYTHON) -m venv' failed: on Debian and Ubuntu install the package python3-venv"; exit 1; }

$(VENV)/.run-ready: requirements.lock pyproject.toml | $(BIN)/python
	@echo "setting up: installing the locked packages (once)"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test-ready: tests/requirements.lock $(VENV)/.run-ready
	@echo "setting up: installing the locked test packages (once)"
	@$(PIP) install --require-hashes --requirement tests/requirements.lock
	@mkdir -p var
	@touch $@

browser: $(VENV)/.test-ready
	@$(BIN)/python -m tests.chromium
