#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lint.sh BUILD-DIR: layout (clang-format), findings in EL2's code (clang-tidy) and in the
# scripts (shellcheck). Not part of the tests, because releases of these tools disagree.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/tools/lib.sh"
build=$(cd "$1" && pwd)
cd "$ROOT"

for tool in clang-format clang-tidy shellcheck; do
	command -v "$tool" >/dev/null ||
		die "$tool is missing." \
			"Install it: apt-get install clang-format clang-tidy shellcheck"
done
[ -e "$build/target/compile_commands.json" ] ||
	die "$build has no target side." "Build it by: ./bellhop build"

status=0
say "clang-format"
find boot drivers guest hyp include tests doorbell vgic -name '*.[ch]' -exec \
	clang-format --dry-run --Werror {} + || status=1

# clang takes gcc's command lines from the target build, but knows neither its default target nor
# every option in them (hyp/libc.c is compiled with one of gcc's alone).
say "clang-tidy"
find boot doorbell drivers hyp vgic -name '*.c' ! -path hyp/libc.c -print0 |
	xargs -0 -n 4 -P "$(nproc)" \
	clang-tidy --quiet -p "$build/target" --extra-arg=--target=arm-none-eabi \
	--extra-arg=-isystem/usr/include/newlib --extra-arg=-Wno-unused-command-line-argument \
	--extra-arg=-Wno-ignored-optimization-argument || status=1

say "shellcheck"
shellcheck -x -P "$ROOT" bellhop .ci/run tools/*.sh guest/linux/*.sh tests/tools/*.sh || status=1
find guest/linux/root -type f -exec grep -lZ '^#!/bin/busybox sh' {} + |
	xargs -0 shellcheck -s dash -S warning || status=1
exit $status
