// SPDX-License-Identifier: BSD-2-Clause
/*
 * What Frama-C's Eva looks at (tools/eva.py): each function of vgic.h, called once with any
 * argument and anything in GICH, on any state whose fields are in the ranges that any_state() has.
 * The same ranges are asserted afterwards, so that they hold after any number of calls: vgic_init()
 * puts the state there, no call leaves it. Within it nothing is out of bounds or undefined.
 *
 * EVA_CALL says which call; EVA_FIRST and EVA_LAST which registers, by their 4-byte offset, how
 * many list registers, or in which state the vCPU is.
 */
#include <stddef.h>

#include "__fc_builtin.h"
#include "vgic.h"
#include "vgic_core.h"
#include "vgic_state.h"

static struct vgic vgic;
static struct gich gich;
static struct vgic_effects effects;

static uint32_t any(void)
{
	return Frama_C_unsigned_int_interval(0u, 0xffffffffu);
}

static uint32_t any_up_to(uint32_t last)
{
	return Frama_C_unsigned_int_interval(0u, last);
}

static bool any_bool(void)
{
	return Frama_C_interval(0, 1) != 0;
}

static unsigned int any_vcpu(void)
{
	return any_up_to(vgic.n_vcpus - 1u);
}

static void any_cpu(struct vgic_cpu *cpu)
{
	unsigned int i;

	Frama_C_make_unknown((char *)cpu, sizeof(*cpu));
	cpu->id = (uint8_t)any_up_to(VGIC_MAX_VCPUS - 1u);
	cpu->loaded = any_bool();
	cpu->fits = any_bool();
	cpu->dirty_lr = any_bool() ? any_up_to(VGIC_MAX_LRS - 1u) : VGIC_NO_LR;
	cpu->ask_word = (uint8_t)any_up_to(VGIC_MAX_WORDS - 1u);
	//@ loop unroll 64;
	for (i = 0u; i < VGIC_MAX_LRS; i++)
		cpu->lr_latch[i] = any_bool();
	//@ loop unroll 16;
	for (i = 0u; i < GIC_N_SGIS; i++)
		cpu->sgi_active[i] = (uint8_t)any_up_to(VGIC_MAX_VCPUS - 1u);
}

/* Everything else is any bits. */
static void any_state(void)
{
	unsigned int i;

	Frama_C_make_unknown((char *)&vgic, sizeof(vgic));
	vgic.n_vcpus = (uint8_t)Frama_C_interval(1, VGIC_MAX_VCPUS);
	vgic.n_lrs = (uint8_t)Frama_C_interval(1, VGIC_MAX_LRS);
	vgic.n_intids = (uint16_t)Frama_C_interval(64, VGIC_MAX_INTIDS);
	vgic.askers = any_up_to((1u << VGIC_MAX_VCPUS) - 1u);
	//@ loop unroll 9;
	for (i = 0u; i < sizeof(vgic.cpu) / sizeof(vgic.cpu[0]); i++)
		any_cpu(&vgic.cpu[i]);
	//@ loop unroll 1300;
	for (i = 0u; i < sizeof(vgic.irq) / sizeof(vgic.irq[0]); i++) {
		vgic.irq[i].owner = (uint8_t)any_up_to(VGIC_NO_VCPU);
		vgic.irq[i].slot = (uint8_t)any_up_to(VGIC_MAX_LRS - 1u);
	}
	Frama_C_make_unknown((char *)&gich, sizeof(gich));
	Frama_C_make_unknown((char *)&effects, sizeof(effects));
	effects.n_deactivate = (uint16_t)any_up_to(VGIC_MAX_DEACTIVATE);
	effects.n_notices = (uint16_t)any_up_to(VGIC_MAX_NOTICES);
}

/* Some element, any. */
static void check_state(void)
{
	unsigned int c = any_up_to(sizeof(vgic.cpu) / sizeof(vgic.cpu[0]) - 1u);
	unsigned int i = any_up_to(sizeof(vgic.irq) / sizeof(vgic.irq[0]) - 1u);
	unsigned int l = any_up_to(VGIC_MAX_LRS - 1u);
	unsigned int n = vgic.cpu[c].dirty_lr;
	unsigned int s;

	//@ assert 1 <= vgic.n_vcpus <= 8 && 1 <= vgic.n_lrs <= 64;
	//@ assert 64 <= vgic.n_intids <= 1020;
	//@ assert vgic.askers <= 255;
	//@ assert vgic.cpu[c].id <= 7;
	//@ assert vgic.cpu[c].ask_word <= 31;
	//@ assert vgic.irq[i].owner <= 8;
	//@ assert vgic.irq[i].slot <= 63;
	//@ assert \initialized(&vgic.cpu[c].lr_latch[l]);
	//@ assert effects.n_deactivate <= 128 && effects.n_notices <= 128;
	if (n != VGIC_NO_LR) {
		//@ assert n <= 63;
	}
	//@ loop unroll 16;
	for (s = 0u; s < GIC_N_SGIS; s++) {
		//@ assert vgic.cpu[c].sgi_active[s] <= 7;
	}
}

static struct vgic_locked v(void)
{
	return (struct vgic_locked){ &vgic };
}

#if EVA_CALL < 2
/* A register at a time, so that it is known which handler is meant. */
static void registers(void)
{
	unsigned int vcpu = any_vcpu();
	uint32_t value = any();
	uint32_t word;

	//@ loop unroll 1025;
	for (word = EVA_FIRST; word <= EVA_LAST; word++) {
		uint32_t offset = 4u * word + any_up_to(3u);

#if EVA_CALL == 0
		vgic_dist_read(v(), vcpu, offset, any_up_to(8u), &value, &effects);
		vgic_dist_peek(&vgic, vcpu, offset, &value);
#else
		vgic_dist_write(v(), vcpu, offset, any_up_to(8u), value, &effects);
		vgic_dist_write_word(v(), vcpu, 4u * word, value, &effects);
#endif
	}
}
#endif

#if EVA_CALL == 10
/* One kind at a time, because what may be passed to vgic_refresh() goes by it. */
static uint32_t any_dirty(void)
{
	switch (EVA_FIRST) {
	case 0:
		return VGIC_AGAIN + any_up_to(VGIC_MAX_LRS - 1u);
	case 1:
		return any_up_to(VGIC_AGAIN - 1u);
	default:
		return Frama_C_unsigned_int_interval(VGIC_AGAIN + VGIC_MAX_LRS, ~0u);
	}
}

static void refresh(void)
{
	unsigned int vcpu = any_up_to(VGIC_MAX_VCPUS - 1u);

	//@ split vcpu;
	vgic.cpu[vcpu].dirty = any_dirty();
	vgic_refresh(v(), vcpu, vgic_refresh_reads(v(), vcpu), &gich, &effects);
}
#endif

/* Masking and unmasking, by each vCPU in a state of its own. */
static inline void enablers(void)
{
	unsigned int vcpu = any_up_to(VGIC_MAX_VCPUS - 1u);
	unsigned int n = any_up_to(VGIC_MAX_WORDS - 1u);
	uint32_t value = any();
	unsigned int lr;

	//@ split vcpu;
	vgic.cpu[vcpu].dirty = VGIC_CLEAN;
	vgic_isenabler_write(v(), vcpu, n, value, &gich);
	lr = vgic_icenabler_reads(v(), vcpu, n, value);
	if (lr != VGIC_FOLD)
		vgic_icenabler_write(v(), vcpu, n, value, lr, &gich);
}

static void call(void)
{
	uint32_t value = 0u;

#if EVA_CALL < 2
	registers();
#elif EVA_CALL == 2
	vgic_dist_read(v(), any_vcpu(), Frama_C_unsigned_int_interval(0x1000u, ~0u), any(), &value,
		       &effects);
	vgic_dist_write(v(), any_vcpu(), Frama_C_unsigned_int_interval(0x1000u, ~0u), any(), any(),
			&effects);
#elif EVA_CALL == 3
	vgic_dir_write(v(), any_vcpu(), any(), &effects);
#elif EVA_CALL == 4
	vgic_set_line(v(), any(), any(), any_bool(), &effects);
#elif EVA_CALL == 5
	vgic_pulse(v(), any(), any(), &effects);
#elif EVA_CALL == 6
	vgic_hw_raise(v(), any(), any(), &effects);
#elif EVA_CALL == 7
	vgic_hw_withdraw(v(), any(), any(), &effects);
	vgic_hw_in_flight(v(), any(), any());
	vgic_deliverable(v(), any_vcpu(), any());
#elif EVA_CALL == 8
	vgic_fold(v(), any_vcpu(), &gich, &effects);
#elif EVA_CALL == 9
	vgic.n_lrs = EVA_FIRST;
	vgic_fill(v(), any_vcpu(), &gich);
#elif EVA_CALL == 10
	refresh();
#elif EVA_CALL == 11
	vgic_reset_vcpu(v(), any(), &effects);
#elif EVA_CALL == 12
	vgic_reset(v());
#elif EVA_CALL == 13
	vgic_set_wiring(v(), any(), any(), (enum vgic_wiring)any_up_to(3u), any());
	vgic_set_notify(v(), any(), any_bool());
#elif EVA_CALL == 16
	vgic_again(v(), any_vcpu(), any(), any_up_to(VGIC_MAX_VCPUS - 1u), &value);
	vgic_sgir_target(v().vgic, any_vcpu(), any());
#elif EVA_CALL == 18
	vgic_end_level(v(), any_vcpu(), any_up_to(VGIC_MAX_LRS - 1u), &value);
	vgic_again_level(v(), any_vcpu(), any(), &value);
	vgic_is_settled(&vgic, any_vcpu());
	vgic_waits_for_fold(&vgic, any_vcpu());
	vgic_spi_owner(&vgic, Frama_C_unsigned_int_interval(VGIC_PRIVATE_INTIDS, VGIC_MAX_INTIDS));
#elif EVA_CALL == 17
	enablers();
#elif EVA_CALL == 15
	unsigned int lowest = real_lowest64((uint64_t)any() << 32 | any());

	//@ assert lowest <= 64;
#else
	struct vgic_config config = { (uint8_t)any(), (uint16_t)any(), (uint8_t)any() };

	if (!vgic_init(&vgic, &config))
		any_state();
#endif
	(void)value;
}

int main(void)
{
	any_state();
	call();
	check_state();
	return 0;
}
