# 助力通. `make help` lists what can be asked for; only python3.11 is needed.
SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
ZHULI := $(VENV)/bin/zhuli
PYTEST := $(PY) -m pytest
.DEFAULT_GOAL := help

.PHONY: help run install dev test slow evaluate talks check bench deep train lock clean

help: ## what can be asked for
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: install ## install once, migrate, train when needed, start everything, print the addresses
	@exec $(ZHULI) up

install: $(VENV)/.runtime
dev: $(VENV)/.dev

$(VENV)/.runtime: requirements.lock tools/install.sh
	@sh tools/install.sh $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@sh tools/install.sh $(VENV) requirements-dev.lock
	@touch $@

train: install ## train the dialogue model
	@$(ZHULI) train

test: dev ## the whole suite but the slow part
	@sh tools/system-packages.sh
	@$(PYTEST) -m "not slow"

slow: dev ## the slow checks
	@sh tools/system-packages.sh
	@$(PYTEST) -m slow

evaluate: install ## how well it understands and routes, on our own kept sets
	@$(ZHULI) evaluate messages tests/data/messages_kept.jsonl --today 2026-11-22
	@$(ZHULI) evaluate fields tests/data/fields_kept.jsonl --today 2026-11-22
	@$(ZHULI) evaluate routing tests/data/routing_kept.jsonl --today 2026-11-22
	@$(ZHULI) evaluate routing tests/data/routing_kept2.jsonl --stations tests/data/routing_kept2_stations.jsonl --today 2026-11-22
	@$(ZHULI) evaluate routing tests/data/needs_kept.jsonl --today 2026-11-22

talks: dev ## 300 simulated people talk to the bot; what they meant against what is stored
	@$(PY) -m tests.dialogue.simulated --failures var/talks

check: dev ## lint, types, import rules
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

bench: dev ## understanding, messages per second beside a stock Rasa, and routing beside plain search
	@$(PY) -m benchmarks.understanding
	@$(PY) -m benchmarks.dialogue
	@$(PY) -m benchmarks.routing
	@$(PY) -m benchmarks.routing --import 1000

deep: $(VENV)/.runtime requirements-deep.lock ## add TensorFlow, for DIET and TED
	@sh tools/install.sh $(VENV) requirements-deep.lock

lock: ## write the lock files anew from pyproject.toml (needs uv)
	@sh tools/lock.sh
