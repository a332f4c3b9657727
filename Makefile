# Thin on purpose: each line is a command a person could type. Stamps in .venv make a second run quick.

.DEFAULT_GOAL := help
SHELL := /bin/bash
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard wms/web/translations/*/LC_MESSAGES/*.po))
PYTHON := .venv/bin/python

.PHONY: help venv browser system words setup run test faults check bench bench-billing bench-ingest bench-warehouse lock clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

venv: .venv/.dev words ## .venv with everything that running and testing need

browser: .venv/.browser ## the pages' libraries, from npm

system: ## Debian's parts that only tests need: a broker, a web front, a browser, a Chinese font
	@deploy/install-system

words: $(CATALOGUES) # the translations, compiled

run: .venv/.run .venv/.browser words ## the living demo; Ctrl-C ends it, a second run continues
	@$(PYTHON) -m wms migrate
	@exec $(PYTHON) -m wms demo

setup: # all that `test` needs, timed by itself
	@began=$$SECONDS; $(MAKE) --no-print-directory system venv browser && \
	  echo "set-up: $$((SECONDS - began)) s, downloads among them"

test: setup ## the suite on SQLite and PostgreSQL, with a real broker, real terminals and a browser
	@began=$$SECONDS; $(PYTHON) -m pytest -m "not faults" -n 2 -q; code=$$?; \
	  echo "tests: ran for $$((SECONDS - began)) s"; exit $$code

faults: setup ## what kills processes and fills disks; slow
	@$(PYTHON) -m pytest -m faults -n 0 -q

check: .venv/.dev words ## form, types and the staircase
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: .venv/.dev ## measures; prints numbers, asserts nothing
	@$(PYTHON) -m tests.bench

bench-billing: .venv/.dev ## exit settlements a second beside TPC-B, and a day's close over a million lots; PART=0.01 is quick
	@$(PYTHON) -m tests.bench.billing --part $(or $(PART),1)

bench-ingest: .venv/.dev ## readings a second stored, beside what the machine could at most, as JSON; MINUTES=10 watches the memory
	@$(PYTHON) -m tests.bench.ingest --minutes $(or $(MINUTES),0.5)

bench-warehouse: .venv/.dev ## a store's acts with a million lots in it, beside a bare read, as JSON; PART=0.01 tries it small
	@$(PYTHON) -m tests.bench.warehouse --part $(or $(PART),1)

lock: ## the lock files anew from pyproject.toml
	@deploy/lock

clean: ## what was made here, but not the demo's data
	@rm -rf .venv node_modules wms/web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find wms devices tests migrations \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +

.venv/.run: requirements/run.txt deploy/install-venv
	@deploy/install-venv requirements/run.txt && touch $@

# Holds all of run.txt at the same versions, so one installation serves both.
.venv/.dev: requirements/dev.txt deploy/install-venv
	@deploy/install-venv requirements/dev.txt && touch .venv/.run $@

.venv/.browser: package.json package-lock.json deploy/install-browser | .venv/.run
	@deploy/install-browser && touch $@

%.mo: %.po | .venv/.run
	@.venv/bin/pybabel -q compile -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<))) -i $< -o $@
