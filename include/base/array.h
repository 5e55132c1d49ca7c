/* SPDX-License-Identifier: Apache-2.0 */
/*
 * array - arrays that grow by one element at a time.
 *
 * No I/O.
 */
#ifndef IMXPT_BASE_ARRAY_H
#define IMXPT_BASE_ARRAY_H

#include <stddef.h>

#include "base/fault.h"

/*
 * Make space for one more element in the array v (NULL: empty), which has n elements of
 * size bytes each.  The capacity doubles when n reaches it, so it follows from n.
 * Returns the array, which may have moved, for the caller to free(); NULL, with a fault,
 * if memory ran out: v is unchanged.
 */
void *array_grow(void *v, size_t n, size_t size, struct fault *f)
	__attribute__((nonnull(4), warn_unused_result));

/*
 * Append an element, the last arguments, to the array v of n elements; both are evaluated
 * several times.  0, or -ENOMEM with a fault: v and n are unchanged.
 */
#define array_add(v, n, f, ...)                                                           \
	({                                                                                \
		void *array_grown = array_grow(v, n, sizeof(*(v)), f);                    \
                                                                                          \
		array_grown ? ((v) = array_grown, (v)[(n)++] = __VA_ARGS__, 0) : -ENOMEM; \
	})

#endif
