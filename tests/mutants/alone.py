# SPDX-License-Identifier: BSD-2-Clause
"""Mutants for the properties of tests/check: what would be lost without each.

ALONE: one property finds it and, when that is ignored, no other does. P1 and P2 have none: an
interrupt that is not pending any more, or is active already, changes what is shown or which sets
are equal, and P6 and P3 see that in the end. Those of BY_ITSELF are found by their property when
all others are ignored, so that it is known to be able to fail."""

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
        "P7",
        "what is in group 1 goes in as group 0 while the guest's groups have one binary point",
        "random:P7",
        ("vgic_lr.c", "\tif ((w->group1 & bit) != 0u)\n\t\tlr |= GICH_LR_GRP1;",
         "\tif ((w->group1 & bit) != 0u && (cpu->vmcr & GICH_VMCR_VMCBPR) == 0u)\n"
         "\t\tlr |= GICH_LR_GRP1;"),
    ),
    Bug(
        "P8",
        "a maintenance condition is set that is met already",
        "random:P8",
        ("vgic_fill.c", "\tuint32_t hcr = GICH_HCR_EN;",
         "\tuint32_t hcr = GICH_HCR_EN | GICH_HCR_VGRP0EIE;"),
    ),
    Bug(
        "P9",
        "nobody asks for the EOI of what ICACTIVER has ended",
        "random:P9",
        ("vgic_fill.c", "\tif (cpu->owed != 0u)\n\t\thcr |= GICH_HCR_LRENPIE;\n", ""),
    ),
    Bug(
        "P10",
        "an active LR has the priority of now, GICH_APR that of the acknowledge",
        "random:P10",
        ("vgic_lr.c", "same ? irq->priority : irq->active_priority", "irq->priority"),
    ),
    Bug(
        "P11",
        "CPENDSGIR reads as zero",
        "random:P11",
        ("vgic_dist.c", "vgic_read_sgi_pending, vgic_write_cpendsgir",
         "read_zero, vgic_write_cpendsgir"),
    ),
)

BY_ITSELF = (
    Bug(
        "P1",
        "what is disabled stays in its LR",
        "random:P1",
        ("vgic_dist_irq.c",
         "\tw->enabled &= ~changed;\n"
         "\tvgic_requeue_bits(vgic, vcpu, n, changed & concerned(w), effects);",
         "\tw->enabled &= ~changed;\n"
         "\tvgic_requeue_bits(vgic, vcpu, n, changed & w->latch, effects);"),
    ),
    Bug(
        "P2",
        "what is pending and active goes in as pending",
        "random:P1|P2",
        ("vgic_lr.c", "lr = (w->active & bit) != 0u ? active_lr",
         "lr = (w->active & ~vgic_pending(w) & bit) != 0u ? active_lr"),
    ),
)
