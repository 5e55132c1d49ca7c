/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/qemu_line.h"
#include "guest/qemu_option.h"

#define WORD_MAX 1024 /* bytes of a word that is put together here */

static int add(struct command_line *l, const char *text, struct fault *f)
{
	if (l->n == COMMAND_LINE_WORDS_MAX)
		return fault_set(f, -E2BIG, "more than %d arguments for QEMU",
				 COMMAND_LINE_WORDS_MAX);
	l->v[l->n] = strdup(text);
	if (!l->v[l->n])
		return fault_oom(f);
	l->n++;
	return 0;
}

static int add_two(struct command_line *l, const char *name, const char *value,
		   struct fault *f)
{
	return add(l, name, f) ?: add(l, value, f);
}

static bool has_word(const char *text, const char *word, size_t len)
{
	for (const char *s = text; *s; s += strcspn(s, " ")) {
		s += strspn(s, " ");
		if (strcspn(s, " ") == len && !strncmp(s, word, len))
			return true;
	}
	return false;
}

/* -append with the user's text, and behind it what the guest's kernel needs. */
static int add_append(struct command_line *l, const char *name, const char *text,
		      struct fault *f)
{
	char *whole = malloc(strlen(text) + sizeof(" " GUEST_KERNEL_ARGUMENTS));
	size_t len;
	int ret;

	if (!whole)
		return fault_oom(f);
	strcpy(whole, text);
	for (const char *word = GUEST_KERNEL_ARGUMENTS; *word; word += strspn(word, " ")) {
		len = strcspn(word, " ");
		if (!has_word(text, word, len)) {
			strcat(whole, *whole ? " " : "");
			strncat(whole, word, len);
		}
		word += len;
	}
	ret = add_two(l, name, whole, f);
	free(whole);
	return ret;
}

/*
 * "vfio-platform,id=LABEL,host=ADDRESS.NAME", the device's name as the kernel makes
 * it of the node's (drivers/of/platform.c, of_device_make_bus_id()).
 */
static int add_passed(struct command_line *l, const struct pass *p, struct fault *f)
{
	const char *node = p->node.name, *at = strchr(node, '@');
	char value[WORD_MAX];
	int n = snprintf(value, sizeof(value), "vfio-platform,id=%s,host=%" PRIx64 ".",
			 p->node.label, (uint64_t)strtoull(at + 1, NULL, 16));

	if (n < 0 || (size_t)n + 2 * (size_t)(at - node) >= sizeof(value))
		return fault_set(f, -E2BIG, "%s: its name is too long for QEMU", node);
	for (const char *s = node; s < at; s++) {
		if (*s == ',')
			value[n++] = ','; /* how QEMU wants a comma within a value */
		value[n++] = *s;
	}
	value[n] = '\0';
	return add_two(l, "-device", value, f);
}

/* The program and what the user has not decided; the same for both lines. */
static int start_line(struct command_line *l, const struct qemu_choices *w, struct fault *f)
{
	return add(l, "qemu-system-aarch64", f)					       ?:
		       (w->machine ? 0 : add_two(l, "-M", "virt,gic-version=host", f)) ?:
		       (w->accelerator ? 0 : add(l, "-enable-kvm", f))		       ?:
		       (w->cpu ? 0 : add_two(l, "-cpu", "host", f))		       ?:
		       (w->memory ? 0 : add_two(l, "-m", "512M", f));
}

static int add_to_dump(struct command_line *l, const struct qemu_option *a,
		       const struct qemu_choices *w, struct fault *f)
{
	/* since QEMU 9.1 a second port is a second UART; what is behind it does not matter */
	if (a->class == CLASS_SERIAL)
		return add_two(l, a->name, strcmp(a->value, "none") ? "null" : "none", f);
	if (!qemu_option_is_shared(a, w))
		return 0;
	return add(l, a->name, f) ?: (a->has_value ? add(l, a->value, f) : 0);
}

static int add_to_run(struct command_line *l, const struct qemu_option *a, struct fault *f)
{
	if (a->class == CLASS_APPEND)
		return add_append(l, a->name, a->value, f);
	return add(l, a->name, f) ?: (a->has_value ? add(l, a->value, f) : 0);
}

/* The default network card wants its ROM file, which no dump needs. */
static int end_dump(struct command_line *l, struct fault *f)
{
	return add_two(l, "-nic", "none", f)		 ?:
		       add_two(l, "-display", "none", f) ?:
		       add_two(l, "-M", "dumpdtb=" QEMU_VIRT_DTB, f);
}

static int end_run(struct command_line *l, const struct profile *p,
		   const struct qemu_choices *w, struct fault *f)
{
	int ret = 0;

	if (!w->screen)
		ret = add(l, "-nographic", f);
	/* QEMU refuses -append where there is no kernel */
	if (ret == 0 && w->kernel && !w->append)
		ret = add_append(l, "-append", "", f);
	if (ret == 0)
		ret = add_two(l, "-dtb", QEMU_GUEST_DTB, f);
	for (size_t i = 0; ret == 0 && i < p->n_pass; i++)
		ret = add_passed(l, &p->pass[i], f);
	return ret;
}

int qemu_lines_make(const struct profile *p, char *const *user, size_t n,
		    struct qemu_lines *out, struct fault *f)
{
	struct qemu_choices w;
	struct qemu_option a;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = qemu_choices_read(user, n, &w, f);
	out->has_kernel = w.kernel;
	out->has_gicv2 = w.gicv2;
	if (ret == 0)
		ret = start_line(&out->dump, &w, f) ?: start_line(&out->run, &w, f);
	for (size_t i = 0; ret == 0 && i < n;)
		ret = qemu_option_next(user, n, &i, &a, f)	 ?:
			      add_to_dump(&out->dump, &a, &w, f) ?:
								   add_to_run(&out->run, &a, f);
	return ret ?: end_dump(&out->dump, f) ?: end_run(&out->run, p, &w, f);
}

void qemu_lines_free(struct qemu_lines *l)
{
	while (l->dump.n)
		free(l->dump.v[--l->dump.n]);
	while (l->run.n)
		free(l->run.v[--l->run.n]);
}
