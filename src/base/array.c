/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/array.h"

#define FIRST 16 /* elements; a power of two, as every later capacity is */

void *array_grow(void *v, size_t n, size_t size, struct fault *f)
{
	void *more;

	if (n > 0 && (n < FIRST || (n & (n - 1))))
		return v;
	more = realloc(v, (n ? 2 * n : FIRST) * size);
	if (!more)
		fault_oom(f);
	return more;
}
