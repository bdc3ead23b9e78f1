# shellcheck shell=bash disable=SC2154 # root comes from env.sh
# Sourced after env.sh: running the steps of a script, each told in one line, its output kept in a log that is shown only
# when the step fails.

logs=$root/target/logs

# The one thing that went wrong and what to do about it, then the end of the script.
fail() {
  printf '\n%s\n' "failed: $1" >&2
  [ -z "${2:-}" ] || printf '%s\n' "what to do: $2" >&2
  exit 1
}

# step TITLE ADVICE COMMAND...: runs the command; when it fails, shows the end of its output, says what failed and what
# to do, and stops the script.
step() {
  local title=$1 advice=$2
  shift 2
  if ! attempt "$title" "$@"; then
    tail -n 60 "$log" >&2
    fail "$title" "${advice:+$advice; }the whole output is in ${log#"$root/"}"
  fi
}

# attempt TITLE COMMAND...: runs the command with one line on the screen and returns what it returns. Sets `log`.
attempt() {
  local title=$1 began=$SECONDS status=0 name
  shift
  name=$(printf '%s' "$title" | tr -cs '[:alnum:]' '-' | tr '[:upper:]' '[:lower:]')
  mkdir -p "$logs"
  log=$logs/${name%-}.log
  printf -- '- %s ... ' "$title"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" = 0 ]; then
    printf '%s s\n' "$((SECONDS - began))"
  else
    printf 'no (%s s)\n' "$((SECONDS - began))"
  fi
  return "$status"
}
