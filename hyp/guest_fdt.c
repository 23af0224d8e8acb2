// SPDX-License-Identifier: BSD-2-Clause
#include "guest_fdt.h"

#include "bellhop/psci.h"
#include "guest_fdt_writer.h"

#define PHANDLE_GIC 1u
#define UART_CLOCK_HZ 24000000u
#define UART_PATH "/pl011@9000000"

#define FIRST_PPI 16u
/* Not emulated for a guest, but the binding lists them by position. */
#define SECURE_TIMER_INTID 29u
#define HYP_TIMER_INTID 26u

static void write_chosen(struct writer *w)
{
	const struct image_plan *plan = w->plan;

	put_begin(w, "chosen");
	if (w->vm->bootargs[0] != '\0')
		put_string(w, "bootargs", w->vm->bootargs);
	if (w->vm->console)
		put_string(w, "stdout-path", UART_PATH);
	if (plan->initrd_size != 0) {
		put_cell(w, "linux,initrd-start", plan->initrd_ipa);
		put_cell(w, "linux,initrd-end", plan->initrd_ipa + plan->initrd_size);
	}
	if (w->rng_seed != NULL)
		put_room(w, "rng-seed", RNG_SEED_SIZE, w->rng_seed);
	put_end(w);
}

static void write_aliases(struct writer *w)
{
	if (!w->vm->console)
		return;
	put_begin(w, "aliases");
	put_string(w, "serial0", UART_PATH);
	put_end(w);
}

static void write_memory(struct writer *w)
{
	for (unsigned int i = 0; i < w->vm->n_regions; i++) {
		const struct region *region = &w->vm->region[i];

		if (region->kind != REGION_RAM)
			continue;
		put_begin_at(w, "memory", region->ipa);
		put_string(w, "device_type", "memory");
		put_reg(w, region->ipa, region->size);
		put_end(w);
	}
}

static void write_cpus(struct writer *w)
{
	put_begin(w, "cpus");
	put_cell(w, "#address-cells", 1);
	put_cell(w, "#size-cells", 0);
	for (uint32_t i = 0; i < w->vm->n_vcpus; i++) {
		put_begin_at(w, "cpu", i);
		put_string(w, "device_type", "cpu");
		put_string(w, "compatible", "arm,cortex-a15");
		put_string(w, "enable-method", "psci");
		put_cell(w, "reg", i);
		put_end(w);
	}
	put_end(w);
}

static void write_psci(struct writer *w)
{
	static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2\0arm,psci";

	put_begin(w, "psci");
	put_strings(w, "compatible", compatible, sizeof(compatible));
	put_string(w, "method", "hvc");
	put_cell(w, "cpu_suspend", PSCI_CPU_SUSPEND);
	put_cell(w, "cpu_off", PSCI_CPU_OFF);
	put_cell(w, "cpu_on", PSCI_CPU_ON);
	put_end(w);
}

static void write_timer(struct writer *w)
{
	/* PPI specifiers carry a mask of the CPUs that have the interrupt. */
	uint32_t flags = ((1u << w->vm->n_vcpus) - 1) << 8 | LEVEL_HIGH;
	const uint32_t interrupts[] = {
		TYPE_PPI, SECURE_TIMER_INTID - FIRST_PPI, flags,
		TYPE_PPI, GUEST_PTIMER_INTID - FIRST_PPI, flags,
		TYPE_PPI, GUEST_VTIMER_INTID - FIRST_PPI, flags,
		TYPE_PPI, HYP_TIMER_INTID - FIRST_PPI,	  flags,
	};

	put_begin(w, "timer");
	put_string(w, "compatible", "arm,armv7-timer");
	put_cells(w, "interrupts", interrupts, 12);
	put_flag(w, "always-on");
	put_end(w);
}

/* Below the GIC, whose addresses are the root's. Which SPIs it has is read from the frame. */
static void write_v2m(struct writer *w)
{
	put_cell(w, "#address-cells", 2);
	put_cell(w, "#size-cells", 2);
	put_flag(w, "ranges");
	put_begin_at(w, "v2m", GUEST_V2M_IPA);
	put_string(w, "compatible", "arm,gic-v2m-frame");
	put_flag(w, "msi-controller");
	put_reg(w, GUEST_V2M_IPA, GUEST_V2M_SIZE);
	put_end(w);
}

static void write_gic(struct writer *w)
{
	const uint32_t ranges[] = {
		0, GUEST_GICD_IPA, 0, GUEST_GICD_SIZE, 0, GUEST_GICC_IPA, 0, GUEST_GICC_SIZE,
	};

	put_begin_at(w, "intc", GUEST_GICD_IPA);
	put_string(w, "compatible", "arm,cortex-a15-gic");
	put_flag(w, "interrupt-controller");
	put_cell(w, "#interrupt-cells", 3);
	put_cells(w, "reg", ranges, 8);
	put_cell(w, "phandle", PHANDLE_GIC);
	if (w->vm->n_msi_spis != 0)
		write_v2m(w);
	else
		put_cell(w, "#address-cells", 0);
	put_end(w);
}

static bool needs_clock(const struct vm_config *vm)
{
	bool needs = vm->console;

	for (unsigned int i = 0; i < vm->n_devices; i++)
		needs |= guest_fdt_is_primecell(&vm->device[i]);
	return needs;
}

static void write_clock(struct writer *w)
{
	if (!needs_clock(w->vm))
		return;
	put_begin(w, "apb-pclk");
	put_string(w, "compatible", "fixed-clock");
	put_cell(w, "#clock-cells", 0);
	put_cell(w, "clock-frequency", UART_CLOCK_HZ);
	put_string(w, "clock-output-names", "clk24mhz");
	put_cell(w, "phandle", PHANDLE_CLOCK);
	put_end(w);
}

/* Linux opens no console on a PL011 without its two clocks. */
static void write_uart(struct writer *w)
{
	static const char compatible[] = "arm,pl011\0arm,primecell";
	static const char clock_names[] = "uartclk\0apb_pclk";
	const uint32_t interrupts[] = { TYPE_SPI, GUEST_UART_INTID - FIRST_SPI, LEVEL_HIGH };
	const uint32_t clocks[] = { PHANDLE_CLOCK, PHANDLE_CLOCK };

	if (!w->vm->console)
		return;
	put_begin_at(w, "pl011", GUEST_UART_IPA);
	put_strings(w, "compatible", compatible, sizeof(compatible));
	put_reg(w, GUEST_UART_IPA, GUEST_UART_SIZE);
	put_cells(w, "interrupts", interrupts, 3);
	put_cells(w, "clocks", clocks, 2);
	put_strings(w, "clock-names", clock_names, sizeof(clock_names));
	put_end(w);
}

static void write_shm(struct writer *w, const struct shm_config *shm)
{
	for (unsigned int i = 0; i < shm->n_users; i++) {
		const struct shm_user *user = &shm->user[i];

		if (user->vm != w->vm_index)
			continue;
		put_begin_at(w, "shared-memory", user->ipa);
		put_string(w, "compatible", "bellhop,shared-memory");
		put_string(w, "label", shm->name);
		put_reg(w, user->ipa, shm->size);
		if (user->read_only)
			put_flag(w, "read-only");
		put_end(w);
	}
}

static void write_root(struct writer *w)
{
	static const char compatible[] = "bellhop,vm\0linux,dummy-virt";

	put_begin(w, "");
	put_strings(w, "compatible", compatible, sizeof(compatible));
	put_string(w, "model", w->vm->name);
	put_cell(w, "#address-cells", 2);
	put_cell(w, "#size-cells", 2);
	put_cell(w, "interrupt-parent", PHANDLE_GIC);
	write_chosen(w);
	write_aliases(w);
	write_memory(w);
	write_cpus(w);
	write_psci(w);
	write_timer(w);
	write_gic(w);
	write_clock(w);
	write_uart(w);
	for (unsigned int i = 0; i < w->vm->n_devices; i++)
		guest_fdt_device(w, &w->vm->device[i]);
	for (unsigned int i = 0; i < w->config->n_shm; i++)
		write_shm(w, &w->config->shm[i]);
	guest_fdt_bellhop(w);
	put_end(w);
}

bool guest_fdt_build(void *buf, uint32_t size, const struct config *config, unsigned int vm,
		     const struct image_plan *plan, uint8_t **rng_seed, struct fmt_line *error)
{
	struct writer w = {
		.fdt = buf,
		.config = config,
		.vm = &config->vm[vm],
		.vm_index = vm,
		.plan = plan,
		.rng_seed = rng_seed,
	};

	/* Names are written again for each property: looking for one takes longer than the
	 * guest's boot loader needs for the copy. */
	put_note(&w, fdt_create_with_flags(buf, (int)size, FDT_CREATE_FLAG_NO_NAME_DEDUP));
	/* Later calls check the header that this one has written, and fail after an error. */
	if (w.error == 0) {
		put_note(&w, fdt_finish_reservemap(buf));
		write_root(&w);
		put_note(&w, fdt_finish(buf));
	}
	if (w.error != 0)
		return fmt_error(error,
				 "/vms/%s: the FDT does not fit in %lu bytes (libfdt error %d)",
				 w.vm->name, (unsigned long)size, w.error);
	return true;
}
