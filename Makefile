# Every command of the project. `make help` lists them.
# Needed: Python 3.11 or newer, make and bash; the rest is fetched into .venv.

SHELL := bash
.DEFAULT_GOAL := help
# The steps share .venv and var/.
.NOTPARALLEL:

PORT ?= 8000
# Local work; a server says PORTAL_LOCAL=0 and sets SECRET_KEY and ALLOWED_HOSTS (config/settings.py).
PORTAL_LOCAL ?= 1
export PORTAL_LOCAL
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Through a pipe (tee, below) pytest would hold its lines back.
export PYTHONUNBUFFERED := 1

# The first interpreter that is new enough and can make a virtual environment (Debian packs that apart).
SUITABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,\
	$(shell $(name) -c '$(SUITABLE)' 2>/dev/null && echo $(name))))
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

# Files that record that a step is done: make repeats it when what it rests on is newer.
RUN_READY := .venv/ready-to-run
TEST_READY := .venv/ready-to-test
# The manifest, which collectstatic writes last.
STATIC := var/static/staticfiles.json
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard config/locale/*/LC_MESSAGES/*.po))
TEMPLATES = $(shell find templates -name '*.html')

.PHONY: help run test test-cluster faults bench fuzz lint check format messages lock licences audit matrix

help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Two heaps for all threads, and large blocks given back at once: otherwise a worker keeps 50 MB more.
run: $(RUN_READY) $(CATALOGUES) $(STATIC) | var ## Prepare everything and serve the portal on PORT (8000).
	@MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 exec $(MANAGE) serve --port $(PORT)

# What is about the database runs on PostgreSQL and then on SQLite; at the same time what is about answers runs once, on
# SQLite and in the browser (tests/conftest.py has the rule). So each of two cores has as much to do as the other. The
# logs of the first are shown when the second has ended.
# -u: SQLite is SQLite, whatever the shell has set.
POSTGRESQL = $(BIN)/python -m tests.postgres --output=var/test/none -o cache_dir=var/pytest-postgresql
SQLITE = env -u DATABASE_URL -u DATABASE_REPLICA_URLS $(BIN)/python -m pytest -m "not one_database and not browser" \
	--output=var/test/none -o cache_dir=var/pytest-sqlite
ANSWERS = env -u DATABASE_URL -u DATABASE_REPLICA_URLS $(BIN)/python -m pytest -m "one_database or browser"
test: lint check ## Check the code, then run all tests on SQLite, on PostgreSQL and in a browser.
	@mkdir -p var/test
	@echo "== Tests of answers and in a browser, and at the same time of the database, on PostgreSQL and on SQLite"
	@set -o pipefail; \
		{ $(POSTGRESQL) > var/test/postgresql.log 2>&1; one=$$?; \
			$(SQLITE) > var/test/sqlite.log 2>&1; other=$$?; [ $$one -eq 0 ] && [ $$other -eq 0 ]; } & both=$$!; \
		$(ANSWERS) | tee var/test/answers.log; first=$$?; \
		wait $$both; second=$$?; \
		echo "== Tests of the database on PostgreSQL"; cat var/test/postgresql.log; \
		echo "== Tests of the database on SQLite"; cat var/test/sqlite.log; \
		[ $$first -eq 0 ] && [ $$second -eq 0 ]
	@echo "== Answers and browser, PostgreSQL, SQLite"
	@tail -qn 1 var/test/answers.log var/test/postgresql.log var/test/sqlite.log

test-cluster: $(TEST_READY) $(CATALOGUES) ## Kill databases of a real cluster under reading and writing.
	@$(BIN)/python -m pytest -q tests/cluster

SECONDS ?= 600
faults: $(TEST_READY) $(CATALOGUES) ## Cause every fault that we know, then one after another for SECONDS (600) under load.
	@env -u DATABASE_URL -u DATABASE_REPLICA_URLS $(BIN)/python -m pytest -q --output=var/test/none \
		tests/faults tests/publishing/test_content_interrupted.py
	@$(POSTGRESQL) -q tests/faults
	@[ $(SECONDS) -eq 0 ] || FAULT_SECONDS=$(SECONDS) $(BIN)/python -m pytest -q tests/cluster/test_load.py

CASES ?= 2000
NONSENSE ?= 10000
fuzz: $(TEST_READY) $(CATALOGUES) ## Ask CASES (2000) questions of the API's document, NONSENSE (10000) of every address.
	@FUZZ_CASES=$(CASES) NONSENSE_CASES=$(NONSENSE) $(BIN)/python -m pytest -q -s tests/api/test_fuzz.py \
		tests/config/test_nonsense.py

FLOOD ?= 20000
DATASETTE := var/bench/bin/datasette
SERVED := var/served/bin/granian
# All three are run, whatever the first finds; a promise that is not kept is an error at the end.
bench: $(TEST_READY) $(CATALOGUES) $(STATIC) $(DATASETTE) $(SERVED) | var ## Measure reading (benchmarks/README.md); needs wrk and nginx.
	@failed=0; \
		$(BIN)/python benchmarks/hall.py --flood $(FLOOD) || failed=1; \
		$(BIN)/python benchmarks/crawl.py || failed=1; \
		$(BIN)/python benchmarks/first_reads.py || failed=1; \
		exit $$failed

# It is only measured against, so it has an environment of its own.
$(DATASETTE): requirements-bench.txt | .venv/bin/python
	@$(BIN)/python -m venv --clear var/bench
	@var/bench/bin/pip install --quiet --require-hashes --requirement requirements-bench.txt
	@touch $@

# The portal that is measured has what a server has: with the tools of the tests a worker takes 12 MB more.
$(SERVED): requirements.txt | .venv/bin/python
	@$(BIN)/python -m venv --clear var/served
	@var/served/bin/pip install --quiet --require-hashes --requirement requirements.txt
	@touch $@

lint: $(TEST_READY) ## Check style, types and templates.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/djade --check $(TEMPLATES)
	@$(BIN)/djhtml --check --tabwidth 2 $(TEMPLATES)

# The deployment check runs as a server would: production settings and a throw-away key.
check: $(TEST_READY) $(CATALOGUES) | var ## Check settings, migrations, content, locks, licences; look for secrets.
	@env PORTAL_LOCAL=0 SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		ALLOWED_HOSTS=portal.example SECURITY_CONTACT=mailto:security@portal.example \
		$(MANAGE) check --deploy --fail-level WARNING
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) load_content --check
	@$(BIN)/python -m supply.locks
	@$(BIN)/python -m supply.licences
	@$(BIN)/python -m supply.leaks

format: $(TEST_READY) ## Rewrite code and templates in the project's style.
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(BIN)/djade $(TEMPLATES)
	@$(BIN)/djhtml --tabwidth 2 $(TEMPLATES)

messages: $(RUN_READY) ## Collect the texts to translate into config/locale/ (needs gettext).
	@command -v xgettext >/dev/null || { echo "Install gettext first (on Debian: apt-get install gettext)."; exit 1; }
	@$(MANAGE) makemessages --locale zh_Hans --locale fr --no-location --ignore var --ignore tests

# The lock is plain requirement files with hashes, which any pip reads, and without index addresses, which differ
# from one network to the next. Of each package it has one version for every Python, so Django's long-term line: servers
# differ in nothing. UPGRADE=--upgrade, or UPGRADE='--upgrade-package django', moves pinned versions.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --fork-strategy fewest $(UPGRADE)
lock: $(TEST_READY) ## Lock the dependencies that pyproject.toml names.
	@$(LOCK) pyproject.toml --output-file requirements.txt
	@$(LOCK) pyproject.toml --group dev --output-file requirements-dev.txt
	@$(LOCK) --group bench --output-file requirements-bench.txt

licences: $(TEST_READY) ## Write docs/licences.md, after a change of the lock.
	@$(BIN)/python -m supply.licences --write

audit: $(TEST_READY) ## Ask which locked versions have known faults; AUDIT=--if-reachable where nobody may be there to ask.
	@$(BIN)/python -m supply.advisories $(AUDIT)

CELLS ?=
matrix: $(TEST_READY) $(CATALOGUES) | var ## Run the quick part of the tests on every Python and Django, or CELLS="3.13-6".
	@$(BIN)/python -m supply.matrix $(CELLS)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Install Python 3.11 or newer with venv first (on Debian: apt-get install python3-venv)."; exit 1; }
	@$(PYTHON) -c '$(SUITABLE)' 2>/dev/null || { echo "PYTHON=$(PYTHON) is not there, is older than 3.11 or has no venv module."; exit 1; }
	@echo "Making .venv with $(PYTHON)"
	@$(PYTHON) -m venv --clear .venv

$(RUN_READY): requirements.txt | .venv/bin/python
	@echo "Installing the locked requirements"
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements.txt
	@touch $@

# requirements-dev.txt contains requirements.txt.
$(TEST_READY): requirements-dev.txt | .venv/bin/python
	@echo "Installing the locked requirements for development"
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements-dev.txt
	@touch $(RUN_READY) $@

%.mo: %.po | $(RUN_READY)
	@$(MANAGE) compile_catalogues

# SQLite makes its file, not the folder.
var:
	@mkdir -p $@

# find without -type: a folder's time changes when a file in it goes.
$(STATIC): $(shell find static) config/settings.py $(RUN_READY)
	@$(MANAGE) collectstatic --noinput --verbosity 0
