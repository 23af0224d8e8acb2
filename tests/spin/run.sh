#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh MODEL.pml [BUG EXPECTED]: search all states of a model. Without BUG no error may be found;
# with it the model is built with -DBUG, and the error found has to contain the text EXPECTED.
# SPIN, CC: the programs, where they have other names.
set -eu

model=$(realpath "$1")
bug=${2:-}
expected=${3:-}
optimize=-O2
[ -z "$bug" ] || optimize=-O0 # an error is found sooner than the compiler is done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# search CFLAGS PAN-OPTIONS: one verifier, its report into the file report.
search() {
	# shellcheck disable=SC2086 # several options each
	"${CC:-gcc}" "$optimize" -w -DMEMLIM=2048 -DVECTORSZ=2048 $1 -o pan pan.c
	# shellcheck disable=SC2086
	./pan -m1000000 $2 >report 2>&1 || true
	grep -q '^State-vector' report || { cat report; echo "no report of a search"; exit 1; }
	grep -E '^pan:|errors:|states, stored|^pan: elapsed' report || true
}

# all_seen: every state was looked at.
all_seen() {
	grep -q 'errors: 0' report || { cat report; show; echo "error in $model"; exit 1; }
	if grep -qE 'max search depth too small|out of memory|search was not completed' report; then
		cat report
		echo "not exhaustive"
		exit 1
	fi
}

# show: the way to the error, for people.
show() {
	"${SPIN:-spin}" ${bug:+-D"$bug"} -k "$(basename "$model").trail" -p -g "$model" 2>&1 |
		tail -n "${TRACE:-60}" || true
}

# found: the search ended in an error; was it the one that the switch stands for?
found() {
	grep -qF "$expected" report && exit 0
	cat report
	show
	echo "expected: $expected"
	exit 1
}

[ -z "$bug" ] || grep -q "def $bug\$" "$model" || { echo "no switch $bug in $model"; exit 1; }
"${SPIN:-spin}" ${bug:+-D"$bug"} -a "$model"

# Assertions first: -E, because each model looks itself at the states where nothing can happen any
# more. Then, where it has a formula, what must happen in the end, with weak fairness (-f).
search "-DSAFETY -DNOCLAIM" "-E"
if [ -z "$bug" ]; then
	all_seen
elif ! grep -q 'errors: 0' report; then
	found
fi
if grep -q '^ltl' "$model"; then
	search "-DNFAIR=3" "-a -f"
	if [ -z "$bug" ]; then
		all_seen
		exit 0
	fi
	grep -q 'errors: 0' report || found
fi
[ -z "$bug" ] || { echo "the error of $bug was not found"; exit 1; }
