#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mkinitrd.sh OUT.gz DIR...: lays the directories over one another and packs them as an initramfs.
# Equal input gives equal output: order, owners, modes and times do not depend on this machine.
set -eu
umask 022
out=$1
shift
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

for dir in "$@"; do
	cp -R "$dir/." "$stage"
done
chmod -R u=rwX,go=rX "$stage"
find "$stage" -exec touch -h -d @0 {} +
(cd "$stage" && find . | LC_ALL=C sort | cpio -o -H newc --reproducible -R 0:0 --quiet) |
	gzip -9n >"$out.new"
mv "$out.new" "$out"
