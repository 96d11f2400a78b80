# Everything one types here. `make help` lists it; what a target needs and is missing, it installs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

TARGET := $(or $(CARGO_TARGET_DIR),target)
CHINWAG := $(TARGET)/release/chinwag
BENCH := CHINWAG_BIN="$(abspath $(CHINWAG))" $(TARGET)/release/chinwag-bench
# Exported by every target that needs PostgreSQL: starts the private server and names it to the tests.
WITH_POSTGRES := export CHINWAG_TEST_POSTGRES="$$(scripts/postgres start)";
# Before it, for tests alone: what is measured, or loses its power, is on a disk.
IN_MEMORY := export CHINWAG_PG_DIR="$${CHINWAG_PG_DIR:-$$(scripts/postgres memory)}";

# The same with RabbitMQ, for tests of what other systems are told.
WITH_SERVERS := $(WITH_POSTGRES) export CHINWAG_TEST_RABBITMQ="$$(scripts/rabbitmq start)";

# One of its own for what kills it: nothing else that runs loses its database. Gone when the command ends.
KILLABLE_POSTGRES := export CHINWAG_PG_DIR="/var/tmp/chinwag-postgres-crash-$$$$"; unset CHINWAG_TEST_POSTGRES; \
	trap 'scripts/postgres remove' EXIT;

# Given on the command line: make run DATA=/srv/chinwag, make replay FILE=chat.jsonl.gz, make test TESTS=receipts,
# make socketio-conformance SUITES=/tmp/socket.io/docs
DATA ?= ./data
FILE ?= ../shared/data/ubuntu-irc.jsonl.gz
TESTS ?=
ARGS ?=
TIME ?= 300
SEED ?= 1
SUITES ?=
SECONDS ?= 60
PARSERS ?=

.PHONY: help run build test lint fmt generate replay crash removal overload bench bench-build autobahn socketio-conformance \
	schemathesis fuzz clean

help: ## Print this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 24

## Use

run: build ## Build the server and start it on ./data (DATA=…) with no configuration
	exec $(CHINWAG) serve --data-dir $(DATA) $(ARGS)

build: ## Build the release binary
	@scripts/install compiler
	cargo build --release --locked -p chinwag-server --bin chinwag

## Change

test: ## Run every test, on SQLite and PostgreSQL, with RabbitMQ (TESTS=… to choose some)
	@scripts/install compiler nextest strace node python venv curl jq clients
	$(IN_MEMORY) $(WITH_POSTGRES) cargo test --workspace --doc --locked --quiet
	$(IN_MEMORY) $(WITH_SERVERS) cargo nextest run --workspace --locked $(TESTS)

lint: ## Formatting, clippy, dependency policy, import rule, generated files fresh
	@scripts/install compiler nextest deny
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo deny --log-level error check bans licenses sources
	@if cargo tree --workspace --target all --edges all --locked -i ring 2>/dev/null | grep .; then \
	    echo "ring is in the tree: aws-lc-rs is the one crypto provider" >&2; exit 1; fi
	cargo nextest run --workspace --locked --test house
	scripts/generated check

fmt: ## Format the sources
	cargo fmt --all

generate: ## Write the generated files anew (configuration, OpenAPI, AsyncAPI)
	scripts/generated write

## Prove

replay: bench-build ## Replay real conversations (FILE=…) on both engines and compare what was heard and stored
	$(WITH_POSTGRES) $(BENCH) replay --engine both --file $(FILE) $(ARGS)

crash: bench-build ## Kill the server (and PostgreSQL) under load again and again; nothing may be lost or doubled
	$(BENCH) crash --engine sqlite --kills 50 $(ARGS)
	$(KILLABLE_POSTGRES) $(BENCH) crash --engine postgres --kills 20 $(ARGS)
	@echo "controls: without the effect of the unique key the checker must find doubled messages"
	$(BENCH) crash --engine sqlite --kills 20 --rate 600 --control
	$(KILLABLE_POSTGRES) $(BENCH) crash --engine postgres --kills 20 --rate 1500 --control

removal: bench-build ## Remove and block people under load on every surface; nothing may reach them, and the control must
	$(WITH_POSTGRES) $(BENCH) removal $(ARGS)

overload: bench-build ## Ask for three times what the server can do, with a login storm beside it
	$(WITH_POSTGRES) $(BENCH) overload $(ARGS)

bench: bench-build ## Measure all workloads beside the Node reference
	@scripts/install node
	export REDIS_URL="$$(scripts/redis start)"; $(WITH_POSTGRES) $(BENCH) bench $(ARGS)

bench-build: build
	cargo build --release --locked -p chinwag-bench

autobahn: build ## Run the Autobahn WebSocket conformance suite against the server
	@scripts/install python venv
	scripts/autobahn $(CHINWAG)

socketio-conformance: build ## Run the official Engine.IO and Socket.IO suites (SUITES=<checkout of socketio/socket.io>/docs)
	@scripts/install node
	scripts/socketio-conformance $(CHINWAG) "$(SUITES)"

schemathesis: build ## Judge the served OpenAPI with schemathesis, as two people (TIME=seconds, SEED=…)
	@scripts/install python venv curl
	scripts/schemathesis $(CHINWAG) $(TIME) $(SEED)

fuzz: ## Fuzz each parser (SECONDS=60 each, PARSERS=… to choose); a finding stays in fuzz/artifacts
	@scripts/install compiler fuzz
	scripts/fuzz "$(SECONDS)" $(PARSERS)

## Tidy

clean: ## Stop PostgreSQL, RabbitMQ and Redis, remove their data and everything built
	scripts/postgres remove
	CHINWAG_PG_DIR="$$(scripts/postgres memory)" scripts/postgres remove
	scripts/rabbitmq remove
	scripts/redis stop
	cargo clean
