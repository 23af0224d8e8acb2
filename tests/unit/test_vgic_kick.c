// SPDX-License-Identifier: BSD-2-Clause
/* Who is made to look, and who is left alone. */
#include "vgic_world.h"

#include "bellhop/gicv2.h"

#define LRS 4u
#define SPI 40u

static struct world w;

static void loaded_between_fill_and_fold(void **state)
{
	(void)state;
	world_start(&w, 1, LRS);
	assert_true(vgic_is_loaded(&w.vgic, 0));
	world_exit(&w, 0);
	assert_false(vgic_is_loaded(&w.vgic, 0));
}

/* What is pending already becomes so again: nobody has to look. */
static void pending_twice_is_one_kick(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_target(&w, SPI, 2);
	world_exit(&w, 1);
	w.deaf = true;
	w.effects.kick = 0;
	world_pulse(&w, SPI);
	assert_int_equal(w.effects.kick, 2);
	w.effects.kick = 0;
	world_pulse(&w, SPI);
	assert_int_equal(w.effects.kick, 0);
}

static void sgi_sent_twice_is_one_kick(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_exit(&w, 1);
	w.deaf = true;
	w.effects.kick = 0;
	world_sgi(&w, 0, 2, 5);
	assert_int_equal(w.effects.kick, 2);
	w.effects.kick = 0;
	world_sgi(&w, 0, 2, 5);
	assert_int_equal(w.effects.kick, 0);
}

/* A register write that changes nothing for what is pending makes nobody look. */
static void what_is_not_concerned_is_not_kicked(void **state)
{
	(void)state;
	world_start(&w, 2, LRS);
	world_edge(&w, SPI, 0x80);
	world_edge(&w, SPI + 1, 0x80);
	world_spi(&w, SPI + 2, VGIC_LEVEL, 0x80);
	world_pulse(&w, SPI);
	assert_int_equal(iar(&w, 0), SPI);
	world_pulse(&w, SPI + 1);
	world_line(&w, SPI + 2, true);
	world_set_bit(&w, 0, GICD_ISACTIVER(0u), 63);
	w.deaf = true;
	world_exit(&w, 0);
	w.effects.kick = 0;
	gicd_write(&w, 1, GICD_IGROUPR(1u), 4, 1u << 31);
	gicd_write(&w, 1, GICD_ISENABLER(1u), 4, 1u << 31);
	gicd_write(&w, 1, GICD_ICENABLER(1u), 4, 1u << 31);
	gicd_write(&w, 1, GICD_ICFGR(2u), 4, 0);
	gicd_write(&w, 1, GICD_IPRIORITYR(0u) + SPI, 1, 0x20);
	gicd_write(&w, 1, GICD_ITARGETSR(0u) + SPI, 1, 2);
	gicd_write(&w, 1, GICD_ICPENDR(1u), 4, 1u << ((SPI + 2) % 32));
	gicd_write(&w, 1, GICD_ISACTIVER(1u), 4, 1u << (SPI % 32) | 1u << 31);
	assert_int_equal(w.effects.kick, 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(loaded_between_fill_and_fold),
	cmocka_unit_test(pending_twice_is_one_kick),
	cmocka_unit_test(sgi_sent_twice_is_one_kick),
	cmocka_unit_test(what_is_not_concerned_is_not_kicked),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
