# SPDX-License-Identifier: BSD-2-Clause
"""Bugs that virtual GICs in the field have had, made again in vgic/."""

from bug import Bug

REPLAY = """	if (gich_hcr_eoicount(gich->hcr) != 0u)
		hw = replay_eois(v.vgic, vcpu, gich_hcr_eoicount(gich->hcr), effects);
"""
FOLD_LRS = """	if (cpu->lrs != 0u && fold_lrs(v.vgic, cpu, gich->lr, effects))
		hw = true;
"""
CANDIDATES = "(w->active | (vgic_pending(w) & w->enabled & vgic_forwarded(vgic, w)))"
LATCH = "	vgic_latch(v.vgic, vcpu, intid / 32u, bit, effects);\n"
BEHIND_PULSE = "}\n\n/*\n * While resident with LR.HW"
IF_ENABLED = "	if ((vgic_word(v.vgic, vcpu, intid / 32u)->enabled & bit) != 0u)\n	"
DEACTIVATE = "		vgic_deactivate(vgic, vcpu, n, value & w->active, effects);\n"
NO_NEW_SOURCE = "	if ((sources & ~(uint32_t)*pending) == 0u)\n		return;\n"
FOLD_INACTIVE = "	if ((state & GICH_LR_ACTIVE) == 0u"
SET_GROUP = "	if ((w->group1 & bit) != 0u)\n		lr |= GICH_LR_GRP1;\n"
NOTHING_LEFT = "		if (intid == VGIC_MAX_INTIDS)\n			break;\n"
NOT_LOADED = "	if (!cpu->loaded)\n		return false;\n"
OCCUPY = "	vgic_occupy(cpu, w, irq, n, lr);\n"
STORED = "	cpu->lr_latch[n] = (lr & GICH_LR_PENDING) != 0u && take_latch(cpu, w, intid, lr);\n"

NOTICE = "		vgic_notice(w, intid, 0u, effects);\n"
IF_ENDED = "	if ((acknowledged || (w->active & bit) != 0u)"
LEFT_PENDING = """	if ((lr & GICH_LR_PENDING) != 0u)
		fold_pending(cpu, w, n, intid);
"""

BUGS = (
    Bug(
        "B1",
        "EOIcount is replayed after the LRs were folded, onto what was acknowledged there",
        "vgic_eoi:t07_late_maintenance_and_a_higher_priority_inside random:P3",
        ("vgic_fold.c", REPLAY + FOLD_LRS, FOLD_LRS + REPLAY),
    ),
    Bug(
        "B2",
        "more EOIs are counted than there are interrupts to end, and SGI 0 is ended for it",
        "vgic_eoi:b2_more_eois_than_held_interrupts",
        ("vgic_fold.c", NOTHING_LEFT, NOTHING_LEFT.replace("break", "intid = 0u")),
    ),
    Bug(
        "B3",
        "active ones first: all LRs are active, one pending is outside, NPIE is met for ever",
        "vgic_overflow:t02_all_active_and_one_pending_does_not_storm random:P8",
        ("vgic_fill.c", "{ RANK_SIGNALLED, RANK_ACTIVE, ", "{ RANK_ACTIVE, RANK_SIGNALLED, "),
    ),
    Bug(
        "B4",
        "an active interrupt that is disabled leaves the LRs, and its EOI finds nothing",
        "vgic_active:t43_disable_while_active random:P3|P9",
        ("vgic_core.h", CANDIDATES, CANDIDATES + " & w->enabled"),
    ),
    Bug(
        "B5",
        "an edge that comes while the interrupt is disabled is dropped",
        "vgic_input:b5_edge_while_disabled random:P4",
        ("vgic.c", LATCH + BEHIND_PULSE, IF_ENABLED + LATCH + BEHIND_PULSE),
    ),
    Bug(
        "B6",
        "every LR has priority 0",
        "vgic_overflow:t01_more_pending_than_lrs_in_priority_order random:P7",
        ("vgic_lr.c", "lr = gich_lr_set_priority(intid, irq->priority);", "lr = intid;"),
        ("vgic_core.h", "lr = gich_lr_set_priority(intid, irq->priority) |", "lr = intid |"),
    ),
    Bug(
        "B7",
        "what GICH holds is folded although the guest was not entered since",
        "vgic_lr:t17_a_second_fold_does_nothing random:P3",
        ("vgic_fold.c", NOT_LOADED + "	cpu->loaded", "	cpu->loaded"),
    ),
    Bug(
        "B8",
        "ICACTIVER of what is in the LRs of another vCPU, which goes on",
        "vgic_active:t41_icactiver_of_what_another_vcpu_has_in_an_lr",
        (
            "vgic_dist_irq.c",
            "	if (status == VGIC_OK)\n" + DEACTIVATE + "	return status;\n",
            DEACTIVATE + "	return VGIC_OK;\n",
        ),
    ),
    Bug(
        "B8-owed",
        "an EOI is owed for ever, though the guest has forgotten its priorities",
        "vgic_eoi:nothing_is_owed_above_what_is_acknowledged random:P3",
        (
            "vgic_fold.c",
            "	cpu->owed &= ~1u << (irq->active_priority >> GICH_PRIORITY_LOST_BITS);\n",
            "",
        ),
    ),
    Bug(
        "B9",
        "an active LR and GICH_APR disagree, because the priority was changed meanwhile",
        "vgic_content:b9_new_priority_while_active_does_not_reach_the_lr",
        ("vgic_lr.c", "same ? irq->priority : irq->active_priority", "irq->priority"),
    ),
    Bug(
        "B10",
        "a bit of a GICH register at the wrong place",
        "vgic_codec:bits",
        ("gicv2.h", "GICH_MISR_LRENP (1u << 2)", "GICH_MISR_LRENP (1u << 1)"),
    ),
    Bug(
        "B11",
        "the second source of an SGI is merged into the first",
        "vgic_sgi:t53_sources_are_queued_one_by_one random:P11",
        ("vgic_sgi.c", NO_NEW_SOURCE, "	if (*pending != 0u)\n		return;\n"),
    ),
    Bug(
        "B11-active",
        "an SGI that comes while it is active is dropped",
        "random:P4|P11",
        (
            "vgic_sgi.c",
            NO_NEW_SOURCE,
            "	if ((w->active & vgic_bit(intid)) != 0u)\n		return;\n",
        ),
    ),
    Bug(
        "B12",
        "SPENDSGIR and CPENDSGIR are not emulated",
        "vgic_sgi:t60_spendsgir_and_cpendsgir random:P11",
        ("vgic_dist.c", "vgic_read_sgi_pending, vgic_write_cpendsgir", "read_zero, ignore_write"),
        ("vgic_dist.c", "vgic_read_sgi_pending, vgic_write_spendsgir", "read_zero, ignore_write"),
    ),
    Bug(
        "B13",
        "the EOI of an interrupt that was disabled meanwhile is dropped",
        "vgic_active:t43_disable_while_active random:P3",
        ("vgic_fold.c", FOLD_INACTIVE, FOLD_INACTIVE + " && (w->enabled & bit) != 0u"),
    ),
    Bug(
        "B13-copy",
        "ICENABLER is a copy of ISENABLER",
        "vgic_registers:t77_clear_registers_undo_what_set_registers_did random:P1",
        ("vgic_dist.c", "vgic_read_enable, vgic_write_icenabler", "vgic_read_enable, ignore_write"),
    ),
    Bug(
        "B14",
        "correct, but only one LR is used, so that each interrupt costs exits",
        "vgic_lr:t13_the_last_lr_is_used",
        ("vgic_fill.c", "choice->limit = vgic->n_lrs;", "choice->limit = 1u;"),
        ("vgic_fill.c", "if (found >= vgic->n_lrs)", "if (found == 1u)"),
    ),
    Bug(
        "B15",
        "a field of the LR is set after the LR was stored",
        "vgic_route:t79_group_1_is_seen_as_group_1 random:P7",
        ("vgic_lr.c", SET_GROUP + OCCUPY, OCCUPY),
        ("vgic_lr.c", STORED, STORED + SET_GROUP),
    ),
    Bug(
        "B16",
        "the change is noted, but the vCPU that runs elsewhere is not made to look",
        "vgic_active:t45_disable_while_pending_in_the_lr_of_another random:P6",
        (
            "vgic.c",
            "		touch_irq(vgic, irq->owner, intid, irq->slot, effects);\n"
            "		return;\n",
            "		vgic->cpu[irq->owner].dirty = VGIC_ALL_DIRTY;\n		return;\n",
        ),
    ),
    Bug(
        "B17",
        "the end of what was active outside the LRs is not told",
        "vgic_notify:an_end_outside_the_list_registers random:P5",
        ("vgic_fold.c", NOTICE + "		vgic_requeue", "		vgic_requeue"),
    ),
    Bug(
        "B17-twice",
        "what leaves an LR is told, though it was never acknowledged",
        "vgic_notify:nothing_is_told_without_an_end random:P5",
        (
            "vgic_fold.c",
            "	" + IF_ENDED + " && (lr & GICH_LR_EOI) != 0u)\n",
            "",
        ),
        ("vgic_fold.c", LEFT_PENDING, LEFT_PENDING + NOTICE[1:]),
    ),
    Bug(
        "B18",
        "an interrupt is delivered at enable, though its device was served meanwhile",
        "vgic_notify:t47_enabled_while_pending random:P5",
        (
            "vgic_dist_irq.c",
            "w->notify & w->level & w->line & ~w->active & ~w->resident",
            "0u",
        ),
    ),
    Bug(
        "B19",
        "an SGI is taken for one that another source has in an LR",
        "vgic_again_refresh:again_only_where_nothing_else_changes",
        (
            "vgic_refresh.c",
            " ||\n	    (intid < GIC_N_SGIS && gich_lr_cpuid(*lr) != source))\n",
            ")\n",
        ),
    ),
    Bug(
        "B20",
        "a vCPU that does not run keeps an SPI that is another's by now",
        "vgic_settled_refresh:who_keeps_what_is_anothers_waits_for_a_fold",
        (
            "vgic_fold.c",
            " ||\n	       (cpu->dirty < VGIC_MAX_INTIDS && cpu->dirty_lr != VGIC_NO_LR);\n",
            ";\n",
        ),
    ),
    Bug(
        "B20-timer",
        "a timer that was disabled while it was in flight is taken for one that has ended",
        "vgic_settled_refresh:a_timer_that_was_disabled_is_not_settled",
        ("vgic_core.h", "(w->flight_next | (w->flight & ~w->resident)) == 0u",
         "w->flight_next == 0u"),
    ),
    Bug(
        "B20-sgi",
        "an SGI for several vCPUs is given to the first of them alone",
        "vgic_again_refresh:an_sgi_to_one_vcpu random:P4|P11|P6|wake",
        ("vgic_sgi.c", " || (targets & (targets - 1u)) != 0u)\n", ")\n"),
    ),
    Bug(
        "B22",
        "the end of what is an edge by now is taken for that of a level",
        "vgic_level_refresh:not_one_that_became_an_edge",
        ("vgic_level.c", "(w->level & bit) == 0u || v.vgic->askers", "v.vgic->askers"),
    ),
    Bug(
        "B22-marked",
        "what else has changed is forgotten at the end of a level",
        "vgic_level_refresh:an_end_and_nothing_else random:P1|P3|P4|P5|P6",
        ("vgic_level.c", " || !vgic_nothing_else(v.vgic, vcpu))\n", ")\n"),
    ),
    Bug(
        "B33",
        "the end of a level that was told is told again by the fold",
        "vgic_level_refresh:an_end_is_told_once random:P4|P5",
        ("vgic_level.c", "	cpu->lr[n] = filled & ~GICH_LR_PENDING;\n", ""),
    ),
    Bug(
        "B33-rise",
        "a level that ended rises by a register, and is taken for one that is pending there",
        "vgic_level_refresh:it_rises_elsewhere",
        ("vgic.c", "level ? !vgic_has_end(lr)", "level ? (lr & GICH_LR_EOI) == 0u"),
    ),
    Bug(
        "B33-latch",
        "ISPENDR of a level that ended waits for an end that has been",
        "vgic_level_refresh:ispendr_behind_an_end",
        ("vgic.c", "gich_lr_state(filled_lr(vgic, irq)) == GICH_LR_ACTIVE",
         "(filled_lr(vgic, irq) & GICH_LR_PENDING) == 0u"),
    ),
    Bug(
        "B33-again",
        "a level is filled again although its list register is not what it should be",
        "vgic_level_refresh:it_rises_beside_another",
        ("vgic_level.c", " || cpu->dirty != VGIC_CLEAN ||\n	    !cpu->fits)",
         " || !cpu->fits)"),
    ),
    Bug(
        "B21",
        "a register is read without the lock while the reader waits for a fold",
        "vgic_peek:no_peek_while_somebody_waits",
        (
            "vgic_dist.c",
            "	if (!is_plain(vgic, offset, 4u))\n		return false;\n",
            "	if ((offset & ~(GICD_FRAME_SIZE - 4u)) != 0u)\n		return false;\n",
        ),
    ),
    Bug(
        "B32",
        "the short way in is taken although not everything fits",
        "vgic_short_refresh:no_short_way_where_something_is_outside random:P6",
        (
            "vgic_refresh.c",
            "cpu->dirty < VGIC_MAX_INTIDS && cpu->fits &&",
            "cpu->dirty < VGIC_MAX_INTIDS &&",
        ),
    ),
    Bug(
        "B23",
        "what occurs again while it is active goes in as pending, over the active one",
        "vgic_content_refresh:first_ppi_pends_in_its_lr random:P1",
        (
            "vgic_refresh.c",
            "	if ((state & GICH_LR_ACTIVE) != 0u)\n		return VGIC_FOLD;\n",
            "	if ((state & GICH_LR_ACTIVE) != 0u)\n		state = 0u;\n",
        ),
    ),
    Bug(
        "B24",
        "an SGI to self is taken for the one that is in an LR while somebody waits for it",
        "vgic_short:no_short_way_for_the_sgi_of_who_waits",
        (
            "vgic_sgi.c",
            "	if (vgic->askers != 0u || targets == 0u ||",
            "	if (targets == 0u ||",
        ),
    ),
    Bug(
        "B25",
        "what was taken and ended is pending again once it was disabled",
        "vgic_enable_refresh:what_was_taken_and_ended_does_not_come_back",
        ("vgic_enable.c", "state != 0u && cpu->lr_latch[m]", "cpu->lr_latch[m]"),
    ),
    Bug(
        "B26",
        "what is enabled is put over another one",
        "vgic_enable_long_refresh:another_one_is_in_its_place",
        (
            "vgic_enable.c",
            " &&\n	       gich_lr_virtualid(cpu->lr[irq->slot]) == intid;",
            ";",
        ),
    ),
    Bug(
        "B27",
        "what is enabled enters though the distributor is off",
        "vgic_enable_long_refresh:what_is_not_forwarded_stays_outside",
        ("vgic_enable.c", "(bits & ~vgic_forwarded(v.vgic, w)) != 0u", "false"),
    ),
    Bug(
        "B28",
        "what is active is forgotten when it is disabled",
        "vgic_enable_long_refresh:what_is_active_takes_the_long_way",
        ("vgic_enable.c", "(state & GICH_LR_ACTIVE) != 0u || (", "(state & 0u) != 0u || ("),
    ),
    Bug(
        "B29",
        "the end of a level that is disabled is told to nobody",
        "vgic_enable_long_refresh:a_level_that_ended_is_folded",
        (
            "vgic_enable.c",
            " || (state == 0u && vgic_has_end(cpu->lr[m])))",
            ")",
        ),
    ),
    Bug(
        "B30",
        "what is enabled enters though it is another vCPU's",
        "vgic_enable_long_refresh:what_is_another_vcpus_takes_the_long_way",
        (
            "vgic_enable.c",
            "\n	       vgic_target(irq, cpu->id, intid) == cpu->id &&",
            "",
        ),
    ),
    Bug(
        "B31",
        "a timer that is disabled is active below for good",
        "vgic_enable_long_refresh:a_timer_takes_the_long_way",
        (
            "vgic_enable.c",
            "cpu->fits &&\n	       ((w->hw | w->flight) & bits) == 0u;",
            "cpu->fits;",
        ),
    ),
)
