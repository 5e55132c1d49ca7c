/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/array.h"

/* With ASan, it is an error to read the free elements of an array. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(from, size) ((void)(from), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(from, size) ((void)(from), (void)(size))
#endif

#define FIRST 16 /* elements; a power of two, as every later capacity is */

void *array_grow(void *v, size_t n, size_t size, struct fault *f)
{
	size_t capacity = n ? 2 * n : FIRST;
	char *more = v;

	if (n == 0 || (n >= FIRST && (n & (n - 1)) == 0)) {
		more = realloc(v, capacity * size);
		if (!more) {
			fault_oom(f);
			return NULL;
		}
		ASAN_POISON_MEMORY_REGION(more + n * size, (capacity - n) * size);
	}
	ASAN_UNPOISON_MEMORY_REGION(more + n * size, size);
	return more;
}
