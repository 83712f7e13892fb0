# make run | make test | make help. Needs Python 3.11 or later with pip and venv; everything else is fetched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $(ARGS)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test coverage lint translations system-packages lock clean

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/demo.stamp ## Start the demonstration (ARGS=--fresh begins anew)
	@$(MAKE) --no-print-directory translations
	@exec $(BIN)/python -m app.demonstration $(ARGS)

# Each process starts its own servers; the tests of a file stay together. CI lets Hypothesis be patient and repeatable:
# how fast it makes inputs on a busy machine says nothing about the product.
TOGETHER := -n auto --maxprocesses 4 --dist loadfile

test: $(VENV)/test.stamp system-packages ## Run every test (ARGS="tests/links -x" runs some, in one process)
	@$(MAKE) --no-print-directory translations
	@temporary=$$(mktemp -d) && trap 'rm -rf "$$temporary"' EXIT && trap 'exit 130' INT TERM && \
	  CI=true PYTEST_DEBUG_TEMPROOT=$$temporary $(BIN)/python -m pytest $(or $(ARGS),$(TOGETHER))

coverage: $(VENV)/test.stamp ## Measure how much of workflows/ its own tests reach
	@$(BIN)/coverage run --source workflows -m pytest -q tests/workflows tests/proof
	@$(BIN)/coverage report

lint: $(VENV)/test.stamp ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

translations: ## Compile the texts that have changed
	@for po in $(wildcard app/translations/*/LC_MESSAGES/*.po); do \
	  test "$${po%.po}.mo" -nt "$$po" || \
	    $(BIN)/pybabel --quiet compile --input-file "$$po" --output-file "$${po%.po}.mo" || exit 1; \
	done

system-packages: ## Install Samba AD DC and Chromium for the tests (as root), or say what is missing
	@tests/install_system_packages.sh

# One environment for all; a list is installed only with the hashes that its lock file gives.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed: make PYTHON=...")'
	@echo "Creating the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/%.stamp: requirements/%.txt pyproject.toml | $(BIN)/python
	@echo "Installing requirements/$*.txt ..."
	@$(PIP) --require-hashes --requirement $<
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

lock: ## Resolve requirements/*.txt anew (needs uv; ARGS=--upgrade takes newer versions)
	$(LOCK) pyproject.toml -o requirements/run.txt
	$(LOCK) pyproject.toml -c requirements/run.txt --group demo -o requirements/demo.txt
	$(LOCK) pyproject.toml -c requirements/demo.txt --group demo --group test -o requirements/test.txt
	$(LOCK) --group benchmark -c requirements/test.txt -o requirements/benchmark.txt

clean: ## Remove the environment, the demonstration's state and every cache
	rm -rf $(VENV) var build behorig.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find app workflows tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} +
	find app -name '*.mo' -delete
