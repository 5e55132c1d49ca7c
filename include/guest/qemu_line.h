/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qemu_line - QEMU's command line: the one that runs the guest, or dumps QEMU's tree.
 *
 * No I/O.
 *
 * The guest's tree is made from the dumped one, so both lines must describe the same
 * machine: they share all that QEMU's hw/arm/virt.c and hw/core/sysbus-fdt.c write into
 * a tree.  The user's devices on the platform bus are before the passed ones, and
 * these are in the profile's order: see bus_layout.h.
 */
#ifndef IMXPT_GUEST_QEMU_LINE_H
#define IMXPT_GUEST_QEMU_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "profile/profile.h"

#define QEMU_LINE_WORDS_MAX 512

/* The trees, in the current directory of the shell that runs the line. */
#define QEMU_VIRT_DTB "virt.dtb"
#define QEMU_GUEST_DTB "guest.dtb"

enum qemu_purpose {
	QEMU_RUN,  /* start the guest with QEMU_GUEST_DTB */
	QEMU_DUMP, /* write QEMU_VIRT_DTB and exit */
};

struct qemu_line {
	char *v[QEMU_LINE_WORDS_MAX]; /* the program and its arguments; owned */
	size_t n;
	bool has_kernel; /* QEMU_RUN: it gives the kernel GUEST_KERNEL_ARGUMENTS */
	bool has_gicv2;	 /* the user asks for GICv2, which has irqfd */
};

/*
 * Make the line from the profile and the user's n arguments for QEMU.
 * qemu_line_free() frees it, also after a failure.
 *
 * -EINVAL: an argument that would move the passed devices away from where the guest's
 * tree has them, or that would give the two lines different machines; -E2BIG: more than
 * QEMU_LINE_WORDS_MAX words.
 */
int qemu_line_make(const struct profile *p, enum qemu_purpose purpose, char *const *user,
		   size_t n, struct qemu_line *out, struct fault *f)
	__attribute__((nonnull(1, 5, 6), warn_unused_result));

void qemu_line_free(struct qemu_line *l) __attribute__((nonnull));

#endif
