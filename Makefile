# Technopole. `make run` sets up and serves the sample region; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamps
PYTEST ?=

# The newest stamp decides: a step runs again only when what it reads has changed.
RUN_READY := $(STAMP)/run
DEV_READY := $(STAMP)/dev
APP_READY := $(STAMP)/app
WORDS_READY := $(STAMP)/words
LOCALE := src/technopole/portal/locale

# step "what is being done" command…: one line with the seconds it took; on failure, all it said.
define STEP
step() { local what=$$1 log began=$$SECONDS; shift; log=$$(mktemp); printf '%s … ' "$$what"; \
  if "$$@" >"$$log" 2>&1 </dev/null; then echo "$$((SECONDS - began)) s"; rm -f "$$log"; \
  else echo failed; cat "$$log" >&2; rm -f "$$log"; exit 1; fi; }
endef

.PHONY: help setup dev run test lint format bench lock vendor messages clean

help: ## list what can be done
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

$(VENV)/pyvenv.cfg:
	@found=; newer='import sys; sys.exit(sys.version_info < (3, 11))'; \
	for python in python3 python3.13 python3.12 python3.11; do \
	  if command -v $$python >/dev/null && $$python -c "$$newer" 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'Python 3.11 or newer is missing. Install it (Debian, Ubuntu: apt-get install python3 python3-venv), then run make again.' >&2; exit 2; fi; \
	if ! $$found -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "The venv module of $$found is missing. Install it (Debian, Ubuntu: apt-get install python3-venv), then run make again." >&2; exit 2; fi; \
	$(STEP); step "Making $(VENV) with $$($$found --version)" $$found -m venv --clear $(VENV)
	@mkdir -p $(STAMP)

# Plain pip, so that a mirror named in the user's pip.conf is used; hashes keep it honest.
$(RUN_READY): requirements/run.txt | $(VENV)/pyvenv.cfg
	@$(STEP); step "Installing what the platform needs" \
	  $(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements/run.txt
	@touch $@

$(DEV_READY): requirements/dev.txt $(RUN_READY)
	@$(STEP); step "Installing the test tools" \
	  $(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(APP_READY): pyproject.toml $(RUN_READY)
	@$(STEP); step "Installing technopole itself" \
	  $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(WORDS_READY): $(RUN_READY) $(wildcard $(LOCALE)/*/LC_MESSAGES/*.po)
	@if [ -d $(LOCALE) ]; then $(STEP); \
	  step "Compiling the translations" $(BIN)/pybabel compile --directory $(LOCALE) --domain django; fi
	@touch $@

setup: $(RUN_READY) $(APP_READY) $(WORDS_READY) ## make .venv with what the platform needs

dev: setup $(DEV_READY) ## the same with the test tools

run: setup ## set up and serve the sample region
	@exec $(BIN)/technopole serve --sample

test: lint ## lint, then all tests; narrow with PYTEST='tests/matching -k chinese'
	@$(BIN)/pytest -n 2 --dist loadscope $(PYTEST)

lint: dev ## style, types and the house rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: dev ## put the code into the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: dev ## speed and quality figures
	@$(BIN)/python -m benchmarks

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock: dev ## resolve requirements/*.in again and write the hashes
	@cd requirements && ../$(COMPILE) run.in -o run.txt
	@cd requirements && ../$(COMPILE) -c run.txt dev.in -o dev.txt

vendor: dev ## fetch the pinned browser files again (needs npm)
	@$(BIN)/python requirements/vendor.py

messages: setup ## collect the words to translate
	@$(BIN)/python -m technopole.portal.catalogue

clean: ## remove what the tools made (not var/, the office's data)
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
