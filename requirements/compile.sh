#!/bin/sh
# Writes the hashed requirement sets from pyproject.toml; every set agrees with base.txt.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --no-annotate "$@"
}
compile pyproject.toml -o requirements/base.txt
compile requirements/pip.in -o requirements/pip.txt
for extra in embedded observability dev bench; do
    compile pyproject.toml --extra "$extra" -c requirements/base.txt -o "requirements/$extra.txt"
done
