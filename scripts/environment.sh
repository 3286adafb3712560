# Sourced by scripts/afronte and scripts/test: makes .venv when it is missing or older than what it is made from.
# usage: prepare_environment EXTRAS   (such as "" or "[dev]")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv

prepare_environment() {
  local extras=$1 python wanted stamp
  wanted=$(cat "$root/pyproject.toml" "$root/scripts/constraints.txt" | cksum | tr -d ' \n')
  # The larger set of extras serves the smaller one too.
  for stamp in "$venv/.made-for$extras" "$venv/.made-for[dev]"; do
    if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted:$root" ]; then return; fi
  done
  for python in python3.11 python3.12 python3.13 python3.10 python3; do
    if command -v "$python" >/dev/null && "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then break; fi
    python=
  done
  if [ -z "$python" ]; then
    echo "afronte needs Python 3.10 or newer with the venv module (Debian: apt install python3-venv)" >&2
    exit 2
  fi
  if [ -x "$venv/bin/python" ]; then
    echo "bringing $venv up to date" >&2
  else
    echo "setting up $venv (once; some minutes and about 1.5 GB, most of it PyTorch)" >&2
  fi
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || exit 2
  rm -f "$venv"/.made-for*
  if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$root/scripts/constraints.txt" -e "$root$extras" >"$venv/pip.log" 2>&1; then
    grep -i error "$venv/pip.log" | tail -n 5 >&2
    echo "set-up failed: is the package index reachable, and is there disk space? The whole log is in $venv/pip.log" >&2
    exit 2
  fi
  printf '%s' "$wanted:$root" >"$venv/.made-for$extras"
}
