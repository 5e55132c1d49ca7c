/* SPDX-License-Identifier: Apache-2.0 */
/* Records are sorted to find repeated ones: a hostile tree has very many. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dt/edit.h"

/* A list being made; cells are big-endian, as in the tree. */
struct merged_list {
	uint32_t *v;
	size_t n, n_old;
	size_t size; /* cells of a record */
};

static int by_record(const void *a, const void *b, void *list)
{
	const uint32_t *x = *(const uint32_t *const *)a, *y = *(const uint32_t *const *)b;
	int order = memcmp(x, y, ((const struct merged_list *)list)->size * sizeof(*x));

	return order ? order : x < y ? -1 : 1;
}

/* Mark the first cell of each record that repeats an earlier one. */
static void mark_repeated(struct merged_list *l, const uint32_t **sorted, bool *repeated)
{
	size_t n = 0;

	for (size_t i = 0; i + l->size <= l->n_old; i += l->size)
		sorted[n++] = l->v + i;
	for (size_t i = l->n_old; i < l->n; i += l->size)
		sorted[n++] = l->v + i;
	qsort_r(sorted, n, sizeof(*sorted), by_record, l);
	for (size_t i = 1; i < n; i++)
		repeated[sorted[i] - l->v] =
			!memcmp(sorted[i - 1], sorted[i], l->size * sizeof(*l->v));
}

/* Keep the first of equal records. */
static void keep_unrepeated(struct merged_list *l, const bool *repeated)
{
	size_t kept = l->n_old;

	for (size_t i = l->n_old; i < l->n; i += l->size) {
		if (repeated[i])
			continue;
		memmove(l->v + kept, l->v + i, l->size * sizeof(*l->v));
		kept += l->size;
	}
	l->n = kept;
}

static int drop_repeated(struct merged_list *l, struct fault *f)
{
	const uint32_t **sorted = malloc(l->n * sizeof(*sorted));
	bool *repeated = calloc(l->n, sizeof(*repeated));
	int ret = 0;

	if (sorted && repeated) {
		mark_repeated(l, sorted, repeated);
		keep_unrepeated(l, repeated);
	} else {
		ret = fault_oom(f);
	}
	free(repeated);
	free(sorted);
	return ret;
}

int edits_merge(struct edits *l, int node, const struct prop *p, size_t record,
		const char *why, struct fault *f)
{
	size_t added = (size_t)p->size / sizeof(uint32_t);
	struct prop merged = { .name = p->name };
	struct cells old = { .n = 0 };
	struct merged_list list = { .size = record };
	int ret;

	if (node < l->tree->n_nodes)
		old = tree_cells(l->tree, node, p->name);
	if (added == 0)
		return 0;
	list.v = edits_keep(l, (old.n + added) * sizeof(*list.v), f);
	if (!list.v)
		return -ENOMEM;
	list.n_old = old.n;
	list.n = old.n + added;
	if (old.n)
		memcpy(list.v, old.v, old.n * sizeof(*list.v));
	memcpy(list.v + old.n, p->value, added * sizeof(*list.v));
	ret = drop_repeated(&list, f);
	merged.value = list.v;
	merged.size = (int)(list.n * sizeof(*list.v));
	return ret ? ret : edits_set(l, node, &merged, why, f);
}
