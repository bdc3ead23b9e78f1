#!/usr/bin/env bash
# Installs what the project needs and the machine lacks. Says in one line what it does at each step, nothing about what is
# there already; a second run changes nothing and takes a second or two.
#
#   scripts/setup.sh build   what building needs: Rust for WebAssembly, wasm-bindgen, the npm packages
#   scripts/setup.sh bench   and Chromium
#   scripts/setup.sh         and what the tests need: Firefox and WebKitGTK, wasm-pack, cargo-nextest, Python packages
set -euo pipefail
source "$(dirname "$0")/env.sh"
source "$(dirname "$0")/step.sh"
cd "$root"

# The versions that were tried. wasm-bindgen's is not here: it is read from Cargo.lock, which it must equal.
wasm_pack_version=0.15.1
geckodriver_version=0.37.1
nextest_version=0.9.143

# Where the standard library goes that is built for Debian's Rust.
debian_std=/usr/lib/rustlib/wasm32-unknown-unknown

main() {
  local scope=${1:-all}
  mkdir -p "$tools"
  # Several clones may share the folder: one sets up at a time.
  if command -v flock >/dev/null; then
    exec 9>"$tools/.lock"
    flock -n 9 || { echo "- waiting for another set-up to finish"; flock 9; }
  fi

  basics
  wasm_target
  wasm_bindgen
  npm_packages
  [ "$scope" = build ] && return
  chromium
  [ "$scope" = bench ] && return
  gecko
  webkit
  wasm_pack
  nextest
  python_packages
}

# Rust, Node and compilers of C (rustc links with it, and SQLite is compiled with it) and C++ (libFuzzer).
basics() {
  command -v cargo >/dev/null || fail "cargo is missing" "install Rust with rustup: https://rustup.rs"
  local wanted have
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
  have=$(rustc --version | cut -d ' ' -f 2)
  at_least "$have" "$wanted" || fail "Rust $have is too old, $wanted is needed" "run: rustup update stable"

  command -v npm >/dev/null || fail "npm is missing" "install Node.js 20.19 or newer, with npm"
  have=$(node --version | tr -d v)
  at_least "$have" 20.19 || fail "Node $have is too old, 20.19 is needed" "install a newer Node.js"

  command -v cc >/dev/null || apt_install "installing a C compiler" gcc libc6-dev
  # libFuzzer is C++.
  command -v c++ >/dev/null || apt_install "installing a C++ compiler" g++
}

# Rust's standard library for wasm32-unknown-unknown and its source: rustup's, or where its server cannot be reached, Debian's.
wasm_target() {
  has_wasm_target "" && return
  has_wasm_target "$debian_toolchain" && [ "$(cat "$debian_std/built-by" 2>/dev/null)" = "$(debian_std_version)" ] && return
  command -v rustup >/dev/null ||
    fail "this Rust cannot build for wasm32-unknown-unknown and there is no rustup to add it" "install rustup: https://rustup.rs"

  # Bounded, since a network that drops packets would otherwise hold everybody up for many minutes.
  if attempt "adding Rust's WebAssembly target and the standard library's source with rustup" rustup_wasm_target &&
    has_wasm_target ""; then
    return
  fi
  echo "  rustup's server could not be reached (see ${log#"$root/"}): taking Debian's Rust for WebAssembly instead"
  debian_wasm_target
}

rustup_wasm_target() {
  local -x RUSTUP_MAX_RETRIES=1
  timeout 180 rustup target add wasm32-unknown-unknown && timeout 180 rustup component add rust-src
}

# Debian's rustc-web with a standard library built once from its source, since Debian packages none for this target; then
# known to rustup under the name that scripts/env.sh looks for.
debian_wasm_target() {
  apt_install "installing Debian's Rust and its source" rustc-web cargo-web rust-web-src rust-web-clippy lld-22
  local host build
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  if [ ! -e "/usr/lib/rustlib/$host/bin/rust-lld" ]; then
    as_root mkdir -p "/usr/lib/rustlib/$host/bin"
    as_root ln -s /usr/bin/lld-22 "/usr/lib/rustlib/$host/bin/rust-lld"
  fi
  build=$(mktemp -d)
  step "building Rust's standard library for WebAssembly (a minute or two, once)" \
    "the source is Debian's package rust-web-src: is it of the same version as rustc-web?" \
    build_std "$build"
  as_root rm -rf "$debian_std"
  as_root mkdir -p "$debian_std/lib"
  as_root cp "$build"/out/wasm32-unknown-unknown/release/deps/lib*.{rlib,rmeta} "$debian_std/lib/"
  as_root rm -f "$debian_std"/lib/libempty-*
  rm -rf "$build"
  step "making Debian's Rust known to rustup as $debian_toolchain" "" rustup toolchain link "$debian_toolchain" /usr
  has_wasm_target "$debian_toolchain" ||
    fail "Debian's Rust still cannot build for wasm32-unknown-unknown, or lacks the standard library's source" \
      "where rustup's server can be reached: rustup target add wasm32-unknown-unknown && rustup component add rust-src"
  debian_std_version | as_root tee "$debian_std/built-by" >/dev/null
}

# Builds std (and test, which wasm-pack test needs) into $1/out. /usr/bin goes first so that cargo finds its own rustc.
# With bitcode, which link-time optimization of the browser crate reads.
build_std() {
  mkdir "$1/src"
  echo '#![no_std]' >"$1/src/lib.rs"
  printf '[package]\nname = "empty"\nedition = "2021"\n[workspace]\n[profile.release]\npanic = "abort"\n' >"$1/Cargo.toml"
  (cd "$1" && env -u CARGO_TARGET_DIR -u RUSTUP_TOOLCHAIN PATH="/usr/bin:$PATH" RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS="-C embed-bitcode=yes" \
    /usr/bin/cargo build -Zbuild-std=std,panic_abort,test --target wasm32-unknown-unknown --release --target-dir out)
}

# What the library was built by and how: after an upgrade of Debian's compiler it must be built again.
debian_std_version() {
  echo "$(/usr/bin/rustc --version), with bitcode"
}

# The command line tool must be of exactly the library's version.
wasm_bindgen() {
  local version
  version=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/[^0-9.]/, ""); print }' Cargo.lock)
  if [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $version" ] && command -v wasm-bindgen-test-runner >/dev/null; then
    return
  fi
  cargo_install "installing wasm-bindgen $version (some minutes, once)" wasm-bindgen-cli "$version"
}

wasm_pack() {
  command -v wasm-pack >/dev/null || cargo_install "installing wasm-pack (some minutes, once)" wasm-pack "$wasm_pack_version"
}

# Without it the tests still run, under plain cargo test.
nextest() {
  cargo nextest --version >/dev/null 2>&1 && return
  (cargo_install "installing cargo-nextest (some minutes, once)" cargo-nextest "$nextest_version") ||
    echo "  going on without cargo-nextest: the tests will run under cargo test"
}

npm_packages() {
  local stamp=node_modules/.cardseal-stamp state
  state=$(cat package-lock.json package.json pkg/package.json www/package.json www/docs/package.json <(node --version) | sha256sum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ] && return
  step "installing npm packages" "is the npm registry reachable? Then: npm ci" npm ci --no-audit --no-fund
  echo "$state" >"$stamp"
}

# Debian's own Chromium and its driver, where webdriver.json and the Playwright tests look for them.
chromium() {
  [ -x /usr/bin/chromium ] && command -v chromedriver >/dev/null && return
  apt_install "installing Chromium and its driver" chromium chromium-driver
}

# Any Firefox that the driver finds, or else Debian's; and the driver, which Debian does not package.
gecko() {
  command -v firefox >/dev/null || apt_install "installing Firefox" firefox-esr
  command -v geckodriver >/dev/null ||
    cargo_install "installing geckodriver (some minutes, once)" geckodriver "$geckodriver_version"
}

# The driver brings a small browser on WebKitGTK, which cannot do without a display: Xvfb is one that is not seen.
webkit() {
  command -v WebKitWebDriver >/dev/null && command -v xvfb-run >/dev/null && command -v xauth >/dev/null && return
  apt_install "installing WebKitGTK, its driver and Xvfb" webkit2gtk-driver xvfb xauth
}

# Independent implementations in Python that the interop tests compare with, in an environment of their own.
python_packages() {
  local wanted=tests/interop/requirements.txt stamp=$tools/venv/.cardseal-stamp
  [ -f "$wanted" ] || return 0
  [ -x "$tools/venv/bin/python" ] && cmp -s "$wanted" "$stamp" && return
  command -v python3 >/dev/null || apt_install "installing Python" python3 python3-venv
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install "installing Python's venv" python3-venv
  rm -rf "$tools/venv"
  step "making a Python environment" "is python3 3.9 or newer there, with its venv module?" python3 -m venv "$tools/venv"
  step "installing the Python packages of the interop tests" "is PyPI reachable?" \
    "$tools/venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$stamp"
}

# cargo_install TITLE CRATE VERSION: into the project's own folder. A debug build without debug info: these tools run for
# seconds, and it is ready in half the time. With the crate's own lock file first; a dependency of it may have been yanked
# since, and then the newest that fit.
cargo_install() {
  local title=$1
  shift
  step "$title" "is crates.io reachable?" cargo_install_either "$@"
}

cargo_install_either() {
  cargo_install_once --locked "$@" || cargo_install_once "" "$@"
}

cargo_install_once() {
  # shellcheck disable=SC2086 # $1 is one option or none
  env -u CARGO_TARGET_DIR -u RUSTFLAGS CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
    cargo install $1 --debug --force --root "$tools" --target-dir "$tools/build" --version "=$3" "$2" || return
  rm -rf "$tools/build"
}

# apt_install TITLE PACKAGE...: with Debian's package manager, as root, waiting for others that use it.
apt_install() {
  local title=$1
  shift
  command -v apt-get >/dev/null || fail "$title: this is no Debian system" "install what provides: $*"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "$title: this needs root" "as root: apt-get install $*"
  [ "$(id -u)" = 0 ] || sudo -v || fail "$title: this needs root" "as root: apt-get install $*"
  step "$title" "as root: apt-get update && apt-get install $*" apt_get_install "$@"
}

apt_get_install() {
  # DPkg::Lock::Timeout makes install wait; update has its own lock and no such option.
  if [ -z "${apt_updated:-}" ]; then
    local try
    for try in 1 2 3 4 5 6 7 8 9 10; do
      as_root apt-get -q update && break
      echo "apt-get update, try $try, failed"
      sleep 6
    done
    apt_updated=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=600 install --no-install-recommends "$@"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Whether version $1 is $2 or newer.
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

main "$@"
