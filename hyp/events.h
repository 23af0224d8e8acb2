/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BELLHOP_HYP_EVENTS_H
#define BELLHOP_HYP_EVENTS_H

struct cpu;

/* Handle what vcpu_post() left for vCPUs of this CPU. */
void events_take(struct cpu *cpu);

#endif
