/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "cmd/source.h"

/* Printable strings, each ended and none empty? */
static bool is_text(const char *v, size_t size)
{
	if (size == 0 || v[size - 1])
		return false;
	for (size_t i = 0; i < size; i++) {
		if (v[i] ? !isprint((unsigned char)v[i]) : i == 0 || !v[i - 1])
			return false;
	}
	return true;
}

static void write_text(FILE *out, const char *v, size_t size)
{
	const struct strings all = { v, size };

	for (const char *s = NULL; (s = strings_next(all, s));) {
		fputs(s == v ? "\"" : ", \"", out);
		for (; *s; s++)
			fprintf(out, strchr("\"\\", *s) ? "\\%c" : "%c", *s);
		fputc('"', out);
	}
}

void source_value(FILE *out, const void *value, size_t size)
{
	const unsigned char *v = value;
	const struct cells cells = { v, size / sizeof(uint32_t) };

	if (size == 0)
		return;
	if (is_text(value, size)) {
		write_text(out, value, size);
		return;
	}
	if (size % sizeof(uint32_t) == 0) {
		for (size_t i = 0; i < cells.n; i++)
			fprintf(out, "%s0x%" PRIx32, i ? " " : "<", cells_get(cells, i));
		fputc('>', out);
		return;
	}
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%s%02x", i ? " " : "[", v[i]);
	fputc(']', out);
}

static void indent(FILE *out, int depth)
{
	while (depth-- > 0)
		fputc('\t', out);
}

/* The depth is at most TREE_DEPTH_MAX. */
static void write_node(FILE *out, const struct tree *t, int node, int depth)
{
	struct prop p = { 0 };

	indent(out, depth);
	fprintf(out, "%s {\n", node ? t->nodes[node].name : "/");
	while (tree_next_prop(t, node, &p)) {
		indent(out, depth + 1);
		fprintf(out, "%s%s", p.name, p.size ? " = " : "");
		source_value(out, p.value, (size_t)p.size);
		fputs(";\n", out);
	}
	for (int c = node + 1; c < t->nodes[node].end; c = t->nodes[c].end) {
		fputc('\n', out);
		write_node(out, t, c, depth + 1);
	}
	indent(out, depth);
	fputs("};\n", out);
}

void source_tree(FILE *out, const struct tree *t)
{
	fputs("/dts-v1/;\n\n", out);
	write_node(out, t, 0, 0);
}
