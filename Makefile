# Two commands matter: `make nightly` and `make test`. `make help` lists the others.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
INTURN_HOME ?= var
export INTURN_HOME

# the bundled source: a synthetic hall log; its first night, and the night that the DAG runs
WORLD := $(INTURN_HOME)/world
FIRST := 2026-03-02
BEFORE := 2026-03-25
NIGHT := 2026-03-26

.PHONY: help nightly test test-all test-spark test-console lint types imports airflow bench quality lock docs words screenshots clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(BIN)/uv: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or later is needed, this is {v[0]}.{v[1]}; say which: make PYTHON=python3.11")'
	@echo "· making the environment in .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

# What `make test` needs contains what the product needs, so an environment that has it serves for both.
.venv/.core: requirements/core.txt setup.cfg $(BIN)/uv
	@if [ -e .venv/.dev ] && [ .venv/.dev -nt requirements/core.txt ] && [ .venv/.dev -nt setup.cfg ]; then touch $@; exit; fi; \
	echo "· installing the product (about a minute the first time)"; \
	$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements/core.txt requirements/bootstrap.txt; \
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .; \
	touch $@

.venv/.dev: requirements/dev.txt setup.cfg $(BIN)/uv
	@echo "· installing the product and what its tests need (about a minute the first time)"
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python requirements/dev.txt requirements/bootstrap.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@ .venv/.core

$(WORLD)/world.json: .venv/.core
	@echo "· making the bundled source, a small synthetic hall log"
	@$(BIN)/inturn simulate small $(WORLD)

$(INTURN_HOME)/.sample: $(WORLD)/world.json
	@$(BIN)/inturn init >/dev/null
	@grep -q '^name = "sample"' $(INTURN_HOME)/inturn.toml || printf '\n[[sources]]\nname = "sample"\nlocation = "%s"\n' "$(abspath $(WORLD))" >> $(INTURN_HOME)/inturn.toml
	@echo "· the nights before, without a scheduler: they are what $(NIGHT) is compared with"
	@$(BIN)/inturn ingest sample >/dev/null
	@$(BIN)/inturn run --from $(FIRST) --to $(BEFORE)
	@touch $@

nightly: $(INTURN_HOME)/.sample ## set up, then run the nightly job by Airflow on the bundled source
	@echo "· the night of $(NIGHT), by Airflow"
	@$(BIN)/inturn airflow night --from $(NIGHT)
	@$(BIN)/inturn flags --from $(FIRST) --to $(NIGHT)
	@echo "Look next: $(BIN)/inturn flags --from $(NIGHT) --all (every booking, with its rank) · make airflow (schedule and pages)"
	@echo "           · README.md (your own logs) · docs/operations.md (nights in service)"

test: .venv/.dev ## set up, then lint, types, import rules and tests; what has passed and not changed is not run again
	@state=$$(git ls-files -coz --exclude-standard | xargs -0 sha256sum 2>&1 | sha256sum) || state=; \
	if [ -n "$$state" ] && [ "$$state" = "$$(cat .venv/.tested 2>/dev/null)" ]; then \
	  echo "· every check has passed on these very files; to run them all the same: rm .venv/.tested"; exit; fi; \
	$(MAKE) --no-print-directory -j 2 -O lint types imports; \
	echo "· tests"; \
	$(BIN)/pytest -q -m "not slow"; \
	echo "$$state" > .venv/.tested

test-all: .venv/.dev lint types imports ## the same with the slow tests
	@echo "· tests, the slow ones too"
	@$(BIN)/pytest -q

# Spark is an extra: an environment of its own, so that everything else is tested without it.
.venv-spark/.dev: requirements/dev-spark.txt setup.cfg $(BIN)/uv
	@echo "· installing the product, what its tests need, and Spark, in .venv-spark (about two minutes the first time)"
	@test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	@$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python .venv-spark/bin/python requirements/dev-spark.txt requirements/bootstrap.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python .venv-spark/bin/python --editable .
	@touch $@

test-spark: .venv-spark/.dev ## the same nights on DuckDB and on Spark, every value compared; needs Java 17
	@echo "· the same nights on both engines"
	@.venv-spark/bin/pytest -q -n 0 -m spark tests/features/test_parity.py

test-console: .venv/.dev ## the inspectors' console in Chromium and on a PostgreSQL of its own; root installs Chromium
	@echo "· the console in Chromium and on PostgreSQL"
	@$(BIN)/pytest -q -n 0 -m console tests/review

lint: .venv/.dev ## style and format
	@echo "· style and format"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

types: .venv/.dev ## mypy, strict
	@echo "· types"
	@$(BIN)/mypy

imports: .venv/.dev ## data ◄ features ◄ detection ◄ review ◄ inturn ◄ dags
	@echo "· import rules"
	@$(BIN)/lint-imports setup.cfg --no-cache | tail -n 3

airflow: .venv/.core ## Airflow's scheduler and pages on this machine, with the home's DAGs
	@$(BIN)/inturn airflow serve

bench: .venv/.dev ## speed, as ratios against a scan and peers in the same run
	@$(BIN)/python -m benchmarks.ledger
	@$(BIN)/python -m benchmarks.links
	@$(BIN)/python -m benchmarks.rings
	@$(BIN)/python -m benchmarks.night
	@$(BIN)/python -m benchmarks.in_a_row
	@$(BIN)/python -m benchmarks.scores
	@$(BIN)/python -m benchmarks.ingest
	@$(BIN)/python -m benchmarks.checkups
	@$(BIN)/python -m benchmarks.worlds
	@$(BIN)/python -m benchmarks.console

quality: .venv/.dev ## every synthetic world over three seeds, judged; writes docs/quality.md and docs/capacities.md (hours)
	@$(BIN)/python -m benchmarks.quality
	@$(BIN)/python -m benchmarks.capacities

docs: .venv/.dev ## pages made from the code: docs/contract.md, docs/features.md, docs/flags.md
	@$(BIN)/python -m data.contract_page > docs/contract.md
	@$(BIN)/python -m features.page > docs/features.md
	@$(BIN)/python -m detection.page > docs/flags.md

words: .venv/.dev ## the console's texts: find new ones for the Chinese catalogue, and compile it
	@$(BIN)/python -m tests.review.catalogue

screenshots: .venv/.dev ## every page of the console, both languages, two widths, on real nights (needs Chromium)
	@$(BIN)/python -m tests.review.screenshots $(INTURN_HOME)/screenshots

lock: $(BIN)/uv ## resolve every dependency anew, all extras together, hashes included
	@lock() { $(BIN)/uv pip compile setup.cfg --universal --python-version 3.11 --quiet --no-header --no-annotate "$$@"; }; \
	lock --upgrade --extra dev --extra spark -o requirements/together.txt; \
	lock --generate-hashes -c requirements/together.txt -o requirements/core.txt; \
	for extra in dev spark; do \
	  lock --generate-hashes -c requirements/together.txt --extra $$extra -o requirements/$$extra.txt; \
	done; \
	lock --generate-hashes -c requirements/together.txt --extra dev --extra spark -o requirements/dev-spark.txt

clean: ## remove the environments and caches, never a home
	@rm -rf .venv .venv-spark .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
