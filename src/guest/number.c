/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>

#include "guest/number.h"

uint32_t number_cells(const struct tree *t, int node, const char *name, uint32_t absent)
{
	struct cells c = tree_cells(t, node, name);

	if (!c.v)
		return absent;
	return c.n == 1 && cells_get(c, 0) <= NUMBER_CELLS_MAX ? cells_get(c, 0) : 0;
}

uint64_t number_get(struct cells c, size_t i, uint32_t n)
{
	uint64_t number = 0;

	while (n-- > 0)
		number = number << 32 | cells_get(c, i++);
	return number;
}

void number_put(uint32_t *out, uint64_t number)
{
	out[0] = htobe32((uint32_t)(number >> 32));
	out[1] = htobe32((uint32_t)number);
}
