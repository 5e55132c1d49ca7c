/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cmd/report.h"

#define EDIT_MARGIN \
	"        " /* of the lines after the first that an edit has on a terminal */

static void print_for_people(const struct options *o, const char *mark, const char *fmt,
			     va_list ap) __attribute__((format(printf, 3, 0)));

static void print_for_people(const struct options *o, const char *mark, const char *fmt,
			     va_list ap)
{
	char *text;

	if (o->quiet)
		return;
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	print_line(stderr, "imxpt: %s: %s%s", o->command, mark, text ? text : "...");
	free(text);
}

int json_print(struct json *j, struct fault *f)
{
	char *text = json_end(j, f);

	if (!text)
		return -ENOMEM;
	fputs(text, stdout);
	/* it stays in the buffer, so that main.c's last fflush() fails too and sets errno */
	putchar('\n');
	free(text);
	return 0;
}

void print_info(const struct options *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_for_people(o, "", fmt, ap);
	va_end(ap);
}

void print_warning(const struct options *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_for_people(o, "warning: ", fmt, ap);
	va_end(ap);
}

int operands_check(const struct options *o, struct fault *f)
{
	for (size_t i = 0; i < o->n_operands; i++) {
		if (!text_is_printable(o->operands[i]))
			return fault_set(f, -EINVAL,
					 "argument %zu for %s has a character that is not "
					 "printable",
					 i + 1, o->command);
	}
	return 0;
}

static void write_edit(FILE *out, const struct edits *l, const struct edit *e)
{
	char path[TREE_PATH_MAX];

	edits_path(l, e->node, path);
	if (e->op == EDIT_ADD_NODE) {
		fprintf(out, "add %s/%s", strcmp(path, "/") ? path : "", e->name);
	} else {
		fprintf(out, "%s %s %s%s", edit_op_name(e->op), path, e->name,
			e->size ? " = " : "");
		dts_write_value(out, e->value, e->size);
	}
	fprintf(out, "  # %s", e->why);
}

void print_edits(FILE *out, const struct edits *l)
{
	struct line line;

	for (size_t i = 0; i < l->n; i++) {
		if (line_begin(&line))
			write_edit(line.stream, l, &l->v[i]);
		line_end(&line, out, EDIT_MARGIN);
	}
}

/* Add the value as text, through out, a stream to memory at *text. */
static void json_value(struct json *j, const struct edit *e, FILE *out, char *const *text)
{
	rewind(out);
	dts_write_value(out, e->value, e->size);
	j->failed |= putc('\0', out) == EOF || fflush(out) != 0;
	json_string(j, "value", *text);
}

void json_edits(struct json *j, const struct edits *l)
{
	char path[TREE_PATH_MAX], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	json_open_list(j, "edits");
	j->failed |= !out;
	for (size_t i = 0; out && i < l->n; i++) {
		const struct edit *e = &l->v[i];

		json_open_object(j, NULL);
		json_string(j, "op", edit_op_name(e->op));
		json_string(j, "node", edits_path(l, e->node, path));
		json_string(j, e->op == EDIT_ADD_NODE ? "child" : "property", e->name);
		if (e->op == EDIT_SET)
			json_value(j, e, out, &text);
		json_string(j, "why", e->why);
		json_close(j);
	}
	json_close(j);
	if (out)
		fclose(out);
	free(text);
}

void json_node(struct json *j, const char *key, const struct tree *t, int node)
{
	char path[TREE_PATH_MAX];

	json_string(j, key, node < 0 ? NULL : tree_path(t, node, path));
}

void json_command_line(struct json *j, const struct command_line *l)
{
	json_open_list(j, "argv");
	for (size_t i = 0; i < l->n; i++)
		json_string(j, NULL, l->v[i]);
	json_close(j);
}

/* Is the value a list of strings, each printable and not empty?  size is not 0. */
static bool is_text(const char *v, size_t size)
{
	if (v[size - 1])
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

void dts_write_value(FILE *out, const void *value, size_t size)
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
		dts_write_value(out, p.value, (size_t)p.size);
		fputs(";\n", out);
	}
	for (int c = node + 1; c < t->nodes[node].end; c = t->nodes[c].end) {
		fputc('\n', out);
		write_node(out, t, c, depth + 1);
	}
	indent(out, depth);
	fputs("};\n", out);
}

void dts_write_tree(FILE *out, const struct tree *t)
{
	fputs("/dts-v1/;\n\n", out);
	write_node(out, t, 0, 0);
}
