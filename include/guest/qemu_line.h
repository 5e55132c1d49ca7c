/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arguments - QEMU's command lines: the one that dumps its tree, the one that runs.
 *
 * No I/O.  A profile and the user's own arguments in, words out.
 *
 * The guest's tree is made of the dumped one, so both lines must describe one
 * machine: whatever QEMU's hw/arm/virt.c and hw/core/sysbus-fdt.c write into a
 * tree stands in both.  What takes room on the platform bus stands in front of
 * the passed devices, and those in the profile's order: see layout.h.
 */
#ifndef IMXPT_GUEST_QEMU_LINE_H
#define IMXPT_GUEST_QEMU_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "profile/profile.h"

#define COMMAND_LINE_WORDS_MAX 512

/* The trees, in the directory where the lines are run. */
#define QEMU_VIRT_DTB "virt.dtb"
#define QEMU_GUEST_DTB "guest.dtb"

/*
 * What the guest's kernel needs on its command line, or it switches off clocks
 * and power that nothing in the guest seems to use.
 */
#define GUEST_KERNEL_ARGUMENTS "clk_ignore_unused pd_ignore_unused"

/* A command line, its program first; the words are owned. */
struct command_line {
	char *v[COMMAND_LINE_WORDS_MAX];
	size_t n;
};

struct qemu_lines {
	struct command_line dump; /* writes QEMU_VIRT_DTB and ends */
	struct command_line run;  /* starts the guest with QEMU_GUEST_DTB */
	bool has_kernel; /* run gives the kernel GUEST_KERNEL_ARGUMENTS; else nobody does */
	bool has_gicv2;	 /* the user asks for the interrupt controller that has irqfd */
};

/*
 * Make both lines of the profile and the user's n arguments for QEMU.
 * qemu_lines_free() frees them, after a failure too.
 *
 * -EINVAL: an argument that would move the passed devices away from where the
 * guest's tree has them, or part the lines; -E2BIG: more words than fit.
 */
int qemu_lines_make(const struct profile *p, char *const *user, size_t n,
		    struct qemu_lines *out, struct fault *f)
	__attribute__((nonnull(1, 4, 5), warn_unused_result));

void qemu_lines_free(struct qemu_lines *l) __attribute__((nonnull));

#endif
