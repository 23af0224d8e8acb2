/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VM description: what the user wrote (docs/vms.md), parsed and checked.
 *
 * Order of use: config_load() parses and checks everything that does not depend on free memory,
 * config_place() then gives every region its physical address. Both are done before any VM runs.
 * Each error is one line that names the node, the property and what was expected.
 */
#ifndef BELLHOP_HYP_CONFIG_H
#define BELLHOP_HYP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fmt.h"
#include "machine.h"
#include "pack.h"

#define CONFIG_MAX_VMS 16u
#define CONFIG_MAX_VCPUS 8u	   /* of one VM: GICv2's limit */
#define CONFIG_MAX_REGIONS 8u	   /* of one VM, shared memory not counted */
#define CONFIG_MAX_DEVICES 8u	   /* of one VM, served by others */
#define CONFIG_MAX_SHM 16u	   /* shared memory areas */
#define CONFIG_MAX_SHM_USERS 8u	   /* VMs of one area */
#define CONFIG_NAME_SIZE 24u	   /* with the NUL */
#define CONFIG_BOOTARGS_SIZE 2048u /* with the NUL, as Linux takes it */
#define CONFIG_MAX_PRIORITY 15u
#define CONFIG_MAX_SEVERITY 15u
#define CONFIG_MAX_SPIS 988u /* INTIDs 32..1019 */
#define CONFIG_DEFAULT_SPIS 96u
#define CONFIG_DEFAULT_PRIORITY 8u
#define CONFIG_DEFAULT_TIMEOUT_MS 100u
#define CONFIG_MAX_TIMEOUT_MS 60000u
#define CONFIG_MAX_MSI_SPIS 64u

/* The machine that every guest sees, laid out as QEMU's virt. IPAs and sizes in bytes. */
#define GUEST_GICD_IPA 0x08000000u
#define GUEST_GICD_SIZE 0x10000u /* what the FDT says: some kernels refuse 0x1000 */
#define GUEST_GICC_IPA 0x08010000u
#define GUEST_GICC_SIZE 0x2000u	  /* page 0: GICV, page 1: GICC_DIR, emulated */
#define GUEST_V2M_IPA 0x08020000u /* GICv2m frame, where msi-spis asks for one */
#define GUEST_V2M_SIZE 0x1000u
#define GUEST_V2M_INTID 80u /* the first of its SPIs */
#define GUEST_UART_IPA 0x09000000u
#define GUEST_UART_SIZE 0x1000u
#define GUEST_UART_INTID 33u
#define GUEST_RAM_IPA 0x40000000u /* below: unmapped data accesses are RAZ/WI */
#define GUEST_VTIMER_INTID 27u
#define GUEST_PTIMER_INTID 30u

#define CONFIG_NO_ADDRESS UINT32_MAX /* an IPA that was not given */
#define CONFIG_NO_NODE (-1)

enum region_kind { REGION_RAM, REGION_ROM };

/* Guest memory: [ipa, ipa + size) maps to [pa, pa + size). Page aligned; ends below 2^32. */
struct region {
	enum region_kind kind;
	uint32_t ipa;
	uint32_t size;
	uint64_t pa;	       /* by config_place(); 2 MiB aligned when size >= 2 MiB */
	bool identity;	       /* pa == ipa was asked for */
	struct blob image;     /* preloaded into it; data == NULL: none */
	uint32_t image_offset; /* from the region's start */
	char name[CONFIG_NAME_SIZE];
};

/* A device that another VM emulates: what its guest's FDT says of it, and who does. */
struct device_config {
	char name[CONFIG_NAME_SIZE];
	uint32_t ipa;
	uint32_t size;
	uint16_t intid; /* 0: none */
	bool edge;	/* the interrupt is edge-triggered, else a level */
	bool zeros;	/* an access without an answer reads zero or is ignored, else it aborts */
	uint8_t server; /* index into config.vm[] */
	uint32_t timeout_ms;
	const char *served_by;	/* the server's name */
	const char *compatible; /* strings, with the NULs between them */
	uint32_t compatible_size;
	int properties; /* node of the description to copy the rest from, or CONFIG_NO_NODE */
};

enum vm_policy { VM_POLICY_STOP, VM_POLICY_RESET };

struct vm_config {
	char name[CONFIG_NAME_SIZE];
	uint8_t n_vcpus;	       /* 1..8 */
	uint8_t cpu[CONFIG_MAX_VCPUS]; /* physical CPU of vCPU n: index into machine.mpidr[] */
	uint8_t priority;	       /* 0..15; the higher number runs first */
	uint8_t severity;	       /* 0..15; no lower one serves a higher one */
	uint32_t time_slice_us;	       /* among equals on one CPU; 0: the hypervisor's default */
	uint16_t n_spis;	       /* INTIDs 32 .. 31 + n_spis; a multiple of 32 unless 988 */
	struct region region[CONFIG_MAX_REGIONS]; /* region[0] is the main RAM */
	uint8_t n_regions;
	struct device_config device[CONFIG_MAX_DEVICES];
	uint8_t n_devices;
	uint8_t n_msi_spis; /* of the GICv2m frame, from GUEST_V2M_INTID on; 0: there is none */
	struct blob kernel; /* data == NULL: start at `entry` in a preloaded region */
	struct blob initrd;
	uint32_t load_address; /* of a raw kernel, else CONFIG_NO_ADDRESS */
	uint32_t entry;	       /* bit 0: Thumb; CONFIG_NO_ADDRESS: where the kernel says */
	const char *bootargs;  /* "" when there are none */
	bool fdt_at_ram_base;
	bool console; /* has the PL011 */
	bool autostart;
	bool background;	 /* does not keep the machine on */
	enum vm_policy on_reset; /* guest asks for SYSTEM_RESET */
	uint16_t serves;	 /* VMs that it is a device model of, bit each */
	uint16_t doorbell_peers; /* VMs that it may grant doorbells to; those that it serves, too */
};

struct shm_user {
	uint8_t vm; /* index into config.vm[] */
	bool read_only;
	uint32_t ipa;
};

struct shm_config {
	char name[CONFIG_NAME_SIZE];
	uint32_t size;
	uint64_t pa; /* by config_place() */
	struct shm_user user[CONFIG_MAX_SHM_USERS];
	uint8_t n_users;
};

#define CONFIG_NO_FOCUS 0xffu

struct config_options {
	uint8_t focus; /* VM with the keyboard; CONFIG_NO_FOCUS: the first with a console */
	bool colour;   /* colour the VM names on the physical console */
};

struct config {
	const void *description; /* where the strings and nodes are */
	struct vm_config vm[CONFIG_MAX_VMS];
	struct shm_config shm[CONFIG_MAX_SHM];
	unsigned int n_vms; /* at least 1 */
	unsigned int n_shm;
	struct config_options options;
};

/*
 * Parse and check the description in the pack. The machine gives the number of CPUs. The images
 * stay in the pack (pointers), so the pack has to stay mapped and unchanged as long as VMs may be
 * (re)started. Every kernel is checked as by image_plan().
 * The description is copied to copy[0, size), 8-byte aligned, because libfdt wants that and an
 * image in the pack has 4; pack_find() tells how large it is. Strings of *config point into it.
 */
bool config_load(struct config *config, const struct pack *pack, const struct machine *machine,
		 void *copy, size_t size, struct fmt_line *error);

/*
 * Give each region and each shared area a physical address in the machine's memory, outside
 * machine.reserved[] and taken[] (the hypervisor itself, the pack, the FDT ...), best fit, the
 * largest first. Nothing is written to memory. Like config_load() for the boot CPU alone, which
 * owns *config until the VMs run; afterwards it is constant.
 */
bool config_place(struct config *config, const struct machine *machine,
		  const struct phys_range *taken, size_t n_taken, struct fmt_line *error);

/* Does memory, or a device that the hypervisor emulates itself, lie in [ipa, ipa + size)? */
bool config_is_taken(const struct config *config, unsigned int vm, uint32_t ipa, uint32_t size);

/* The region of the VM that holds all of [ipa, ipa + size), or NULL. */
const struct region *config_find_region(const struct vm_config *vm, uint32_t ipa, uint32_t size);

#endif
