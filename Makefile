# The commands of the portal. Each works from nothing: what is missing is built first, what stands is left alone.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: run test check bench clean build environment front-end static database port on-postgresql

PYTHON ?= python3
PORT ?= 8000
WEB_CONCURRENCY ?= 2
TEST_WORKERS ?= 2
TEST_OPTIONS ?=
BENCH ?=
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
SOURCES := $(shell find static -type f -not -path 'static/build/*' 2>/dev/null)
OURS := portal claims postresults appeals malpractice deadlines tests manage.py

# --- run: the demo, on the real dates of summer 2024 ---

run: export PORTAL_DEMO := 1
run: export PORT := $(PORT)
run: export WEB_CONCURRENCY := $(WEB_CONCURRENCY)
# honcho gives each process a PORT of its own; links in mail must name the web process's.
run: export PORTAL_BASE_URL := $(or $(PORTAL_BASE_URL),http://localhost:$(PORT))
run: port build database
	@echo "The demo opens on http://localhost:$(PORT)/demo/ (Ctrl-C stops everything)."
	@exec $(BIN)/honcho start --env /dev/null --no-colour

port:
	@$(PYTHON) .ci/port-is-free $(PORT)

database: static
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createcachetable --verbosity 0
	@$(MANAGE) demo --if-empty

# --- build: environment, front end, static files; stamps make a second start quick ---

build: environment static

environment: .venv/.stamp
front-end: static/build/.stamp
static: var/.static

.venv/.stamp: requirements-dev.txt
	@PYTHON="$(PYTHON)" .ci/make-environment
	@touch $@

node_modules/.stamp: package-lock.json package.json
	@command -v npm >/dev/null || { echo "npm is missing. On Debian: apt-get install -y nodejs npm" >&2; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

static/build/.stamp: node_modules/.stamp $(SOURCES)
	npm run build --silent
	@touch $@

var/.static: .venv/.stamp static/build/.stamp
	@mkdir -p var
	@PORTAL_DEMO=1 $(MANAGE) collectstatic --no-input --clear --verbosity 0
	@touch $@

# --- test and check ---

test: environment front-end
	@$(BIN)/pytest -n $(TEST_WORKERS) --dist loadfile $(TEST_OPTIONS)

check: environment front-end
	$(BIN)/ruff format --check $(OURS)
	$(BIN)/ruff check $(OURS)
	$(BIN)/djlint templates --lint --quiet
	PORTAL_DEMO=1 $(BIN)/mypy portal claims postresults appeals malpractice deadlines
	$(BIN)/lint-imports
	PORTAL_DEMO=1 $(MANAGE) makemigrations --check --dry-run
	.ci/check-generated
	.ci/check-deploy
	@$(MAKE) --no-print-directory test

# --- bench: figures beside references, on PostgreSQL; `make bench BENCH=p1,p5` runs some, BENCH=--smoke tiny sizes ---

bench: on-postgresql environment static var/bench-venv/.stamp
	@python=var/bench-venv/bin/python; [ -x $$python ] || python=$(BIN)/python; $$python -m tests.bench $(BENCH)

on-postgresql:
	@test -n "$$DATABASE_URL" || { echo "The benchmarks run on PostgreSQL: set DATABASE_URL." >&2; exit 1; }

var/bench-venv/.stamp: requirements-bench.txt
	@.ci/make-bench-environment
	@test ! -d var/bench-venv || touch $@

clean:
	rm -rf .venv node_modules static/build var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
