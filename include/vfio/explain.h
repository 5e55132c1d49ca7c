/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain - why a device cannot be handed to vfio-platform, in words.
 *
 * No I/O.  One table of texts, for whoever has to tell one of these
 * reasons, before a try or after it failed.
 */
#ifndef IMXPT_VFIO_EXPLAIN_H
#define IMXPT_VFIO_EXPLAIN_H

#include <stdbool.h>

#include "base/fault.h"
#include "vfio/snapshot.h"

enum reason {
	REASON_NO_DRIVER,
	REASON_NO_DEVICE,
	REASON_RESET,
	REASON_RESET_IGNORED,
	REASON_NO_IOMMUS,
	REASON_NO_SMMU,
	REASON_BAD_STREAM,
	REASON_NOT_COHERENT,
	REASON_NO_COMPATIBLE,
	REASON_DEFERRED,
	REASON_BUSY,
	REASON_NOT_ROOT,
	REASON_HIDDEN,
	REASON_OTHER, /* the errno says all that is known */
};

struct explanation {
	const char *text; /* what is wrong; NULL: REASON_OTHER's */
	const char *fix;  /* what mends it; NULL: not known */
};

/* The texts of a reason. */
const struct explanation *explanation_of(enum reason r) __attribute__((returns_nonnull));

/*
 * What the symptoms mean.  Linux 5.10 answers ENODEV to whatever failed; later
 * ones pass on the driver's own errno (drivers/base/bus.c, bind_store();
 * drivers/vfio/platform/vfio_platform_common.c; drivers/vfio/group.c).
 */
enum reason explain_bind(const struct symptoms *s) __attribute__((nonnull));

/*
 * What a bind of a device is bound to fail with, before it is tried: err of s does
 * not count.  REASON_OTHER: nothing that could be seen speaks against it.
 */
enum reason explain_before(const struct symptoms *s) __attribute__((nonnull));

/* Store code, "context: text" and the fix of a reason.  Returns code. */
int explain(struct fault *f, int code, enum reason r, const char *context, ...)
	__attribute__((format(printf, 4, 5), nonnull(1, 4)));

#endif
