#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# setup.sh [packages] [libfdt] [linux]    (all of them without an argument)
# setup.sh eva | misra | plot
#   Brings what building needs, or a checker that is run by hand (tools/eva.py, tools/misra.py),
#   or gnuplot for `./bellhop bench --growth --plot`.
#   Each part looks first whether it is there already, and then touches neither apt nor the network.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/tools/lib.sh"
. "$ROOT/tools/debian.sh"
. "$ROOT/guest/linux/fetch.sh"

# Those of the packages named on the input that are not installed.
missing_packages()
{
	grep -v '^#' | while read -r package; do
		status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || :
		[ "$status" = installed ] || echo "$package"
	done
}

setup_packages()
{
	install_packages <"$ROOT/tools/packages.txt"
}

setup_eva()
{
	echo frama-c-base | install_packages
}

setup_misra()
{
	echo cppcheck | install_packages
}

setup_plot()
{
	echo gnuplot-nox | install_packages
}

install_packages()
{
	command -v apt-get >/dev/null ||
		die "set-up is written for Debian 12, and this system has no apt." \
			"Install the counterparts of tools/packages.txt by hand."
	packages=$(missing_packages | tr '\n' ' ')
	[ -n "$packages" ] || return 0
	can_be_root || die "these packages are missing, and installing them needs root or sudo." \
		"Run as root: apt-get install $packages"
	say "Installing $packages"
	# One vendor's broken list is no reason to stop: the installation decides.
	as_root apt-get update || say "Some package lists could not be read (see above); going on"
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		$packages ||
		die "apt could not install: $packages" \
			"Its own message is above. Check the network, then try again."
}

# The library alone. dtc's source package is its home; the firmware's, which carries a copy, is the
# second choice because some partial mirrors lack the first.
setup_libfdt()
{
	[ ! -e "$CACHE/libfdt/fdt.c" ] || return 0
	private_apt_update
	for package in device-tree-compiler arm-trusted-firmware; do
		say "Fetching libfdt's source from Debian's source package $package"
		! fetch_source "$package" || break
		package=
	done
	[ -n "$package" ] ||
		die "apt could not download a source package that has libfdt." \
			"Check the network and the mirror, then try again."
	rm -rf "$CACHE/libfdt.new"
	mkdir -p "$CACHE/libfdt.new/unpacked"
	tar -x -f "$CACHE/src/$package/$package"_*.orig.tar.* -C "$CACHE/libfdt.new/unpacked" \
		--wildcards '*/libfdt/*.[ch]'
	find "$CACHE/libfdt.new/unpacked" -type f -exec mv -t "$CACHE/libfdt.new" {} +
	rm -rf "$CACHE/libfdt.new/unpacked" "$CACHE/src"
	mv "$CACHE/libfdt.new" "$CACHE/libfdt"
}

setup_linux()
{
	! linux_is_complete || return 0
	private_apt_update
	fetch_linux
}

[ $# -gt 0 ] || set -- packages libfdt linux
mkdir -p "$CACHE"
for part in "$@"; do
	case $part in
	packages | libfdt | linux | eva | misra | plot) "setup_$part" ;;
	*) die "setup: there is no part '$part'." \
		"The parts are: packages libfdt linux eva misra plot" ;;
	esac
done
