# Council Archive. `make help` lists the targets; `make run` is all a reader needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GRAPHIQL := $(VENV)/share/graphiql
AUDITS := tests/api/audits
TYPESCRIPT := tests/clients/typescript
POSTGRAPHILE := ops/bench/graphql/postgraphile
PIP := $(BIN)/python -m pip --disable-pip-version-check
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp
BENCH_STAMP := $(VENV)/.bench-stamp
# Files of tests run side by side (tests/conftest.py says which together). JOBS=0 runs all in one process.
JOBS ?= 3
TEST = $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev run test test-embedded lint bench bench-search bench-graphql bench-soak lock clean
.PHONY: help setup setup-dev run test test-embedded lint cookbook bench bench-search bench-graphql lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 14

setup: $(RUN_STAMP) ## Make .venv with what the archive needs to run (does nothing when up to date)

setup-dev: $(DEV_STAMP) ## Add what the tests and checks need: tools, PostgreSQL, chromium, Elasticsearch
	@ops/setup/test_tools.sh
	@$(MAKE) --no-print-directory $(AUDITS)/node_modules $(TYPESCRIPT)/node_modules

run: $(RUN_STAMP) ## Build the archive from the bundled record if there is none, then serve it
	$(BIN)/council serve --build

test: setup-dev ## Run every test
	$(TEST)

test-embedded: export COUNCIL_TEST_EMBEDDED = 1
test-embedded: setup-dev ## Run the tests that need no Elasticsearch server, for where it cannot be had
	@echo "Left out: what asks a real Elasticsearch server (marker 'cluster'): that both engines answer alike, tests/search/elastic."
	$(TEST) -m "not cluster"

lint: $(DEV_STAMP) ## Check style, types and the order of the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

cookbook: $(RUN_STAMP) ## Write docs/cookbook anew from the bundled record
	$(BIN)/python -m ops.cookbook

bench: $(RUN_STAMP) ## Measure import, rebuild, queries and search on this machine
	$(BIN)/council bench

bench-search: $(BENCH_STAMP) ## Measure quality and speed of search; BENCH=--quick for two minutes
	$(BIN)/python -m ops.bench.search $(BENCH)

bench-graphql: $(BENCH_STAMP) $(POSTGRAPHILE)/node_modules ## Measure GraphQL beside its peers; BENCH=--quick for one minute
	$(BIN)/python -m ops.bench.graphql $(BENCH)

bench-soak: $(RUN_STAMP) ## Half an hour of mixed load, some of it hostile, imports beside; BENCH=--quick for a minute
	$(BIN)/python -m ops.bench.soak $(BENCH)

lock: $(DEV_STAMP) ## Write requirements/*.lock again from pyproject.toml, newest versions allowed
	$(call compile,run,)
	$(call compile,dev,--extra dev --constraints requirements/run.lock)
	$(call compile,bench,--extra bench --constraints requirements/run.lock)

clean: ## Remove caches and build leftovers; .venv and the archive in var/ stay
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The header is ours: uv's own would repeat the command line of whoever ran it.
define compile
	@printf '%s\n' '# Exact versions and hashes for Python 3.11 and later on every platform. Written by `make lock`; do not edit.' \
		> requirements/$(1).lock.new
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --universal \
		--python-version 3.11 $(2) pyproject.toml requirements/build.in >> requirements/$(1).lock.new
	mv requirements/$(1).lock.new requirements/$(1).lock
endef

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Council Archive needs Python 3.11 or later; '$(PYTHON)' is missing or older." >&2; \
		echo "Install one and name it: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make a virtual environment: its 'ensurepip' or 'venv' module is missing." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv. Elsewhere: install a full Python 3.11 or later." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# GraphiQL's built files, unpacked beside the packages and never imported: the wheel's own dependencies are not wanted.
$(GRAPHIQL): requirements/graphiql.lock | $(BIN)/python
	$(PIP) install --quiet --require-hashes --no-deps --upgrade --target $@ -r $<
	@touch $@

$(AUDITS)/node_modules $(TYPESCRIPT)/node_modules: %/node_modules: %/package-lock.json
	cd $* && npm ci --silent
	@touch $@

# A peer of the benchmark alone: without npm, or where it cannot be had, the benchmark says so and goes on.
$(POSTGRAPHILE)/node_modules: $(POSTGRAPHILE)/package-lock.json
	-cd $(POSTGRAPHILE) && npm ci --silent && touch node_modules

$(RUN_STAMP): requirements/run.lock pyproject.toml $(GRAPHIQL) | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements/run.lock
	PYTHONWARNINGS=ignore $(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(DEV_STAMP): requirements/dev.lock requirements/run.lock pyproject.toml $(GRAPHIQL) | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements/dev.lock
	PYTHONWARNINGS=ignore $(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $(RUN_STAMP) $@

$(BENCH_STAMP): requirements/bench.lock $(RUN_STAMP)
	$(PIP) install --quiet --require-hashes -r requirements/bench.lock
	@touch $@
