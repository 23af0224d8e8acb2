#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# native.sh KERNEL INITRD CPUS TEST [WORD...]: runs a test of the initramfs on QEMU's own machine,
# without the hypervisor, so that a failure under it can be told from a failure of the guest. The
# words are added to the kernel command line.
set -eu
kernel=$1 initrd=$2 cpus=$3 name=$4
shift 4
log=$(mktemp)
trap 'rm -f "$log"' EXIT

timeout 150 qemu-system-arm -M virt -cpu cortex-a15 -smp "$cpus" -m 256M -nic none -display none \
	-serial stdio -monitor none -kernel "$kernel" -initrd "$initrd" \
	-append "console=ttyAMA0 panic=-1 bellhop.test=$name $*" </dev/null |
	tr -d '\r' | tee "$log"
grep -q "^bellhop: linux is up, $cpus CPUs$" "$log" && grep -q "^ok 1 $name" "$log"
