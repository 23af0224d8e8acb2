# SPDX-License-Identifier: BSD-2-Clause
# Sourced by tools/setup.sh: brings Debian's armhf kernel and the programs of the initramfs to
# build/cache/linux:
#   vmlinuz    zImage of the newest linux-image-*-armmp
#   root/      statically linked busybox; rt-tests and gpiod, with the libraries that they load
#   dtbs/      device trees of the boards that QEMU knows, for the tests that boot there
#   complete   the number below, written last
# shellcheck shell=sh

LINUX=$CACHE/linux
LINUX_RECIPE=3 # a higher one makes older trees fetch again

linux_is_complete()
{
	[ "$(cat "$LINUX/complete" 2>/dev/null)" = $LINUX_RECIPE ]
}

fetch_kernel()
{
	image=$(private_apt apt-cache depends --important linux-image-armmp |
		awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; exit }')
	[ -n "$image" ] || die "linux-image-armmp is not in Debian's package lists." \
		"Messages of apt above may say why."
	say "Fetching $image (about 40 MB)"
	deb=$(fetch_deb "$image")
	extract_deb "$deb" "$LINUX/kernel" './boot/vmlinuz-*' \
		'./usr/lib/*/vexpress-v2p-ca15-tc1.dtb' './usr/lib/*/sun8i-h3-orangepi-pc.dtb'
	mkdir "$LINUX/dtbs"
	mv "$LINUX"/kernel/usr/lib/*/*.dtb "$LINUX/dtbs"
	mv "$LINUX"/kernel/boot/vmlinuz-* "$LINUX/vmlinuz"
	rm -r "$LINUX/kernel"
}

# fetch_files PACKAGE TAR PATTERN...
fetch_files()
{
	package=$1
	shift
	say "Fetching $package"
	deb=$(fetch_deb "$package")
	extract_deb "$deb" "$LINUX/root" "$@"
}

fetch_linux()
{
	final=$LINUX LINUX=$LINUX.new
	rm -rf "$LINUX"
	mkdir -p "$LINUX"
	fetch_kernel
	fetch_files busybox-static ./bin/busybox
	fetch_files rt-tests ./usr/bin/hackbench ./usr/bin/cyclictest ./usr/bin/ptsematest
	fetch_files libc6 ./lib/ld-linux-armhf.so.3 './lib/*/ld-linux-armhf.so.3' \
		'./lib/*/libc.so.6' './lib/*/libdl.so.2' './lib/*/libpthread.so.0' \
		'./lib/*/librt.so.1'
	fetch_files libnuma1 './usr/lib/*/libnuma.so.1*'
	fetch_files gpiod ./usr/bin/gpiodetect ./usr/bin/gpioget ./usr/bin/gpiomon \
		./usr/bin/gpioset
	fetch_files libgpiod2 './usr/lib/*/libgpiod.so.2*'
	echo $LINUX_RECIPE >"$LINUX/complete"
	rm -rf "$CACHE/debs" "$final"
	mv "$LINUX" "$final"
}
