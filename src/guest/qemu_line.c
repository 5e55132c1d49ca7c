/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "guest/guest.h"
#include "guest/qemu.h"

#define WORD_MAX 1024 /* bytes of a device's word */

static int add_option(struct command_line *l, const struct qemu_option *o, struct fault *f)
{
	return o->has_value ? line_add_two(l, o->name, o->value, f) : line_add(l, o->name, f);
}

/* Add -append: what the guest's kernel needs, before the user's text and its "--". */
static int add_append(struct command_line *l, const char *name, const char *text,
		      struct fault *f)
{
	char *whole = malloc(sizeof(GUEST_KERNEL_ARGUMENTS " ") + strlen(text));
	int ret;

	if (!whole)
		return fault_oom(f);
	strcpy(whole, GUEST_KERNEL_ARGUMENTS " ");
	strcat(whole, text);
	ret = line_add_two(l, name, whole, f);
	free(whole);
	return ret;
}

/* Add "vfio-platform,id=LABEL,host=NAME", with the device's name in sysfs. */
static int add_passed(struct command_line *l, const struct pass *p, struct fault *f)
{
	char value[WORD_MAX], name[WORD_MAX];
	int n = snprintf(value, sizeof(value), "vfio-platform,id=%s,host=", p->node.label);
	int size = profile_device_name(p->node.name, name, sizeof(name));

	if (n < 0 || size < 0 || (size_t)n + 2 * (size_t)size >= sizeof(value))
		return fault_set(f, -E2BIG, "%s: its name is too long for QEMU", p->node.name);
	for (const char *s = name; *s; s++) {
		if (*s == ',')
			value[n++] = ','; /* QEMU reads two as one comma in a value */
		value[n++] = *s;
	}
	value[n] = '\0';
	return line_add_two(l, "-device", value, f);
}

/* Add the program, and a default for each thing that the user does not decide. */
static int add_start(struct command_line *l, const struct qemu_choices *c, struct fault *f)
{
	/* without and with an accelerator of the user: not every one has "host" */
	static const struct {
		enum qemu_option_class class;
		const char *name, *values[2];
	} defaults[] = {
		{ QEMU_CLASS_MACHINE,
		  "-M",
		  { "virt,gic-version=host", "virt,gic-version=max" } },
		{ QEMU_CLASS_ACCELERATOR, "-enable-kvm", { NULL, NULL } },
		{ QEMU_CLASS_CPU, "-cpu", { "host", "max" } },
		{ QEMU_CLASS_MEMORY, "-m", { "512M", "512M" } },
	};
	int ret = line_add(l, "qemu-system-aarch64", f);

	for (size_t i = 0; ret == 0 && i < sizeof(defaults) / sizeof(*defaults); i++) {
		const char *name = defaults[i].name;
		const char *value = defaults[i].values[c->has[QEMU_CLASS_ACCELERATOR]];

		if (!c->has[defaults[i].class])
			ret = value ? line_add_two(l, name, value, f) : line_add(l, name, f);
	}
	return ret;
}

static int add_to_dump(struct command_line *l, const struct qemu_option *o,
		       const struct qemu_choices *c, struct fault *f)
{
	/* since QEMU 9.1 a second -serial is a second UART, whatever its value */
	if (o->class == QEMU_CLASS_SERIAL)
		return line_add_two(l, o->name, strcmp(o->value, "none") ? "null" : "none", f);
	return qemu_option_is_shared(o, c) ? add_option(l, o, f) : 0;
}

static int add_to_run(struct command_line *l, const struct qemu_option *o, struct fault *f)
{
	if (o->class == QEMU_CLASS_APPEND)
		return add_append(l, o->name, o->value, f);
	return add_option(l, o, f);
}

static int add_dump_end(struct command_line *l, struct fault *f)
{
	/* QEMU's default network card needs its ROM file, which may not be installed */
	int ret = line_add_two(l, "-nic", "none", f);

	if (ret == 0)
		ret = line_add_two(l, "-display", "none", f);
	return ret ? ret : line_add_two(l, "-M", "dumpdtb=" QEMU_VIRT_DTB, f);
}

static int add_run_end(struct command_line *l, const struct profile *p,
		       const struct qemu_choices *c, struct fault *f)
{
	int ret = 0;

	/* -nographic puts QEMU's own monitor or serial port on stdio, which only one can use */
	if (!c->has[QEMU_CLASS_DISPLAY])
		ret = c->stdio ? line_add_two(l, "-display", "none", f) :
				 line_add(l, "-nographic", f);
	/* QEMU rejects -append without a kernel */
	if (ret == 0 && c->has[QEMU_CLASS_KERNEL] && !c->has[QEMU_CLASS_APPEND])
		ret = line_add_two(l, "-append", GUEST_KERNEL_ARGUMENTS, f);
	if (ret == 0)
		ret = line_add_two(l, "-dtb", QEMU_GUEST_DTB, f);
	for (size_t i = 0; ret == 0 && i < p->n_pass; i++)
		ret = add_passed(l, &p->pass[i], f);
	return ret;
}

int qemu_line_make(const struct profile *p, bool dump, char *const *user, size_t n,
		   struct qemu_line *out, struct fault *f)
{
	struct command_line *l = &out->words;
	struct qemu_choices c;
	struct qemu_option o;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = qemu_choices_read(user, n, &c, f);
	if (ret)
		return ret;
	out->has_kernel = c.has[QEMU_CLASS_KERNEL];
	/* the default of the virt machine (finalize_gic_version() of QEMU's hw/arm/virt.c) */
	out->has_gicv2 = c.gic ? c.gic == '2' : c.has[QEMU_CLASS_MACHINE];
	ret = add_start(l, &c, f);
	for (size_t i = 0; ret == 0 && i < n;) {
		ret = qemu_option_next(user, n, &i, &o, f);
		if (ret == 0)
			ret = dump ? add_to_dump(l, &o, &c, f) : add_to_run(l, &o, f);
	}
	if (ret)
		return ret;
	return dump ? add_dump_end(l, f) : add_run_end(l, p, &c, f);
}
