# One command for each job. `make demo` and `make test` do all the set-up they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup system demo check test bench gallery format clean

help:  ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(STAMP) system  ## make .venv, install the package and what the system lacks

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "papierkompas needs Python 3.11 or newer; $(PYTHON) is older. Try: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable '.[cluster,ocr]' --group dev
	@git config core.hooksPath .githooks 2>/dev/null || true
	@touch $@

# Poppler draws PDF pages that are not plain scans. Without it everything else works.
system:
	@command -v pdftoppm >/dev/null || $(MAKE) --no-print-directory install PACKAGES=poppler-utils

.PHONY: install
install:
	@if [ "$$(id -u)" = 0 ]; then SUDO=; else SUDO=sudo; fi; \
	if command -v apt-get >/dev/null && { [ -z "$$SUDO" ] || command -v sudo >/dev/null; }; then \
	  $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq $(PACKAGES) >/dev/null; \
	else \
	  echo "Please install $(PACKAGES) yourself (Debian: apt install $(PACKAGES); macOS: brew install poppler)."; \
	fi

.PHONY: browser
browser:
	@command -v chromium >/dev/null || $(MAKE) --no-print-directory install PACKAGES=chromium

demo: setup  ## the whole loop on an invented team, in ./demo
	@rm -rf demo
	$(BIN)/papierkompas demo demo

check: $(STAMP)  ## what must hold before a commit: format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup browser  ## all tests
	$(BIN)/pytest -n auto -q

bench: setup  ## accuracy and speed, as ratios to decoding alone
	$(BIN)/papierkompas bench --sheets 100 --seed 1

gallery: setup  ## pictures of every paper, for the docs
	$(BIN)/python -m papierkompas.lab.gallery docs/gallery

format: $(STAMP)  ## let ruff put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## throw away what was made
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
