#!/usr/bin/env bash
# Builds the documentation site into www/docs/dist. Needs the built package; make docs builds that first.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/step.sh"
cd "$root"

step "making the API reference from the package's types" "" npm run api --workspace cardseal-docs
step "building the documentation site" "" npm run build --workspace cardseal-docs
