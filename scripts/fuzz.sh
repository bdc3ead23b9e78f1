#!/usr/bin/env bash
# Fuzzes what reads untrusted input: the targets of fuzz/, each from its corpus, and the parsers of the frame's messages.
#
#   scripts/fuzz.sh                                   each target for a minute
#   scripts/fuzz.sh order messages                    these only
#   CARDSEAL_FUZZ_SECONDS=10 scripts/fuzz.sh          for so long each
#   CARDSEAL_FUZZ_RUNS=10000000 scripts/fuzz.sh       so many executions of each, however long they take
#   scripts/fuzz.sh control                           plants a fault in each target, which must be found
#   scripts/fuzz.sh merge                             adds to the corpora what other inputs found reach
#
# A crash stops the script with the input's path; the target's program, given that path, runs it again. What is found on
# the way is kept in target/fuzz/found and gone on from; a run without it starts from the seeds alone.
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/step.sh"
cd "$root"

rust_targets=(card directory dual_signature envelope identifiers keys order receipt)
found=$root/target/fuzz/found

# Each target's planted fault is found within a tenth of these.
control_runs=2000000

main() {
  local targets=("$@")
  case ${1:-} in
    control | merge) targets=() ;;
    "") targets=("${rust_targets[@]}" messages) ;;
  esac
  [ "$*" = messages ] || step "building the fuzz targets" "" build
  case ${1:-} in
    control) control ;;
    merge) merge ;;
    *) in_pairs fuzz "${targets[@]}" ;;
  esac
}

# Without a sanitizer: there is no unsafe code of ours for one to watch, and so the stable compiler can do it. The profile
# has overflows and failed assertions crash.
build() {
  RUSTC_WRAPPER=$root/fuzz/rustc.sh cargo build --locked --manifest-path fuzz/Cargo.toml --target-dir target/fuzz
}

# in_pairs FUNCTION TARGET...: calls the function for each target, for two at a time, since each keeps one core busy. What
# it says is shown when both have ended.
in_pairs() {
  local function=$1 said target pid pids status=0
  shift
  said=$(mktemp -d)
  while [ "$#" -gt 0 ]; do
    pids=()
    for target in "${@:1:2}"; do
      "$function" "$target" >"$said/$target" 2>&1 &
      pids+=("$!")
    done
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
    for target in "${@:1:2}"; do cat "$said/$target"; done
    [ "$status" = 0 ] || exit 1
    shift "${#pids[@]}"
  done
  rm -rf "$said"
}

fuzz() {
  local title="fuzzing $1"
  if [ "$1" = messages ]; then
    step "$title" "" run_messages "$(limit --runs= --seconds=)"
    grep '^messages:' "$log" | sed 's/, accepted.*//; s/^/    /'
    return
  fi
  [[ " ${rust_targets[*]} " == *" $1 "* ]] || fail "there is no fuzz target called $1" "one of: ${rust_targets[*]} messages"
  mkdir -p "$found/$1"
  if ! attempt "$title" run_target "$1" "$(limit -runs= -max_total_time=)" "$found/$1" "fuzz/corpus/$1"; then
    grep -aE "panicked at|ERROR: libFuzzer|Test unit written" -A 1 "$log" >&2 || tail -n 20 "$log" >&2
    fail "$title" "run it again: target/fuzz/debug/$1 INPUT, with the path above; the whole output is in ${log#"$root/"}"
  fi
  sed -nE 's/^#([0-9]+)\s+DONE +cov: ([0-9]+) ft: ([0-9]+) .*/    \1 executions, \2 edges, \3 features, 0 crashes/p' "$log"
}

# limit RUNS_OPTION SECONDS_OPTION: how long to run.
limit() {
  if [ -n "${CARDSEAL_FUZZ_RUNS:-}" ]; then
    echo "$1$CARDSEAL_FUZZ_RUNS"
  else
    echo "$2${CARDSEAL_FUZZ_SECONDS:-60}"
  fi
}

# run_target TARGET OPTION... FOLDER...: new inputs go to the first folder.
run_target() {
  local target=$1 length
  shift
  case $target in
    directory | order) length=4096 ;;
    dual_signature | envelope | keys | receipt) length=2048 ;;
    *) length=300 ;;
  esac
  mkdir -p target/fuzz/crashes
  "target/fuzz/debug/$target" -dict=fuzz/json.dict -max_len=$length -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="target/fuzz/crashes/$target-" -print_final_stats=1 "$@"
}

run_messages() {
  node fuzz/messages/fuzz.mjs "$@"
}

# A check that cannot fail is worse than none: from the seeds alone, in few enough executions, each target comes upon a
# fault that only a whole, well-formed input of a kind that is no seed reaches.
control() {
  in_pairs control_of "${rust_targets[@]}" messages
}

control_of() {
  local title="finding the fault planted in $1" scratch command
  scratch=$(mktemp -d)
  if [ "$1" = messages ]; then
    command=(run_messages --seed=1 "--runs=$control_runs")
  else
    command=(run_target "$1" -seed=1 "-runs=$control_runs" "$scratch" "fuzz/corpus/$1")
  fi
  if CARDSEAL_FUZZ_PLANTED=1 attempt "$title" fails "${command[@]}" && grep -qa "the planted fault was found" "$log"; then
    rm -rf "$scratch"
    return
  fi
  tail -n 20 "$log" >&2
  fail "$title" "the target does not get far enough: is its corpus there?"
}

fails() {
  ! "$@"
}

# Inputs that reach what no seed does, the smallest first, go to the corpus under the name of their hash; those in which
# chance made something like a card number do not.
merge() {
  local target finding
  for target in "${rust_targets[@]}"; do
    mkdir -p "$found/$target"
    step "merging what was found for $target" "" run_target "$target" -merge=1 "fuzz/corpus/$target" "$found/$target"
  done
  git add --intent-to-add fuzz/corpus
  node scripts/check-tracked.mjs 2>&1 | sed -nE 's/^(fuzz\/corpus\/[^:]+):.*/\1/p' | sort -u | while read -r finding; do
    git reset -q "$finding" && rm "$finding"
  done
}

main "$@"
