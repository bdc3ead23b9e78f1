#!/usr/bin/env bash
# The compiler as Cargo calls it to build the fuzz targets (RUSTC_WRAPPER): cardseal-protocol, and it alone, tells libFuzzer
# which of its edges run. Were the cryptography instrumented too, chance would be rewarded for other values of a field
# element instead of other forms of an input, at half the speed.
set -euo pipefail
compiler=$1
shift
case " $* " in
  *" --crate-name cardseal_protocol "*)
    exec "$compiler" "$@" -C passes=sancov-module -C llvm-args=-sanitizer-coverage-level=4 \
      -C llvm-args=-sanitizer-coverage-inline-8bit-counters -C llvm-args=-sanitizer-coverage-pc-table \
      -C llvm-args=-sanitizer-coverage-trace-compares
    ;;
  *) exec "$compiler" "$@" ;;
esac
