/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "guest/qemu_line.h"
#include "guest/qemu_option.h"

struct option {
	const char *name;
	bool has_value;
	enum qemu_option_class class;
};

static const struct option options[] = {
	{ "M", true, CLASS_MACHINE },	      { "machine", true, CLASS_MACHINE },
	{ "cpu", true, CLASS_CPU },	      { "m", true, CLASS_MEMORY },
	{ "accel", true, CLASS_ACCELERATOR }, { "enable-kvm", false, CLASS_ACCELERATOR },
	{ "smp", true, CLASS_SHARED },	      { "numa", true, CLASS_SHARED },
	{ "global", true, CLASS_SHARED },     { "mem-path", true, CLASS_SHARED },
	{ "bios", true, CLASS_SHARED },	      { "pflash", true, CLASS_SHARED },
	{ "L", true, CLASS_SHARED },	      { "no-acpi", false, CLASS_SHARED },
	{ "drive", true, CLASS_DISK },	      { "blockdev", true, CLASS_DISK },
	{ "object", true, CLASS_OBJECT },     { "device", true, CLASS_DEVICE },
	{ "tpmdev", true, CLASS_BACKEND },    { "chardev", true, CLASS_BACKEND },
	{ "serial", true, CLASS_SERIAL },     { "nographic", false, CLASS_SCREEN },
	{ "display", true, CLASS_SCREEN },    { "vnc", true, CLASS_SCREEN },
	{ "spice", true, CLASS_SCREEN },      { "daemonize", false, CLASS_SCREEN },
	{ "kernel", true, CLASS_KERNEL },     { "append", true, CLASS_APPEND },
	{ "dtb", true, CLASS_TREE },	      { "readconfig", true, CLASS_CONFIG },
};

/* The devices that QEMU's virt machine takes on the platform bus. */
static const char *const passed_drivers[] = {
	"vfio-platform",
	"vfio-amd-xgbe",
	"vfio-calxeda-xgmac",
};
static const char *const own_drivers[] = { "tpm-tis-device", "uefi-vars-sysbus" };

#define N(array) (sizeof(array) / sizeof(*(array)))

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* The last "key=TEXT" counts; the first word may do without the key. */
static void find_text(const char *value, const char *key,
		      char out[static QEMU_OPTION_KIND_MAX])
{
	size_t len = strlen(key);
	const char *end, *text;

	for (const char *s = value;; s = end + 1) {
		end = s + strcspn(s, ",");
		text = !strncmp(s, key, len) && s[len] == '=' ? s + len + 1 : s;
		if (text > s || (s == value && !memchr(s, '=', (size_t)(end - s))))
			snprintf(out, QEMU_OPTION_KIND_MAX, "%.*s", (int)(end - text), text);
		if (!*end)
			return;
	}
}

static int read_kind(struct qemu_option *a, struct fault *f)
{
	const char *key = a->class == CLASS_DEVICE ? "driver" :
			  a->class == CLASS_OBJECT ? "qom-type" :
			  a->class == CLASS_DISK   ? "if" :
						     NULL;

	if (!key)
		return 0;
	if (*a->value != '{')
		find_text(a->value, key, a->kind);
	else if (!json_find_string(a->value, key, a->kind, sizeof(a->kind)))
		return fault_set(f, -EINVAL, "%s %s: not a JSON object", a->name, a->value);
	return 0;
}

int qemu_option_next(char *const *user, size_t n, size_t *i, struct qemu_option *out,
		     struct fault *f)
{
	const char *text = user[(*i)++];
	const char *name = text + (*text == '-');

	*out = (struct qemu_option){ .name = text, .value = "", .class = CLASS_OTHER };
	if (name == text)
		return 0;
	name += *name == '-'; /* QEMU takes two dashes as well */
	for (const struct option *o = options; o < options + N(options); o++) {
		if (strcmp(o->name, name))
			continue;
		out->class = o->class;
		out->has_value = o->has_value;
		if (!o->has_value)
			return 0;
		if (*i == n)
			return fault_set(f, -EINVAL, "%s: its value is missing", text);
		out->value = user[(*i)++];
		return read_kind(out, f);
	}
	return 0;
}

/* "type,property=value,...": the type may stand anywhere as "type=". */
static int check_machine(const char *value, struct qemu_choices *w, struct fault *f)
{
	const char *end, *type;

	for (const char *s = value; *s; s = *end ? end + 1 : end) {
		end = s + strcspn(s, ",");
		if (starts(s, "dumpdtb=") || starts(s, "dtb=")) {
			fault_set(f, -EINVAL, "-M %s: each line has its own tree already",
				  value);
			return fault_fix(f, "leave out '%.*s'", (int)(end - s), s);
		}
		if (starts(s, "gic-version="))
			w->gicv2 = end - s == strlen("gic-version=2") &&
				   starts(s, "gic-version=2");
		w->accelerator |= starts(s, "accel=");
		w->flash |= starts(s, "pflash0=") || starts(s, "pflash1=");
		type = starts(s, "type=") ? s + strlen("type=") : s;
		if (type == s && (s != value || memchr(s, '=', (size_t)(end - s))))
			continue;
		w->machine = true;
		if (!starts(type, "virt") || strcspn(type, ",-") != strlen("virt")) {
			fault_set(f, -EINVAL, "-M %s: it has no bus for the passed devices",
				  value);
			return fault_fix(f, "QEMU's machine for them is virt");
		}
	}
	return 0;
}

static bool is_among(const char *name, const char *const *names, size_t n)
{
	while (n > 0 && strcmp(names[n - 1], name) != 0)
		n--;
	return n > 0;
}

static int check_device(const struct qemu_option *a, struct qemu_choices *w, struct fault *f)
{
	if (is_among(a->kind, passed_drivers, N(passed_drivers))) {
		fault_set(f, -EINVAL,
			  "-device %s: the guest's tree knows the profile's devices "
			  "alone",
			  a->kind);
		return fault_fix(
			f, "write a profile with all of them, and use it with -p FILE.dtb");
	}
	if (!is_among(a->kind, own_drivers, N(own_drivers)))
		return 0;
	if (*a->value == '{') {
		fault_set(f, -EINVAL,
			  "-device %s: written in JSON it is placed behind the passed "
			  "devices, not where QEMU's dumped tree has it",
			  a->kind);
		return fault_fix(f, "write it as -device %s,PROPERTY=VALUE", a->kind);
	}
	w->bus_device = true;
	return 0;
}

/* Note what the user decides by this argument, or refuse it. */
static int note(const struct qemu_option *a, struct qemu_choices *w, struct fault *f)
{
	switch (a->class) {
	case CLASS_MACHINE:
		return check_machine(a->value, w, f);
	case CLASS_DEVICE:
		return check_device(a, w, f);
	case CLASS_TREE:
		fault_set(f, -EINVAL, "%s %s: the guest's tree is called " QEMU_GUEST_DTB,
			  a->name, a->value);
		return fault_fix(f,
				 "leave it out; 'imxpt guest -o " QEMU_GUEST_DTB "' makes it");
	case CLASS_CONFIG:
		fault_set(f, -EINVAL, "%s %s: what is in it could move the passed devices",
			  a->name, a->value);
		return fault_fix(f, "give what is in it as arguments");
	case CLASS_CPU:
		w->cpu = true;
		break;
	case CLASS_MEMORY:
		w->memory = true;
		break;
	case CLASS_ACCELERATOR:
		w->accelerator = true;
		break;
	case CLASS_SCREEN:
		w->screen = true;
		break;
	case CLASS_KERNEL:
		w->kernel = true;
		break;
	case CLASS_APPEND:
		w->append = true;
		break;
	case CLASS_OTHER:
	case CLASS_SHARED:
	case CLASS_OBJECT:
	case CLASS_DISK:
	case CLASS_BACKEND:
	case CLASS_SERIAL:
		break;
	}
	return 0;
}

bool qemu_option_is_shared(const struct qemu_option *a, const struct qemu_choices *w)
{
	switch (a->class) {
	case CLASS_MACHINE:
	case CLASS_CPU:
	case CLASS_MEMORY:
	case CLASS_ACCELERATOR:
	case CLASS_SHARED:
		return true;
	case CLASS_OBJECT:
		return starts(a->kind, "memory-backend-");
	case CLASS_DISK:
		return w->flash || !strcmp(a->kind, "pflash");
	case CLASS_DEVICE:
		return is_among(a->kind, own_drivers, N(own_drivers)) ||
		       starts(a->kind, "virtio-iommu");
	case CLASS_BACKEND:
		return w->bus_device;
	case CLASS_OTHER:
	case CLASS_SERIAL:
	case CLASS_SCREEN:
	case CLASS_KERNEL:
	case CLASS_APPEND:
	case CLASS_TREE:
	case CLASS_CONFIG:
		break;
	}
	return false;
}

int qemu_choices_read(char *const *user, size_t n, struct qemu_choices *out, struct fault *f)
{
	struct qemu_option a;
	int ret = 0;

	*out = (struct qemu_choices){ 0 };
	for (size_t i = 0; ret == 0 && i < n;)
		ret = qemu_option_next(user, n, &i, &a, f) ?: note(&a, out, f);
	return ret;
}
