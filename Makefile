# Hallmark in two commands: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
LOCAL := $(BIN)/python -m marketplace.config.local
CLOUD := $(BIN)/python -m cloud
# The checks load the settings but talk to no server.
MANAGE := env -u DATABASE_URL -u REDIS_URL HALLMARK_MODE=test $(BIN)/python \
	-W "ignore:Got an error checking a consistent migration history:RuntimeWarning" manage.py
# The tests of one file stay on one worker: those of a journey share a running service. The order
# is that of tests/conftest.py: xdist's own leaves the longest files for the end.
PYTEST := $(BIN)/pytest -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run test test-long test-cloud cloud cloud-down check openapi bench fuzz lock install browser

help: ## List these commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: install ## Start everything with its own PostgreSQL and Redis (PORT=8000, Ctrl-C stops).
	@exec $(LOCAL) run --with-parent

test: install browser ## Run the tests; installs what they need, a browser included.
	$(PYTEST) -m "not long and not cloud"

test-long: install browser ## Run the long tests: large property tests, fuzzing, many faults.
	$(PYTEST) -m "long and not cloud"

test-cloud: install ## Run the tests that need a real OpenStack; it is started and stopped here.
	@$(LOCAL) cloud-clients
	$(CLOUD) during $(BIN)/pytest -m cloud $(TESTS)

cloud: install ## Start a small OpenStack of real services, to try things on.
	@$(CLOUD) up

cloud-down: ## Stop the small OpenStack.
	@$(CLOUD) down

check: install ## Lint, types, import contracts, migrations and the OpenAPI document.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) spectacular --validate --fail-on-warn --file .venv/openapi.yaml
	@diff -u api/openapi.yaml .venv/openapi.yaml || \
		{ echo "api/openapi.yaml is not what the code says. Run: make openapi"; exit 1; }

openapi: install ## Write api/openapi.yaml from the code.
	$(MANAGE) spectacular --validate --fail-on-warn --file api/openapi.yaml

bench: install ## Measure against the targets, as ratios within one run.
	$(BIN)/python -m benches

fuzz: install ## Read a million mutated bodies of evidence on all cores (BODIES=, SEED=, START=).
	$(BIN)/python -m tests.engine.fuzz --bodies $(or $(BODIES),1000000) --seed $(or $(SEED),1) \
		--start $(or $(START),0)

lock: install ## Choose the versions of all packages anew and write requirements.lock.
	$(BIN)/uv pip compile --universal --extra=dev --extra=server --generate-hashes \
		--upgrade --quiet --output-file=requirements.lock pyproject.toml

# The rest is called by the commands above.

install:
	@$(PYTHON) -I marketplace/config/local/install.py

browser: install
	@$(LOCAL) browser
