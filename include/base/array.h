/* SPDX-License-Identifier: Apache-2.0 */
/*
 * array - arrays that grow by one element at a time.
 *
 */
#ifndef IMXPT_BASE_ARRAY_H
#define IMXPT_BASE_ARRAY_H

#include <stddef.h>

#include "base/fault.h"

/*
 * Make room in the array v (NULL: there is none yet), of n elements of size bytes
 * each, for one more.  Its room doubles whenever n has reached it, so that n alone
 * says how much there is.  Returns the array, which may have moved, for the caller
 * to free(); NULL, with a fault: memory ran out, and v is as it was.
 */
void *array_grow(void *v, size_t n, size_t size, struct fault *f)
	__attribute__((nonnull(4), warn_unused_result));

#endif
