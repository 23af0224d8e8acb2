#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""doorbell.py [--cc CC] [NAME...]

Bugs that doorbells of other systems have had, or could have, made again in doorbell/. Each has to
be found by what is named with it: the search of tests/check/bell_explore.c, which says what
property is broken ("search:T104"), or a unit test ("forward:the_deadline_is_kept")."""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

from bug import Bug
from workbench import ROOT, Broken, failures, run

CHECK = [
    ROOT / "tests/check" / f"{name}.c"
    for name in (
        "bell_explore",
        "bell_state",
        "bell_cpu",
        "bell_begin",
        "bell_normal",
        "frontier",
        "seen",
    )
]
UNIT = ROOT / "tests/unit"
FLAGS = ["-std=gnu11", "-O1", "-w", f"-I{ROOT}", f"-I{ROOT / 'include'}", f"-I{UNIT}"]

# What these unit tests need of doorbell/; the others need the most of it.
PARTS = {
    "forward": ("forward.c",),
    "forward_claims": ("forward.c",),
    "ioevent": ("ioevent.c",),
    "msix": ("msix.c", "v2m.c"),
}

SUPPORT = {"bell_": "bell_world.c", "forward": "forward_support.c"}

RESAMPLE = "		if (link->kind == LINK_RESAMPLE) {\n			"
RING = "	return ring(d, &d->bell[link->bell], effects);"
NOT_READY = "	if (!ready)\n		return;\n"
TAKE = "	bell->count = 0u;\n"
TO_IRQFD = "	tell_irqfd(d, bell, effects);\n"

BUGS = (
    Bug(
        "D1",
        "the resample link outlives its irqfd",
        "search:T104",
        ("link.c", RESAMPLE + "link->id = 0u;", RESAMPLE + "link->vm = 0u;"),
    ),
    Bug(
        "D2",
        "a post is believed although its irqfd was unbound",
        "search:T104",
        ("core.h", "ref.id != 0u && irqfd->id == ref.id ? irqfd : NULL", "irqfd"),
    ),
    Bug(
        "D3",
        "the line is not lowered at EOI",
        "search:RS-3",
        ("eoi.c", "	line->sources &= (uint8_t)~SOURCE_RESAMPLE;\n	for", "	for"),
    ),
    Bug(
        "D4",
        "the last resampler leaves the line high",
        "search:RS-8",
        ("irqfd.c", "if (!has_resampler(d, line))", "if (line->owner == LINE_FREE)"),
    ),
    Bug(
        "D5",
        "a level irqfd that is unbound keeps its source",
        "search:I6",
        ("irqfd.c", "		line->asserted--;\n	if (!has", "		;\n	if (!has"),
    ),
    Bug(
        "D6",
        "an EOI is told twice",
        "search:P5",
        ("bell.c", RING, "	ring(d, &d->bell[link->bell], effects);\n" + RING),
    ),
    Bug(
        "D7",
        "a link of a closed bell stays, and tells the next bell in its place",
        "search:T104",
        ("link.c", "link->state = LINK_DYING;", "link->state = LINK_BOUND;"),
    ),
    Bug(
        "D8",
        "what is counted while masked is lost",
        "search:P12",
        ("bell.c", NOT_READY + TAKE + TO_IRQFD, TAKE + NOT_READY + TO_IRQFD),
    ),
    Bug(
        "D9",
        "a store rings an irqfd of its own VM though the bell is masked",
        "bell_irqfd:t93_edge_of_its_own_vm",
        ("bell.c", "(BELL_MASKED | BELL_ONESHOT)) == 0u", "BELL_ONESHOT) == 0u"),
    ),
    Bug(
        "D10",
        "a store that rings a one-shot irqfd of its own VM leaves it unmasked",
        "bell_irqfd:one_shot_irqfd_of_its_own_vm",
        ("bell.c", "(BELL_MASKED | BELL_ONESHOT)) == 0u", "BELL_MASKED) == 0u"),
    ),
    Bug(
        "D11",
        "a store rings the irqfd of that index in the wrong VM",
        "bell_irqfd:a_ring_for_an_irqfd_elsewhere_is_a_post",
        (
            "bell.c",
            "	if (bell->to.vm != d->vm)\n		bell_post(effects, &bell->to);\n"
            "	else if (irqfd->id == bell->to.id && irqfd->kind",
            "	if (irqfd->kind",
        ),
    ),
    Bug(
        "D12",
        "a vCPU that waits is not woken by a store that rings",
        "bell_irqfd:who_waits_for_an_irqfd_is_woken",
        ("bell.c", "SINK_IRQFD && bell->waiters == 0u &&", "SINK_IRQFD &&"),
    ),
    Bug(
        "D13",
        "of the links of a closed bell only the first is taken away",
        "search:leak",
        (
            "op_close.c",
            "	bell_irqfd_unlink(d, op->link, effects);\n	return LINKS;",
            "	bell_irqfd_unlink(d, op->link, effects);\n	return BELL_OP_DONE;",
        ),
    ),
    Bug(
        "D14",
        "an EOI lowers what IRQ_SET_LEVEL holds",
        "search:I6",
        (
            "eoi.c",
            "	line->sources &= (uint8_t)~SOURCE_RESAMPLE;\n	for",
            "	line->sources = 0u;\n	for",
        ),
    ),
    Bug(
        "D15",
        "TAKE of a poll set leaves bits of what it has read",
        "bell_wait:take_of_a_poll_set",
        ("wait.c", "			ready &= ~(1u << bit);", "			;"),
    ),
    Bug(
        "D16",
        "TAKE takes what is masked",
        "bell_wait:take_waits_and_reads",
        ("wait.c", "if (!bell_is_ready(bell))", "if (bell->count == 0u)"),
    ),
    Bug(
        "D17",
        "the short end of a level tells no eoifd",
        "bell_resample:t113_reset_keeps_what_is_bound",
        ("eoi.c", "			eoifds = true;", "			eoifds = false;"),
    ),
    Bug(
        "D18",
        "a SIGNAL by 0 rings the irqfd of another VM",
        "bell_irqfd:a_signal_of_0_is_none",
        ("bell.c", "	if (value == 0u)\n		return was;\n", ""),
    ),
    Bug(
        "F1",
        "an answer to an old request ends a new one",
        "forward:an_old_answer_meets_a_new_request",
        ("forward.c", " || request->number != number)", ")"),
    ),
    Bug(
        "F2",
        "the youngest request is given first",
        "forward:requests_are_given_in_their_order",
        ("forward.c", "age(forward, one) > age(", "age(forward, one) < age("),
    ),
    Bug(
        "F3",
        "a request that was taken is given again",
        "forward:a_load_and_a_store",
        ("forward.c", "	oldest->state = FORWARD_TAKEN;\n", ""),
    ),
    Bug(
        "F4",
        "what a device model had in hand when it stopped waits on",
        "forward_claims:the_server_stops",
        (
            "forward.c",
            "		return fail_requests(forward, index, false);",
            "		return 0u;",
        ),
    ),
    Bug(
        "F5",
        "what waits for a device model to start again is failed",
        "forward_claims:the_server_stops",
        (
            "forward.c",
            "fail_requests(forward, index, false)",
            "fail_requests(forward, index, true)",
        ),
    ),
    Bug(
        "F6",
        "an access waits for ever",
        "forward:the_deadline_is_kept",
        ("forward.c", "if (waits && request->deadline > now)", "if (waits)"),
    ),
    Bug(
        "F7",
        "a vCPU that stopped leaves its request behind",
        "forward_claims:the_client_stops",
        ("forward.c", "	forward->request[vcpu].state = FORWARD_IDLE;\n", ""),
    ),
    Bug(
        "F8",
        "a claim that was let go is held as before",
        "forward_claims:the_server_stops",
        ("forward.c", "id != 0u && forward->claim[claim].id == id", "id != 0u"),
    ),
    Bug(
        "F9",
        "a device model that comes back is not told of a reset",
        "forward_claims:the_server_hears_of_a_reset",
        (
            "forward.c",
            "	claim->id = ++forward",
            "	claim->reset = false;\n	claim->id = ++forward",
        ),
    ),
    Bug(
        "F10",
        "a refusal reads zero where a missing answer would",
        "forward:a_claim_can_ask_for_zeros",
        ("forward.c", "		request->zeros = false;\n", ""),
    ),
    Bug(
        "I1",
        "an ioevent takes wider stores as well",
        "ioevent:t114_a_length_takes_that_width_alone",
        ("ioevent.h", "key->length == width", "key->length <= width"),
    ),
    Bug(
        "I2",
        "the upper half of the data is not compared",
        "ioevent:t114_datamatch_beyond_the_width_never_hits",
        ("ioevent.h", "key->data == data)", "(uint32_t)key->data == (uint32_t)data)"),
    ),
    Bug(
        "I3",
        "length 0 is taken beside another one",
        "ioevent:t116_events_that_one_store_could_hit",
        (
            "ioevent.c",
            "if (a->length == 0u || b->length == 0u)\n		return true;\n",
            "",
        ),
    ),
    Bug(
        "I4",
        "another event of that address is removed",
        "ioevent:t117_removal_needs_the_whole_key",
        (
            "ioevent.c",
            "(!a->datamatch || a->data == b->data);\n}\n\nstatic bool has",
            "true;\n}\n\nstatic bool has",
        ),
    ),
    Bug(
        "I5",
        "data is matched where there is no length",
        "ioevent:t115_keys_that_are_none",
        ("ioevent.c", "		return !key->datamatch;", "		return true;"),
    ),
    Bug(
        "I6",
        "a store rings the next bell in the place of one that was closed",
        "ioevent:a_bell_that_is_closed_is_forgotten",
        ("ioevent.c", "events->used[i] && same_bell(events->event[i].bell, bell)", "false"),
    ),
    Bug(
        "M1",
        "what is signalled while masked is lost",
        "msix:t122_signalled_twice_while_masked",
        (
            "msix.c",
            "	if (vector < device",
            "	if ((device->masked >> vector & 1u) == 0u && vector < device",
        ),
    ),
    Bug(
        "M2",
        "a pending bit is not cleared by its message",
        "msix:t122_signalled_twice_while_masked",
        ("msix.c", "		device->pending &= ~(1u << vector);\n", ""),
    ),
    Bug(
        "M3",
        "address and data of an unmasked vector change",
        "msix:t125_address_and_data_of_an_unmasked_vector",
        ("msix.c", "	if ((open_vectors(device) & bit) != 0u)\n		return;\n", ""),
    ),
    Bug(
        "M4",
        "a message raises what is another function's",
        "msix:t126_messages_for_others_are_dropped",
        ("msix.c", " && is_own(&device->config, *intid)", ""),
    ),
    Bug(
        "M5",
        "MSI-X Enable masks the vectors",
        "msix:t124_function_mask_and_enable_keep_the_vectors_state",
        (
            "msix.c",
            "	device->enabled = enabled;\n",
            "	device->enabled = enabled;\n"
            "	device->masked = enabled ? device->masked : all_vectors(device);\n",
        ),
    ),
    Bug(
        "M6",
        "Function Mask is not looked at",
        "msix:t124_function_mask_and_enable_keep_the_vectors_state",
        ("msix.c", "device->enabled && !device->function_mask ?", "device->enabled ?"),
    ),
    Bug(
        "M7",
        "an unmasked entry of zeros is taken for unused",
        "msix:t126_messages_for_others_are_dropped",
        (
            "msix.c",
            "		device->dropped++;\n",
            "		device->dropped += address != 0u;\n",
        ),
    ),
    Bug(
        "M8",
        "a reset leaves the vectors unmasked",
        "msix:mx11_at_reset_all_is_masked",
        (
            "msix.c",
            "	device->masked = all_vectors(device);\n	device->pending",
            "	device->masked = 0u;\n	device->pending",
        ),
    ),
    Bug(
        "M9",
        "a function that is gone keeps its table",
        "msix:mx9_after_unregister_nothing_is_left",
        ("msix.c", "{\n	device->id = 0u;\n}", "{\n	device->enabled = false;\n}"),
    ),
    Bug(
        "V1",
        "a vector takes a bell that has a consumer",
        "bell_vector:one_consumer",
        ("vector.c", "	if (bell->sink != SINK_NONE)\n		return BELLHOP_BUSY;\n", ""),
    ),
    Bug(
        "V2",
        "any vector unbinds the bell",
        "bell_vector:unbind_needs_the_same_vector",
        ("vector.c", " || !bell_ref_equal(bell->to, post_of(d, bell, vector)))", ")"),
    ),
    Bug(
        "G1",
        "a revoked handle is found by its label",
        "bell_grant:a_peer_is_cut_off",
        (
            "op_grant.c",
            "			d->peer[i].rights = 0u;",
            "			;",
        ),
    ),
    Bug(
        "G2",
        "a bell is signalled by a VM that was revoked meanwhile",
        "bell_grant:a_peer_is_cut_off",
        (
            "bell.c",
            "	if (bell == NULL || (bell->granted & 1u << from) == 0u)",
            "	if (bell == NULL)",
        ),
    ),
    Bug(
        "G3",
        "everybody is granted to",
        "bell_grant:grant_arguments",
        (
            "op_grant.c",
            "	if ((d->peers & 1u << op->arg[1]) == 0u)\n		return BELLHOP_PERM;\n",
            "",
        ),
    ),
    Bug(
        "G4",
        "a GRANT that fails leaves the bell granted",
        "bell_grant:grant_arguments",
        ("op_grant.c", "set_granted(op, d, false, BELL_OP_DONE)", "BELL_OP_DONE"),
    ),
    Bug(
        "G5",
        "the right to PEEK is enough to SIGNAL",
        "bell_grant:a_peer_signals",
        (
            "handle.c",
            "	if ((peer->rights & right) == 0u)\n		return BELLHOP_PERM;\n",
            "",
        ),
    ),
    Bug(
        "G6",
        "two handles of one VM have the same label",
        "bell_grant:grant_arguments",
        (
            "op_grant.c",
            "	if (bell_find(d, op->caller",
            "	if (op->arg[3] == UINT32_MAX && bell_find(d, op->caller",
        ),
    ),
    Bug(
        "V3",
        "a post of a vector is believed although its bell was unbound",
        "bell_vector:no_post_outlives_its_binding",
        (
            "core.h",
            "	bell->sink = SINK_NONE;\n	bell->to = (struct bell_ref){ 0 };",
            "	bell->sink = SINK_NONE;",
        ),
    ),
    Bug(
        "V4",
        "a post of a vector is believed when the next bell is in that place",
        "bell_vector:no_post_outlives_its_binding",
        ("vector.c", "	if (bell->slot.generation % 2u != 0u)", "	if (bell == NULL)"),
    ),
    Bug(
        "G7",
        "FIND of no label finds what was granted without",
        "bell_grant:a_peer_signals",
        ("handle.c", "label != 0u && i < BELLHOP_MAX_PEERS", "i < BELLHOP_MAX_PEERS"),
    ),
    Bug(
        "D19",
        "a bell gets a second consumer between the steps of a bind",
        "bell_life:a_bell_gets_one_consumer",
        ("op_irq.c", "	if (signal->sink != SINK_NONE) {", "	if (false) {"),
    ),
    Bug(
        "H1",
        "STATS forgets what the shortest way passes on",
        "bell_stats:irqfds_count_each_signal",
        (
            "bell.c",
            "	bell->signals++;\n	if (passes_on(bell))\n		return pass_on",
            "	if (!passes_on(bell))\n		bell->signals++;\n	if (passes_on(bell))\n"
            "		return pass_on",
        ),
    ),
    Bug(
        "H2",
        "STATS counts what adds nothing",
        "bell_stats:what_adds_nothing_is_not_counted",
        (
            "bell.c",
            "	if (value == 0u)\n		return was;\n	bell->signals++;\n",
            "	bell->signals++;\n	if (value == 0u)\n		return was;\n",
        ),
    ),
    Bug(
        "H3",
        "STATS takes the first overflow for a loss",
        "bell_stats:losses_are_counted",
        (
            "bell.c",
            "			bell->count++;\n		else\n",
            "			bell->count++;\n		if (bell->count == UINT64_MAX)\n",
        ),
    ),
    Bug(
        "H4",
        "an input of a frame is anybody's when its last bell is gone",
        "bell_message:the_frame_keeps_its_input",
        ("irqfd.c", " || line->owner == LINE_FRAME)", ")"),
    ),
    Bug(
        "H5",
        "a message raises an input that is not the frame's",
        "bell_message:refusals",
        ("irqfd.c", "	if (owner == LINE_FRAME)\n		return BELLHOP_RANGE;\n", ""),
    ),
    Bug(
        "H6",
        "a message can be a level",
        "bell_message:refusals",
        ("op_irq.c", "	if (level ? op->call == BELLHOP_MSI_BIND :", "	if (level ? false :"),
    ),
)


def searched(where):
    """What the search says of the sources there; None: nothing."""
    program = where / "explore"
    code = sorted((where / "doorbell").glob("*.c"))
    build(where, program, *CHECK, *code)
    done = run([program, "--states", "60000"])
    return done.stderr.splitlines()[0] if done.returncode else None


def failed(where, name):
    """Which tests of a unit program fail with the sources there; None: none."""
    program = where / name
    code = [where / "doorbell" / file for file in PARTS.get(name, ())]
    code = code or sorted((where / "doorbell").glob("*.c"))
    support = [UNIT / f for test, f in SUPPORT.items() if name.startswith(test)]
    build(where, program, UNIT / f"test_{name}.c", *support, *code, "-lcmocka")
    done = run([program], timeout=10)
    if not done.returncode:
        return None
    return " ".join(sorted(failures(done.stdout + done.stderr))) or f"exit {done.returncode}"


def build(where, program, *words):
    done = run([build.cc, f"-I{where}", *FLAGS, *words, "-o", program])
    if done.returncode:
        raise Broken(done.stderr)


def finds(bug, scratch):
    """What the one that is named says of the sources with this bug; None: nothing."""
    sources = {p.name: p.read_text("utf-8") for p in (ROOT / "doorbell").glob("*.[ch]")}
    where = pathlib.Path(scratch) / bug.name
    (where / "doorbell").mkdir(parents=True)
    for name, text in {**sources, **bug.apply(sources)}.items():
        (where / "doorbell" / name).write_text(text, "utf-8")
    program = bug.finders[0][0]
    return searched(where) if program == "search" else failed(where, program)


def judge(bug, scratch):
    """(was it found by what is named with it, what that said)"""
    try:
        said = finds(bug, scratch)
    except (Broken, subprocess.TimeoutExpired) as error:
        return False, f"{error}"
    return said is not None and bug.finders[0][1] in said, said


def unharmed():
    """Each program that finds something, with the sources as they are."""
    programs = sorted({bug.finders[0][0] for bug in BUGS})
    return [Bug(f"none-{program}", "", f"{program}:") for program in programs]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    build.cc = arguments.cc
    chosen = [b for b in BUGS if not arguments.names or b.name in arguments.names]
    with tempfile.TemporaryDirectory() as scratch:
        for bug in unharmed():
            said = finds(bug, scratch)
            if said is not None:
                print(f"without any bug: {said}")
                return 1
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            judged = list(pool.map(lambda bug: judge(bug, scratch), chosen))
    for bug, (good, said) in zip(chosen, judged):
        print(f"{bug.name:4} {bug.what}\n     {'found' if good else 'NOT FOUND'}: {said}")
    killed = sum(good for good, _ in judged)
    print(f"{killed} of {len(chosen)} bugs found")
    return 0 if killed == len(chosen) and chosen else 1


if __name__ == "__main__":
    sys.exit(main())
