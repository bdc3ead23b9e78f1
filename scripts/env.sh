# shellcheck shell=bash disable=SC2034 # the names are for those who source this
# Sourced by every script: where the project's own tools are, and which toolchain builds WebAssembly. It only reads the
# machine; scripts/setup.sh is what changes it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The folder of the tools that set-up installs. CARDSEAL_TOOLS lets several clones share one.
tools=${CARDSEAL_TOOLS:-$root/.tools}

export PATH="$tools/bin:$root/node_modules/.bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

# Where Cargo builds, for scripts that look for what it built.
target_dir=${CARGO_TARGET_DIR:-$root/target}

# The name under which set-up links Debian's Rust into rustup, for machines where rustup has no wasm32 target.
debian_toolchain=debian-web

# Whether the toolchain $1 (empty: the default one) can build for wasm32-unknown-unknown: it has the standard library, which
# tests are built with, and the library's source, of which the browser build makes one of its own.
has_wasm_target() {
  local libdir
  libdir=$(RUSTUP_TOOLCHAIN=${1:-${RUSTUP_TOOLCHAIN:-}} rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) || return 1
  compgen -G "$libdir/libstd-*.rlib" >/dev/null && [ -f "$libdir/../../src/rust/library/Cargo.lock" ]
}

# Prints the toolchain that WebAssembly is built with; nothing when it is the default one. This is the one place where
# that is decided: CARDSEAL_WASM_TOOLCHAIN if set, else the default toolchain if it has the target, else Debian's.
wasm_toolchain() {
  if [ -n "${CARDSEAL_WASM_TOOLCHAIN:-}" ]; then
    echo "$CARDSEAL_WASM_TOOLCHAIN"
  elif ! has_wasm_target "" && has_wasm_target "$debian_toolchain"; then
    echo "$debian_toolchain"
  fi
}

# Runs a command with the toolchain that builds WebAssembly.
with_wasm_toolchain() {
  local toolchain
  toolchain=$(wasm_toolchain)
  if [ -n "$toolchain" ]; then
    RUSTUP_TOOLCHAIN=$toolchain "$@"
  else
    "$@"
  fi
}

# What the tests are told: the vault they start, and the Python with the packages of tests/interop/requirements.txt.
export CARDSEAL_VAULT_BIN=${CARDSEAL_VAULT_BIN:-$target_dir/release/cardseal-vault}
export CARDSEAL_PYTHON=${CARDSEAL_PYTHON:-$tools/venv/bin/python}

# build_module FOLDER FLAGS [ARGUMENT...]: the browser crate as a module, in a target folder, with these flags of rustc (as items of
# a list in TOML) and arguments for the last crate.
#
# As configuration and not as RUSTFLAGS, which would take the place of flags of the builder's own.
# As a cdylib only: Cargo does no link-time optimization for a crate that is also built as an rlib, which tests need.
# And with a standard library built for it and for its size, in which a panic is a bare trap (docs/architecture.md, "Decisions").
# Stable Rust hides that behind the variable with which it builds itself.
build_module() {
  # Panic messages carry file names: those of the builder's home folder are nobody's business and would make the bytes
  # differ from one machine to the next.
  local remap="'--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/crates', '--remap-path-prefix=$root=/cardseal'"
  RUSTC_BOOTSTRAP=1 with_wasm_toolchain cargo rustc --quiet --locked --package cardseal --lib --crate-type cdylib --profile wasm \
    --target-dir "$1" --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort \
    -Zbuild-std-features=optimize_for_size -Zpanic-immediate-abort \
    --config 'profile.wasm.panic="immediate-abort"' --config "target.wasm32-unknown-unknown.rustflags=[$remap, $2]" \
    -- "${@:3}"
}
