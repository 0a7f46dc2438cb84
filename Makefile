.PHONY: run test test-long lint setup setup-test bench-room bench-latency bench-skew bench-languages bench-listeners bench-onair bench-pages bench-soak clean

run: setup
	.venv/bin/rotunda serve --demo

setup:
	scripts/setup

setup-test:
	scripts/setup test

# A test that failed is run once more, alone and afresh: what fails twice is broken, what failed once is in
# the output to be looked at.
define twice
.venv/bin/pytest -m "not soak" $(1) $(2) || .venv/bin/pytest -m "not soak" --last-failed --last-failed-no-failures none $(2)
endef

PAGES = tests/web tests/web_desk

test: setup-test
	# Pages wait more than they work; what judges real time has the machine to itself, one at a time.
	$(call twice,-n 4 --dist worksteal,$(PAGES))
	$(call twice,-n 5 --dist loadfile,tests $(addprefix --ignore=,$(PAGES) tests/scenarios))
	$(call twice,,tests/scenarios)

test-long: setup-test
	.venv/bin/pytest -m soak
	# New examples for every property, many of them.
	.venv/bin/pytest --hypothesis-profile=explore tests/venue

lint: setup-test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	cd web && npx --no-install tsc --project tsconfig.json

bench-room: setup-test
	.venv/bin/python -m benchmarks.bench_room

bench-latency: setup-test
	.venv/bin/python -m benchmarks.bench_latency

bench-languages: setup-test
	.venv/bin/python -m benchmarks.bench_languages

bench-listeners: setup-test
	.venv/bin/python -m benchmarks.bench_listeners

bench-skew: setup-test
	.venv/bin/python -m benchmarks.bench_skew

bench-onair: setup-test
	.venv/bin/python -m benchmarks.bench_onair

bench-pages: setup-test
	.venv/bin/python -m benchmarks.bench_pages

bench-soak: setup-test
	.venv/bin/python -m benchmarks.soak

clean:
	rm -rf .venv web/node_modules data
