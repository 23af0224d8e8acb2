/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest finds at intermediate physical addresses where stage 2 maps nothing: emulated
 * devices, by page. The look-up takes the same time however many there are.
 */
#ifndef BELLHOP_HYP_MMIO_H
#define BELLHOP_HYP_MMIO_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/config.h"
#include "hyp/pte.h"
#include "vgic/vgic.h"

struct vcpu;
struct vm;

/* The vGIC's word for it, which most accesses are about. */
enum mmio_status {
	MMIO_OK = VGIC_OK,
	MMIO_RETRY = VGIC_RETRY, /* run the instruction again: another CPU was asked */
	MMIO_ABORT = VGIC_ABORT, /* the device takes no such access */
	MMIO_PARKED,		 /* another VM does it: the vCPU does not run before that */
};

/*
 * One access of width bytes (1, 2, 4) at an IPA in one of the device's pages. Values are
 * little-endian as on the bus; those to be written have zeros above their width, those read may
 * have anything there.
 */
struct mmio_device {
	enum mmio_status (*read)(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t *value);
	enum mmio_status (*write)(struct vcpu *v, uint32_t ipa, uint32_t width, uint32_t value);
};

/* Below the main RAM. A tree of two levels: MiB, then page. Block 0 of the lower one is for
 * nothing, block 1 for MiBs that have no device of the hypervisor, but something of client.h. */
#define MMIO_BLOCK_SIZE 0x100000u
#define MMIO_BLOCKS 16u	 /* MiBs with a device in them */
#define MMIO_DEVICES 16u /* kinds of device */

struct mmio_map {
	const struct mmio_device *device[MMIO_DEVICES];
	uint8_t block[GUEST_RAM_IPA / MMIO_BLOCK_SIZE];		/* index into page[] */
	uint8_t page[MMIO_BLOCKS][MMIO_BLOCK_SIZE / PAGE_SIZE]; /* index into device[] */
	uint8_t n_devices, n_blocks, client; /* client: index of the device that looks further */
};

/* The devices that every VM has. At boot. */
void mmio_init(struct vm *vm);

/* Let the pages of [ipa, ipa + size), whole pages below the main RAM, be a device's. False: there
 * are too many MiBs or devices. With the VM's lock, or before it runs. */
bool mmio_map(struct mmio_map *map, uint32_t ipa, uint32_t size, const struct mmio_device *device);

/* In [ipa, ipa + size) there may be something of client.h from now on. With the VM's lock, or
 * before it runs; what another vCPU reads meanwhile is right before and after. */
void mmio_map_client(struct mmio_map *map, uint32_t ipa, uint32_t size);

/* The device of the hypervisor itself at an IPA, also where clients have something; or NULL. */
const struct mmio_device *mmio_own(const struct vm *vm, uint32_t ipa);

/* True below the main RAM: a device, or nothing, which reads zero and ignores writes. */
static inline bool mmio_is_emulated(uint64_t ipa)
{
	return ipa < GUEST_RAM_IPA;
}

/* The device at an IPA below the main RAM, or the one that stands for nothing. */
static inline const struct mmio_device *mmio_find(const struct mmio_map *map, uint32_t ipa)
{
	const uint8_t *pages = map->page[map->block[ipa / MMIO_BLOCK_SIZE]];

	return map->device[pages[ipa % MMIO_BLOCK_SIZE / PAGE_SIZE]];
}

/* The instruction at v's pc, through both stages of translation, as insn_decode() takes it.
 * False: it cannot be read now. */
bool mmio_fetch(struct vcpu *v, uint32_t *opcode);

#endif
