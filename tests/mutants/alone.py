# SPDX-License-Identifier: BSD-2-Clause
"""Mutants that one property of tests/check finds and, when it is ignored, no other does: what would
be lost without it. P1, P2 and P7 have none: what they say of an acknowledge or of a fill, P6 sees
in what is shown after every event. Nor have P9 and P11, for P3 and P4 see the same a little later:
in what the EOI that was not folded leaves active, and in the pending bit that has no source."""

from bug import Bug

COUNTED = "\t\tw->active &= ~vgic_bit(intid);\n"
TELL = "\t\tvgic_notice(w, intid, 0u, effects);\n"

ALONE = (
    Bug(
        "P3",
        "a physical interrupt stays active when its virtual one was ended outside the LRs",
        "random:P3",
        ("vgic.c", "\tif ((w->flight & bit) != 0u)\n\t\tend_flight",
         "\tif (false)\n\t\tend_flight"),
    ),
    Bug(
        "P4",
        "ISPENDR shows the latch and not the line",
        "random:P4",
        ("vgic_dist_irq.c", "\t*value = vgic_pending(vgic_word(vgic, vcpu, n));",
         "\t*value = vgic_word(vgic, vcpu, n)->latch;"),
    ),
    Bug(
        "P5",
        "who drives a level is not told of an end that was counted",
        "random:P5",
        ("vgic_fold.c", COUNTED + TELL, COUNTED),
    ),
    Bug(
        "P6",
        "the worst of those that are in is not the one that makes room",
        "random:P6",
        ("vgic_fill.c", "choice->key[i] > choice->key[choice->worst]",
         "choice->key[i] < choice->key[choice->worst]"),
    ),
    Bug(
        "P8",
        "a maintenance condition is set that is met already",
        "random:P8",
        ("vgic_fill.c", "\tuint32_t hcr = GICH_HCR_EN;",
         "\tuint32_t hcr = GICH_HCR_EN | GICH_HCR_VGRP0EIE;"),
    ),
    Bug(
        "P10",
        "an active LR has the priority of now, GICH_APR that of the acknowledge",
        "random:P10",
        ("vgic_lr.c", "same ? irq->priority : irq->active_priority", "irq->priority"),
    ),
)
