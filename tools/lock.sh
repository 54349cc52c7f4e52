#!/bin/sh
# Writes the lock files from pyproject.toml: exact versions with hashes, no addresses.
set -eu
compile() {
    uv pip compile "$@" --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-header --no-annotate --quiet >/dev/null
}
compile pyproject.toml -o requirements.lock
compile --group dev -c requirements.lock -o requirements-dev.lock
compile tools/deep.in --override tools/deep-overrides.txt -c requirements.lock -o requirements-deep.lock
