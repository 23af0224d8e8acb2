// SPDX-License-Identifier: BSD-2-Clause
/* ELF for the Arm Architecture (IHI 0044) and the System V ABI, chapters 4 and 5. */
#include "image_layout.h"

#define EHDR_SIZE 52u
#define EHDR_CLASS 4u /* with data and version: one word of the identification */
#define EHDR_CLASS32_LSB_V1 0x00010101u
#define EHDR_TYPE_MACHINE 16u
#define EHDR_EXEC_ARM 0x00280002u /* e_type ET_EXEC, e_machine EM_ARM */
#define EHDR_ENTRY 24u
#define EHDR_PHOFF 28u
#define EHDR_PHENTSIZE_PHNUM 42u

#define PHDR_SIZE 32u
#define PHDR_TYPE 0u
#define PHDR_OFFSET 4u
#define PHDR_VADDR 8u
#define PHDR_PADDR 12u
#define PHDR_FILESZ 16u
#define PHDR_MEMSZ 20u
#define PT_LOAD 1u

#define MAX_PHDRS 64u

static bool check_header(const struct layout *layout, struct blob elf)
{
	if (elf.size < EHDR_SIZE)
		return image_fail(layout, "kernel", "ELF header is truncated");
	if ((image_le32(elf.data + EHDR_CLASS) & 0xffffff) != EHDR_CLASS32_LSB_V1 ||
	    image_le32(elf.data + EHDR_TYPE_MACHINE) != EHDR_EXEC_ARM)
		return image_fail(layout, "kernel",
				  "expected an ELF executable for 32-bit little-endian Arm");
	return true;
}

static bool add_load(struct layout *layout, struct blob elf, const uint8_t *phdr)
{
	uint32_t offset = image_le32(phdr + PHDR_OFFSET);
	uint32_t filesz = image_le32(phdr + PHDR_FILESZ);
	uint32_t memsz = image_le32(phdr + PHDR_MEMSZ);

	if (filesz > memsz || offset > elf.size || filesz > elf.size - offset)
		return image_fail(layout, "kernel", "ELF segment is not within the file");
	return image_add_segment(layout, "kernel",
				 (struct image_segment){
					 .ipa = image_le32(phdr + PHDR_PADDR),
					 .src = elf.data + offset,
					 .src_size = filesz,
					 .zero_size = memsz - filesz,
				 });
}

/* The entry is a virtual address, but the guest starts with its MMU off. */
static void translate_entry(struct image_plan *plan, uint32_t entry, const uint8_t *phdr)
{
	uint32_t vaddr = image_le32(phdr + PHDR_VADDR);

	if (entry >= vaddr && entry - vaddr < image_le32(phdr + PHDR_MEMSZ))
		plan->entry = entry - vaddr + image_le32(phdr + PHDR_PADDR);
}

static bool add_loads(struct layout *layout, struct blob elf, uint32_t phoff, uint32_t phnum)
{
	uint32_t entry = image_le32(elf.data + EHDR_ENTRY);

	for (uint32_t i = 0; i < phnum; i++) {
		const uint8_t *phdr = elf.data + phoff + (size_t)i * PHDR_SIZE;

		if (image_le32(phdr + PHDR_TYPE) != PT_LOAD)
			continue;
		if (!add_load(layout, elf, phdr))
			return false;
		translate_entry(layout->plan, entry, phdr);
	}
	return true;
}

bool image_plan_elf(struct layout *layout)
{
	const struct vm_config *vm = layout->vm;
	struct blob elf = vm->kernel;
	uint32_t phoff;
	uint32_t sizes;

	if (!check_header(layout, elf))
		return false;
	if (vm->load_address != CONFIG_NO_ADDRESS)
		return image_fail(layout, "load-address", "expected none: an ELF has its own");
	if (vm->entry != CONFIG_NO_ADDRESS)
		return image_fail(layout, "entry", "expected none: an ELF has its own");
	phoff = image_le32(elf.data + EHDR_PHOFF);
	sizes = image_le32(elf.data + EHDR_PHENTSIZE_PHNUM);
	if ((sizes & 0xffff) != PHDR_SIZE || sizes >> 16 > MAX_PHDRS || phoff > elf.size ||
	    (sizes >> 16) * PHDR_SIZE > elf.size - phoff)
		return image_fail(layout, "kernel", "ELF program headers are not within the file");
	/* No segment holds the entry: bit 1 without bit 0 is refused as an entry. */
	layout->plan->entry = 2;
	return add_loads(layout, elf, phoff, sizes >> 16);
}
