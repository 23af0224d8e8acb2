/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of the interface of QEMU's plugins (version 1) that tools/qemu_count.c uses, declared
 * here because Debian has no package with QEMU's own header. QEMU looks up the two symbols that the
 * plugin exports.
 */
#ifndef BELLHOP_TOOLS_QEMU_PLUGIN_H
#define BELLHOP_TOOLS_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
typedef uint64_t plugin_id;
typedef uint32_t plugin_meminfo;
enum plugin_flags { PLUGIN_NO_REGISTERS };
enum plugin_memory { PLUGIN_READS = 1, PLUGIN_WRITES, PLUGIN_READS_AND_WRITES };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
					   void (*translated)(plugin_id, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*executed)(unsigned int, void *),
					    enum plugin_flags flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      void (*accessed)(unsigned int, plugin_meminfo, uint64_t,
						       void *),
				      enum plugin_flags flags, enum plugin_memory kind, void *data);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(plugin_meminfo info, uint64_t vaddr);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);
bool qemu_plugin_mem_is_store(plugin_meminfo info);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*ended)(plugin_id, void *), void *data);

#endif
