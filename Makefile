# Every target prepares the folder first; on Windows type `py bootstrap.py TARGET` instead.
PYTHON ?= python3
ARGS ?=

.PHONY: setup run demo test bench prove lint format lock wheel clean

setup run demo test bench prove lint format lock wheel:
	@$(PYTHON) bootstrap.py $@ $(ARGS)

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find pos_desktop hardware migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +
