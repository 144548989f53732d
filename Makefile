# Everything here needs only Python 3.11+ and make; the rest is installed on the spot.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Modules are compiled when they are first imported: most of what is installed never is.
INSTALL := -m pip --quiet --disable-pip-version-check install --no-compile
PIP := $(BIN)/python $(INSTALL)
# One more than the cores of a small machine: some tests wait for an engine, or for a lease to run out.
WORKERS ?= 3
PLAN := plans/financial.yaml
DDBPLAN := $(BIN)/ddbplan

# Without a cache of compiled modules, each of hundreds of starts of a process compiles all of them again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-fast lint search faults matrix screenshots bench evals corpus engines clean help

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip

$(VENV)/.installed: $(BIN)/python pyproject.toml tests/constraints.txt
	$(PIP) --constraint tests/constraints.txt --editable '.[reports]'
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(PIP) --constraint tests/constraints.txt --group test --group lint
	@touch $@

# The embedded engine has an environment of its own, because it pins an older botocore. Linked into ours, it is
# found by ddbplan without a setting.
.engines/.embedded: tests/engines.txt $(BIN)/python
	$(PYTHON) -m venv .engines/ministack
	.engines/ministack/bin/python $(INSTALL) --no-deps --requirement tests/engines.txt
	@ln -sf ../../.engines/ministack/bin/ministack $(BIN)/ministack
	@touch $@

# The sibling services: autoscaling, Kinesis. Never the only witness of DynamoDB's own behaviour.
.engines/.siblings: tests/moto.txt $(BIN)/python
	$(PYTHON) -m venv .engines/moto
	.engines/moto/bin/python $(INSTALL) --no-deps --requirement tests/moto.txt
	@touch $@

engines: .engines/.embedded .engines/.siblings ## Install the engines that tests run on
	@$(PYTHON) tests/install_engines.py

demo: $(VENV)/.installed .engines/.embedded ## Validate, diff, apply, query, report a plan on the embedded engine
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh $(PLAN)

lint: $(VENV)/.tested ## Style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: ## Lint, types, import contracts, then all tests
	@$(MAKE) --jobs 2 lint engines
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test-fast: lint ## What the planner alone can tell, in under a minute
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not engine" tests/planner tests/golden

search: $(VENV)/.tested engines ## The property tests with examples that no run had before
	$(BIN)/python -m pytest -n $(WORKERS) --hypothesis-profile search $$(grep -rl "@given" tests)

faults: $(VENV)/.tested engines ## Every injected fault, with a table of what survived
	$(BIN)/python -m tests.faults

matrix: $(VENV)/.tested engines ## Ordered pairs of changes of a table, and how many of them converge
	$(BIN)/python -m tests.matrix

screenshots: $(VENV)/.tested engines ## Pictures of the pages in a browser, to be looked at, in .screenshots/
	@mkdir -p .screenshots
	DDBPLAN_TEST_SCREENSHOTS=.screenshots $(BIN)/python -m pytest -q tests/cli/test_show_browser.py

bench: $(VENV)/.tested engines ## Ratios, measured side by side
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.loader
	$(BIN)/python -m tests.benchmarks.memory --gigabytes 1

evals: $(VENV)/.tested engines ## Ten plans by Claude, judged by machine (without a key: recorded replies, no pass rate)
	$(BIN)/python -m tests.evals

corpus: $(VENV)/.tested engines ## Real files of other tools: imported, applied, exported, imported again
	$(BIN)/python -m tests.corpus

clean: ## Remove everything that was made
	@if [ -x $(DDBPLAN) ] && [ -d .ddbplan ]; then $(DDBPLAN) local stop || true; fi
	rm -rf $(VENV) .engines .ddbplan .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
