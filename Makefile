# Every target sets up what it needs; a fresh machine has Python >= 3.11 and make.
INSTANCE ?= instance
PORT ?= 8000
CLUSTER ?= instance-cluster
CLUSTER_PORT ?= 8443
TESTS ?= tests
WORKERS ?= 2
PYTEST_OPTIONS ?=

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
GROUPWARE := $(BIN)/groupware --instance $(INSTANCE)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_OPTIONS)

.DEFAULT_GOAL := help
.PHONY: help run run-cluster setup test test-tools test-sqlite test-postgres test-browser lint bench lock catalogues reference clean

help: ## Show the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Serve a demo municipality on 127.0.0.1 (PORT=8000 INSTANCE=instance).
	@$(GROUPWARE) init --if-missing
	@$(GROUPWARE) demo --size village --if-empty
	@exec $(GROUPWARE) serve --port $(PORT)

run-cluster: test-tools ## Serve a demo from 2 web, 2 realtime, 1 worker, PostgreSQL, Redis and nginx (CLUSTER_PORT=8443).
	@exec $(BIN)/python -m tools.cluster --folder $(CLUSTER) --port $(CLUSTER_PORT)

setup: ## Install everything into .venv, node_modules and static/vendor; quick when nothing changed.
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed." >&2; exit 1; fi
	@$(PYTHON) tools/setup.py

test: test-sqlite test-postgres ## Run the whole suite on SQLite with browser stories, then on PostgreSQL.

test-tools: setup
	@$(BIN)/python tools/test_setup.py

test-sqlite: test-tools ## Run the suite on SQLite, browser stories included.
	$(PYTEST) $(TESTS)

test-postgres: test-tools ## Run the suite on PostgreSQL, without browser stories.
	GROUPWARE_TEST_DATABASE=postgresql $(PYTEST) -m "not browser" $(TESTS)

test-browser: test-tools ## Run the browser stories only.
	$(PYTEST) -m browser $(TESTS)

lint: setup ## Check style, types, layers, catalogues, migrations, licences and locks.
	@failed=0; check() { echo "== $$*"; "$$@" || failed=1; }; \
	check $(BIN)/ruff check .; \
	check $(BIN)/ruff format --check .; \
	check $(BIN)/mypy; \
	check $(BIN)/lint-imports --no-logo; \
	check $(BIN)/python tools/catalogues.py check; \
	check $(BIN)/groupware check-migrations; \
	check $(BIN)/python tools/licences.py check; \
	check $(BIN)/python tools/lock.py check; \
	exit $$failed

bench: setup ## Measure; figures and method are in docs/benchmarks.md.
	@$(PYTHON) tools/setup.py --bench
	$(BIN)/python -m tests.bench $(BENCH_OPTIONS)

lock: setup ## Renew the lock files within the ranges of pyproject.toml and package.json (UPGRADE=1: newest).
	$(BIN)/python tools/lock.py renew $(if $(UPGRADE),--upgrade)
	@$(PYTHON) tools/setup.py
	$(BIN)/python tools/licences.py write

catalogues: setup ## Bring the message catalogues in line with the sources and compile them.
	$(BIN)/python tools/catalogues.py update
	$(BIN)/python tools/catalogues.py compile

reference: setup ## Write docs/reference.md from what the code declares.
	@$(BIN)/groupware reference > docs/reference.md

clean: ## Remove everything that setup and tests made; instances stay.
	rm -rf .venv node_modules static/vendor dist build test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find groupware plugins templates tests tools -name '*.mo' -delete -o -name __pycache__ -prune -exec rm -rf {} +
