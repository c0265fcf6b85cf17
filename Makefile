.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test check bench bench-json format lock messages clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 14

run: $(VENV)/installed ## start the server on http://127.0.0.1:8000 (another port: make run PORT=9001)
	$(BIN)/python -m app --host $(HOST) --port $(PORT)

test: $(VENV)/installed-dev ## run every test, in a real Chromium too
	sh scripts/browser $(BIN)/python
	$(BIN)/python -m pytest

check: $(VENV)/installed-dev ## format, lint, types, catalogues
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/messages.py --check

bench: $(VENV)/installed-bench ## print every figure on speed, side by side with its peers
	$(BIN)/python -m bench

bench-json: $(VENV)/installed-bench ## the same, written to bench/results.json and into README
	$(BIN)/python -m bench --json bench/results.json
	$(BIN)/python -m bench.readme

format: $(VENV)/installed-dev ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/installed-dev ## bring the catalogues up to date with the texts in the code
	$(BIN)/python scripts/messages.py

lock: $(VENV)/installed-dev ## pin the dependencies anew
	sh scripts/lock $(BIN)/python

clean: ## remove everything that can be made again
	rm -rf $(VENV) bench/node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/installed-bench: $(VENV)/installed-dev requirements-bench.txt bench/package-lock.json scripts/peers
	sh scripts/peers $(BIN)/python
	touch $@
