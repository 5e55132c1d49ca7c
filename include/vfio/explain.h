/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain - why a device cannot be bound to vfio-platform, and how to fix it.
 *
 * No I/O.  One table of texts, for a check before a bind and for a bind that failed.
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
	const char *text; /* what is wrong; NULL: of REASON_OTHER */
	const char *fix;  /* what to do; NULL: not known */
};

/* The texts of a reason. */
const struct explanation *explanation_of(enum reason r) __attribute__((returns_nonnull));

/*
 * Why a bind of the device to vfio-platform failed with the negative errno err.  The
 * snapshot is of after that, with snapshot_read_causes().  Linux 5.10 answers ENODEV to
 * any failure; later kernels pass on the driver's errno (drivers/base/bus.c,
 * bind_store(); drivers/vfio/platform/vfio_platform_common.c; drivers/vfio/group.c).
 */
enum reason explain_bind(const struct snapshot *s, size_t device, int err)
	__attribute__((nonnull));

/*
 * Why a bind of the device is going to fail.  REASON_OTHER: nothing that can be seen
 * prevents it.
 */
enum reason explain_before(const struct snapshot *s, size_t device) __attribute__((nonnull));

/* Store code, "context: text" and the fix of a reason.  Returns code. */
int explain(struct fault *f, int code, enum reason r, const char *context, ...)
	__attribute__((format(printf, 4, 5), nonnull(1, 4)));

#endif
