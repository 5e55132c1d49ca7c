/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crosvm_line - crosvm's command line that runs the guest.
 *
 * No I/O.  The options are those of google/crosvm, src/crosvm/cmdline.rs; each crosvm
 * since November 2023 has them.
 */
#ifndef IMXPT_GUEST_CROSVM_LINE_H
#define IMXPT_GUEST_CROSVM_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "profile/profile.h"

#define CROSVM_LINE_WORDS_MAX 512

/* The overlay, in the current directory of the shell that runs the line. */
#define CROSVM_GUEST_DTBO "guest.dtbo"

/*
 * Above this much memory, in MiB, a part of it has addresses above 4 GiB: it starts at
 * 0x80000000 (aarch64/src/lib.rs).
 */
#define CROSVM_MEMORY_32BIT 2048

struct crosvm_line {
	char *v[CROSVM_LINE_WORDS_MAX]; /* the program and its arguments; owned */
	size_t n;
	uint64_t memory;    /* of the guest, MiB */
	size_t n_functions; /* PCI functions that the arguments add: each has an interrupt */
};

/*
 * Make the line from the profile, the names of its devices in sysfs, in the profile's
 * order, and the user's n arguments for crosvm.  crosvm_line_free() frees it, also after
 * a failure.
 *
 * -EINVAL: an argument that crosvm would reject with the passed devices, or that would
 * give them another tree; -E2BIG: more than CROSVM_LINE_WORDS_MAX words.
 */
int crosvm_line_make(const struct profile *p, const char *const *names, char *const *user,
		     size_t n, struct crosvm_line *out, struct fault *f)
	__attribute__((nonnull(1, 2, 5, 6), warn_unused_result));

void crosvm_line_free(struct crosvm_line *l) __attribute__((nonnull));

#endif
