/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look - read what the checks judge.
 *
 * Room check: opens files below a root directory, and asks QEMU; changes nothing,
 * and needs no privilege for what it can see without.
 */
#ifndef IMXPT_CHECK_LOOK_H
#define IMXPT_CHECK_LOOK_H

#include "check/facts.h"
#include "vfio/sysfs.h"

/* Where to look; what is NULL is looked for in its usual place. */
struct look {
	const struct sysfs *sys;
	const struct profile *profile;
	const char *dtb;    /* the tree that is to be booted */
	const char *config; /* the text of a kernel's configuration, zipped or not */
	const char *qemu;   /* NULL: the one in PATH, on a live board alone */
	uint64_t memory;    /* bytes of the guest; 0: not said */
};

/*
 * Look at everything.  That something is not there, or not to be seen, is a fact,
 * no fault; a file that was named and cannot be read is a fault.  facts_free()
 * must follow in any case.
 */
int look_at_all(const struct look *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Look at what the rows that decide a bind judge, and at little more; seen is what
 * the bind is planned from.  The same rules hold.
 */
int look_before_bind(const struct look *l, const struct snapshot *seen, struct facts *out,
		     struct fault *f) __attribute__((nonnull, warn_unused_result));

void facts_free(struct facts *facts) __attribute__((nonnull));

/* The parts of it; each leaves the others' facts alone. */
int look_at_kernel(const struct look *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));
int look_at_devices(const struct look *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));
int look_at_vmm(const struct look *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Of these, what a bind needs: the release, and more of the devices in the snapshot. */
void look_at_release(const struct look *l, struct facts *out) __attribute__((nonnull));
int look_closer(const struct look *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif
