# Two targets set up everything they need on a machine that has Python and make:
#   make demo   a bundled lead through the real server: demo/duet.mid, demo/duet.png, demo/duet.mp3
#   make test   lint, types and every test
# PYTHON=python3.12 make demo   picks another interpreter (3.10 to 3.13).

PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

.PHONY: demo gallery test soak bench lint types devices clean help

help:
	@echo "make demo     hear it: a bundled lead through the server, into demo/"
	@echo "make gallery  every bundled lead in every way, as a page: gallery/index.html (some minutes)"
	@echo "make test     lint, types and every test (installs TensorFlow: minutes, once)"
	@echo "make soak     the long faults: a million packets, 24 hours of music, a minute of flood (an hour or less)"
	@echo "make bench    every figure: benchmarks/RESULTS.md and plots (a quarter of an hour, on a quiet machine)"
	@echo "make devices  rebuild the Max for Live devices from their sources"
	@echo "make clean    remove the private virtual environment and build products"

demo: $(VENV)/base.stamp
	$(BIN)/obbligato demo --out demo

gallery: $(VENV)/base.stamp
	$(BIN)/obbligato gallery --out gallery

test: lint types $(VENV)/test.stamp
	$(BIN)/python -m pytest $(PYTEST_ARGS)

soak: $(VENV)/test.stamp
	OBBLIGATO_PACKETS=1000000 OBBLIGATO_DAY_HOURS=24 OBBLIGATO_EVENING_MINUTES=240 OBBLIGATO_FLOOD_SECONDS=60 \
	OBBLIGATO_MARATHON_HOURS=24 OBBLIGATO_MARATHON_MODEL=default \
	$(BIN)/python -m pytest tests/faults --timeout=14400 -s

bench: $(VENV)/test.stamp
	@$(BIN)/python -m pip install --quiet ai-edge-litert || echo "LiteRT is not to be had here: left out"
	$(BIN)/python -m benchmarks

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/test.stamp
	$(BIN)/mypy

devices:
	$(PYTHON) max_patch/build/devices.py

$(VENV)/base.stamp: pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(None if (3, 10) <= sys.version_info[:2] <= (3, 13) else 'Obbligato needs Python 3.10 to 3.13; this is %d.%d. Name another: make PYTHON=python3.12 demo' % sys.version_info[:2])"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	@$(PYTHON) -c "open('$@', 'w').close()"

$(VENV)/test.stamp: $(VENV)/base.stamp
	@echo "Installing the test tools and TensorFlow into $(VENV) (once; some minutes) ..."
	$(BIN)/python -m pip install --quiet --editable '.[train,formats,dev]'
	@$(PYTHON) -c "open('$@', 'w').close()"

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(p, ignore_errors=True) for p in ('$(VENV)', 'build', 'dist', 'demo', 'gallery')]"
