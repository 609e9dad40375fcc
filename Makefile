# `make help` lists what there is.

# What the build and the tests need besides Swift, as Debian calls it.
PACKAGES := g++ pkg-config libsqlite3-dev liblz4-dev libsimdjson-dev zlib1g-dev libzstd-dev libpcre2-dev \
	libxxhash-dev python3 python3-cryptography gzip lz4 zstd

# A second verifier of the ledger's proofs, in Go; its test is left out where these are missing.
PROOF_PACKAGES := golang-go golang-golang-x-mod-dev

# The browser that the page of an audit is looked at with; its test is left out where it is missing.
REPORT_PACKAGES := chromium fonts-dejavu-core

# The real programs that tailing is tested with.
TAILING_PACKAGES := nginx logrotate wrk rsyslog strace

# The S3 that checks signatures, and Python's environments, in which the others are installed from PyPI.
AWS_PACKAGES := ceph-mon ceph-osd radosgw ceph-common curl python3-venv
AWS_PYTHON := .build/aws-python
AWS_MODULES := 'moto[server]==5.2.1' 'boto3==1.43.11' 'awscli==1.45.11' 'aws_kinesis_agg==1.2.3' requests

# What Odometer is measured against, from PyPI, and how many events and rounds of each it takes.
PEERS_PACKAGES := python3-venv
PEERS_PYTHON := .build/peers-python
PEERS_MODULES := duckdb==2.0.1 chdb==4.4.0
EVENTS := 4000000
ROUNDS := 5

SOURCES := Sources Tests Fixtures Benchmarks Package.swift
DEMO := .build/demo
PRODUCTS := $(CURDIR)/.build/release

# The tests look inside some modules, which a release build forbids. They are built apart, so that neither build spoils
# the other: what `make build` makes is what users run.
TEST_BUILD := -c release --scratch-path .build/tests -Xswiftc -enable-testing

# Sanitizers take a build of everything of their own, dependencies included: for release, since without optimisation the
# suites that count in millions take hours. What is slow all the same is made smaller, and what only measures is left out.
SANITIZED := ODOMETER_EVENTS=20000 ODOMETER_ENDS=2000 SWIFT_BACKTRACE=enable=no \
	LSAN_OPTIONS=suppressions=$(CURDIR)/.ci/leaks:print_suppressions=0
SANITIZED_BUILD := -c release -Xswiftc -enable-testing --scratch-path .build
# What needs the program as it is: a preloaded fault does not go with a sanitizer, and kills tell nothing to one.
ELSEWHERE := EndToEnd/(Faults|Kill|DiskFull)|SpeedTests

.PHONY: help deps build run test test-proofs test-report test-tailing test-aws bench-peers test-asan test-tsan torture fuzz fuzz-keep lint format fixtures clean

help: ## Lists the targets.
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

deps: ## Installs the Debian packages that are missing; does nothing when all are there.
	@if ! command -v dpkg-query >/dev/null; then \
		echo "This is not a Debian system. Install what corresponds to: $(PACKAGES)" >&2; exit 0; \
	fi; \
	missing=; \
	for package in $(PACKAGES); do \
		dpkg-query -W -f='$${db:Status-Status}' "$$package" 2>/dev/null | grep -q '^installed' \
			|| missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif command -v sudo >/dev/null; then root=sudo; \
	else echo "Missing Debian packages, and neither root nor sudo here. Install:$$missing" >&2; exit 1; fi; \
	echo "Installing:$$missing" >&2; \
	$$root apt-get update -qq \
		&& $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

build: deps ## Builds the program for release: .build/release/odometer.
	swift build -c release --product odometer

run: build ## Runs it over the sample logs and shows the usage of each tenant.
	@rm -rf $(DEMO) && mkdir -p .build && cp -R Fixtures/gateway $(DEMO)
	@cd $(DEMO) && $(PRODUCTS)/odometer run -c odometer.yaml --until-idle
	@echo && echo "Requests by tenant and day:"
	@cd $(DEMO) && $(PRODUCTS)/odometer usage -c odometer.yaml --meter requests --window day
	@echo && echo "Bytes sent by tenant and day:"
	@cd $(DEMO) && $(PRODUCTS)/odometer usage -c odometer.yaml --meter egress_bytes --window day
	@echo && cd $(DEMO) && $(PRODUCTS)/odometer status -c odometer.yaml

test: deps ## Runs all tests. ODOMETER_FULL=1 adds the largest, ODOMETER_EVENTS=20000 makes the million smaller.
	swift build $(TEST_BUILD) --build-tests
	swift test $(TEST_BUILD) --skip-build

test-proofs: ## Runs the tests of the ledger's proofs, with the verifier in Go that `make test` does without.
	@$(MAKE) --no-print-directory deps PACKAGES="$(PACKAGES) $(PROOF_PACKAGES)"
	swift build $(TEST_BUILD) --build-tests
	swift test $(TEST_BUILD) --skip-build --filter 'EndToEnd.Proof'

test-report: ## Runs the tests of the page of an audit, with the browser that `make test` does without.
	@$(MAKE) --no-print-directory deps PACKAGES="$(PACKAGES) $(REPORT_PACKAGES)"
	swift build $(TEST_BUILD) --build-tests
	swift test $(TEST_BUILD) --skip-build --filter 'EndToEnd.AuditPage'

test-tailing: ## Tests tailing with nginx, logrotate, SIGKILL and rsyslog, for some minutes. Tests/Tailing says how.
	@$(MAKE) --no-print-directory deps PACKAGES="$(PACKAGES) $(TAILING_PACKAGES)"
	swift build -c release --product odometer
	swift build -c release --product odometer-fixtures
	PYTHONDONTWRITEBYTECODE=1 Tests/Tailing/run.py

test-aws: ## Tests buckets and streams with radosgw, moto, faults and SIGKILL, for some minutes. Tests/AWS says how.
	@$(MAKE) --no-print-directory deps PACKAGES="$(PACKAGES) $(AWS_PACKAGES)"
	python3 -m venv $(AWS_PYTHON)
	$(AWS_PYTHON)/bin/pip install --quiet --disable-pip-version-check $(AWS_MODULES)
	swift build -c release --product odometer
	swift build -c release --product strict-kinesis
	swift build -c release --product read-bucket
	PATH="$(CURDIR)/$(AWS_PYTHON)/bin:$$PATH" PYTHONDONTWRITEBYTECODE=1 Tests/AWS/run.py

bench-peers: ## Measures Odometer beside DuckDB and ClickHouse on 4 M events; EVENTS=100000 ROUNDS=2 is a quick try. Benchmarks/Peers says how.
	@$(MAKE) --no-print-directory deps PACKAGES="$(PACKAGES) $(PEERS_PACKAGES)"
	python3 -m venv $(PEERS_PYTHON)
	$(PEERS_PYTHON)/bin/pip install --quiet --disable-pip-version-check $(PEERS_MODULES)
	swift build -c release --product odometer
	swift build -c release --product odometer-fixtures
	PYTHONDONTWRITEBYTECODE=1 $(PEERS_PYTHON)/bin/python Benchmarks/Peers/compare.py --products $(PRODUCTS) \
		--events $(EVENTS) --rounds $(ROUNDS)

test-asan: deps ## Runs the tests under AddressSanitizer, with a smaller million.
	swift build $(SANITIZED_BUILD)/asan --sanitize address --build-tests
	$(SANITIZED) swift test $(SANITIZED_BUILD)/asan --sanitize address --skip-build --skip '$(ELSEWHERE)'

test-tsan: deps ## Runs the tests under ThreadSanitizer, with a smaller million.
	swift build $(SANITIZED_BUILD)/tsan --sanitize thread --build-tests
	$(SANITIZED) swift test $(SANITIZED_BUILD)/tsan --sanitize thread --skip-build --skip '$(ELSEWHERE)'

torture: deps ## All long campaigns: a million crashes, a million lives of logs, every fault, a thousand kills, mutants. It takes hours.
	swift build $(TEST_BUILD) --build-tests
	ODOMETER_TORTURE=1 swift test $(TEST_BUILD) --skip-build \
		--filter 'SimulationTests|IdentityCrashTests|FileReaderModelTests|EndToEnd/(Faults|Kill|DiskFull|TakenOver)'
	Tests/Mutants/mutants.py

fuzz: deps ## Fuzzes what reads foreign bytes, FUZZ_SECONDS=60 for each of six targets, two at a time.
	Tests/Fuzz/run

fuzz-keep: deps ## Puts what fuzzing has found to be new into Tests/Fuzz/Corpus, as few inputs as cover it.
	Tests/Fuzz/run keep

lint: ## Checks the format of the sources.
	swift format lint --strict --recursive --parallel $(SOURCES)

format: ## Formats the sources.
	swift format format --in-place --recursive --parallel $(SOURCES)

fixtures: deps ## Makes the sample logs of Fixtures/gateway again; the bytes come out the same.
	swift build -c release --product odometer-fixtures
	rm -rf .build/gateway Fixtures/gateway
	$(PRODUCTS)/odometer-fixtures generate --output .build/gateway --seed 7 --events 2000 --files 3 --subjects 60 \
		--tenants 8 --duplicates 0.01 --conflicts 0.003 --malformed 0.007 --late 0.02 --unmapped 0.05
	gzip -n -9 .build/gateway/logs/events-000.ndjson
	cp -R .build/gateway Fixtures/gateway

clean: ## Removes all that was built.
	rm -rf .build
