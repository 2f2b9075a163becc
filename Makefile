# One command for each job. `make demo` and `make test` do all the set-up they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The certificates of the computer, as pip uses them: a school's network may have its own.
UV := UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv
PYLOCK := export --quiet --frozen --all-extras --group dev --no-emit-project --no-header --format pylock.toml

.DEFAULT_GOAL := help
.PHONY: help setup system demo check test test-app app lock release bench mutants gallery format clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(STAMP) system  ## make .venv, install the package and what the system lacks

# Behind a mirror uv may not reach the index that the lock names: pip, which knows the mirror, then
# installs the same versions with the same hashes.
$(STAMP): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "papierkompas needs Python 3.11 or newer; $(PYTHON) is older. Try: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --only-binary :all: 'uv>=0.9'
	$(UV) sync --quiet --locked --all-extras --no-build --no-install-project || { \
	  $(UV) export --quiet --frozen --all-extras --no-emit-project -o $(VENV)/locked.txt && \
	  $(BIN)/pip install --quiet --only-binary :all: --require-hashes -r $(VENV)/locked.txt; }
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
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

check: $(STAMP)  ## what must hold before a commit: lock, format, lint, types, layers
	$(UV) lock --quiet --check
	$(UV) $(PYLOCK) | cmp - pylock.toml
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	printf 'win32\ndarwin\n' | xargs -P 2 -I SYSTEM $(BIN)/mypy --platform SYSTEM \
	  --cache-dir .mypy_cache/SYSTEM forms omr scoring papierkompas
	$(BIN)/lint-imports

test: setup browser  ## all tests
	$(BIN)/pytest -n auto -q

lock: $(STAMP)  ## write down again which packages are installed, after a change of pyproject.toml
	$(UV) lock
	$(UV) $(PYLOCK) --output-file pylock.toml

app: $(STAMP)  ## the app for this system, in ./dist/papierkompas (packaging/)
	$(UV) sync --quiet --locked --all-extras --group app --inexact --no-build --no-install-project || \
	  $(BIN)/pip install --quiet --only-binary :all: 'pyinstaller>=6.22'
	$(BIN)/python packaging/make_app.py $(PACK)

test-app: app  ## take the app through a root with nothing else in it
	PAPIERKOMPAS_APP=dist/papierkompas $(BIN)/pytest -q -s tests/packaging

release: $(STAMP)  ## wheel, sdist, list of what is in it (SBOM) and SHA256SUMS, in ./dist
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(UV) export --quiet --frozen --no-dev --all-extras --format cyclonedx1.5 \
	  --preview-features sbom-export --output-file dist/sbom.cdx.json
	$(BIN)/python -m papierkompas.lab.release dist

mutants: $(STAMP)  ## small faults put into the code, a sample: does a test notice each
	$(BIN)/python -m papierkompas.lab.mutants --sample 40 --seed 1

bench: setup  ## accuracy and speed, as ratios to decoding alone
	$(BIN)/papierkompas bench --sheets 100 --seed 1

gallery: setup  ## pictures of every paper, for the docs
	$(BIN)/python -m papierkompas.lab.gallery docs/gallery

format: $(STAMP)  ## let ruff put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## throw away what was made
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
