.PHONY: run test lint setup setup-test bench-room bench-latency bench-skew bench-languages bench-onair bench-soak clean

run: setup
	.venv/bin/rotunda serve --demo

setup:
	scripts/setup

setup-test:
	scripts/setup test

test: setup-test
	.venv/bin/pytest -m "not soak" -n 2 --dist loadfile --ignore=tests/scenarios
	# One at a time: they judge real time.
	.venv/bin/pytest -m "not soak" tests/scenarios

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

bench-skew: setup-test
	.venv/bin/python -m benchmarks.bench_skew

bench-onair: setup-test
	.venv/bin/python -m benchmarks.bench_onair

bench-soak: setup-test
	.venv/bin/python -m benchmarks.soak

clean:
	rm -rf .venv web/node_modules data
