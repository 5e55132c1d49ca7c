/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overlay - apply an overlay to a device tree, as libfdt does it.
 *
 * No I/O.
 */
#ifndef IMXPT_DT_OVERLAY_H
#define IMXPT_DT_OVERLAY_H

#include "dt/tree.h"

/*
 * Store a tree that is only an empty root in *out, for the caller to free(), and its
 * size in bytes in *size.  On failure *out is untouched.
 */
int tree_create_empty(void **out, size_t *size, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Apply the overlay to a copy of base, stored in *out for the caller to free(), and its
 * size in bytes in *size.  Neither tree changes.  On failure *out is untouched.
 * -EINVAL: libfdt rejects the overlay.
 */
int overlay_apply(const struct tree *base, const struct tree *overlay, void **out,
		  size_t *size, struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
