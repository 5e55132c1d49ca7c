/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arguments - QEMU's command lines: the one that dumps its tree, the one that runs.
 *
 * Room guest: pure; a profile and the user's own arguments in, words out.
 *
 * The guest's tree is made of the dumped one, so both lines must describe one
 * machine: whatever QEMU's hw/arm/virt.c and hw/core/sysbus-fdt.c write into a
 * tree stands in both.  What takes room on the platform bus stands in front of
 * the passed devices, and those in the profile's order: see layout.h.
 */
#ifndef IMXPT_GUEST_ARGUMENTS_H
#define IMXPT_GUEST_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "profile/profile.h"

#define ARGUMENTS_MAX 512

/* The trees, in the directory where the lines are run. */
#define ARGUMENTS_VIRT "virt.dtb"
#define ARGUMENTS_GUEST "guest.dtb"

/*
 * What the guest's kernel needs on its command line, or it switches off clocks
 * and power that nothing in the guest seems to use.
 */
#define ARGUMENTS_KERNEL "clk_ignore_unused pd_ignore_unused"

/* A command line, its program first; the words are owned. */
struct arguments {
	char *v[ARGUMENTS_MAX];
	size_t n;
};

struct qemu_lines {
	struct arguments dump; /* writes ARGUMENTS_VIRT and ends */
	struct arguments run;  /* starts the guest with ARGUMENTS_GUEST */
	bool has_kernel;       /* run gives the kernel ARGUMENTS_KERNEL; else nobody does */
	bool has_gicv2;	       /* the user asks for the interrupt controller that has irqfd */
};

/*
 * Make both lines of the profile and the user's n arguments for QEMU.
 * arguments_free() frees them, after a failure too.
 *
 * -EINVAL: an argument that would move the passed devices away from where the
 * guest's tree has them, or part the lines; -E2BIG: more words than fit.
 */
int arguments_make(const struct profile *p, char *const *user, size_t n,
		   struct qemu_lines *out, struct fault *f)
	__attribute__((nonnull(1, 4, 5), warn_unused_result));

void arguments_free(struct qemu_lines *l) __attribute__((nonnull));

#endif
