# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the scripts. The caller sets ROOT to the top of the tree.
# shellcheck shell=sh

export CACHE="$ROOT/build/cache"

say()
{
	printf '\033[1m==>\033[0m %s\n' "$*" >&2
}

# die MESSAGE [WHAT TO DO NEXT]
die()
{
	printf 'bellhop: %s\n' "$1" >&2
	[ $# -lt 2 ] || printf '         %s\n' "$2" >&2
	exit 1
}

can_be_root()
{
	[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}
