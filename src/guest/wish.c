/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "guest/arguments.h"
#include "guest/wish.h"

struct option {
	const char *name;
	bool has_value;
	enum role role;
};

static const struct option options[] = {
	{ "M", true, ROLE_MACHINE },	     { "machine", true, ROLE_MACHINE },
	{ "cpu", true, ROLE_CPU },	     { "m", true, ROLE_MEMORY },
	{ "accel", true, ROLE_ACCELERATOR }, { "enable-kvm", false, ROLE_ACCELERATOR },
	{ "smp", true, ROLE_SHARED },	     { "numa", true, ROLE_SHARED },
	{ "global", true, ROLE_SHARED },     { "mem-path", true, ROLE_SHARED },
	{ "bios", true, ROLE_SHARED },	     { "pflash", true, ROLE_SHARED },
	{ "L", true, ROLE_SHARED },	     { "no-acpi", false, ROLE_SHARED },
	{ "drive", true, ROLE_DISK },	     { "blockdev", true, ROLE_DISK },
	{ "object", true, ROLE_OBJECT },     { "device", true, ROLE_DEVICE },
	{ "tpmdev", true, ROLE_BACKEND },    { "chardev", true, ROLE_BACKEND },
	{ "serial", true, ROLE_SERIAL },     { "nographic", false, ROLE_SCREEN },
	{ "display", true, ROLE_SCREEN },    { "vnc", true, ROLE_SCREEN },
	{ "spice", true, ROLE_SCREEN },	     { "daemonize", false, ROLE_SCREEN },
	{ "kernel", true, ROLE_KERNEL },     { "append", true, ROLE_APPEND },
	{ "dtb", true, ROLE_TREE },	     { "readconfig", true, ROLE_CONFIG },
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
static void find_text(const char *value, const char *key, char out[static ARGUMENT_KIND_MAX])
{
	size_t len = strlen(key);
	const char *end, *text;

	for (const char *s = value;; s = end + 1) {
		end = s + strcspn(s, ",");
		text = !strncmp(s, key, len) && s[len] == '=' ? s + len + 1 : s;
		if (text > s || (s == value && !memchr(s, '=', (size_t)(end - s))))
			snprintf(out, ARGUMENT_KIND_MAX, "%.*s", (int)(end - text), text);
		if (!*end)
			return;
	}
}

static int read_kind(struct argument *a, struct fault *f)
{
	const char *key = a->role == ROLE_DEVICE ? "driver" :
			  a->role == ROLE_OBJECT ? "qom-type" :
			  a->role == ROLE_DISK	 ? "if" :
						   NULL;

	if (!key)
		return 0;
	if (*a->value != '{')
		find_text(a->value, key, a->kind);
	else if (!json_read_text(a->value, key, a->kind, sizeof(a->kind)))
		return fault_set(f, -EINVAL, "%s %s: not a JSON object", a->name, a->value);
	return 0;
}

int argument_next(char *const *user, size_t n, size_t *i, struct argument *out,
		  struct fault *f)
{
	const char *text = user[(*i)++];
	const char *name = text + (*text == '-');

	*out = (struct argument){ .name = text, .value = "", .role = ROLE_OTHER };
	if (name == text)
		return 0;
	name += *name == '-'; /* QEMU takes two dashes as well */
	for (const struct option *o = options; o < options + N(options); o++) {
		if (strcmp(o->name, name))
			continue;
		out->role = o->role;
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
static int check_machine(const char *value, struct wishes *w, struct fault *f)
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

static int check_device(const struct argument *a, struct wishes *w, struct fault *f)
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
static int note(const struct argument *a, struct wishes *w, struct fault *f)
{
	switch (a->role) {
	case ROLE_MACHINE:
		return check_machine(a->value, w, f);
	case ROLE_DEVICE:
		return check_device(a, w, f);
	case ROLE_TREE:
		fault_set(f, -EINVAL, "%s %s: the guest's tree is called " ARGUMENTS_GUEST,
			  a->name, a->value);
		return fault_fix(f, "leave it out; 'imxpt guest -o " ARGUMENTS_GUEST
				    "' makes it");
	case ROLE_CONFIG:
		fault_set(f, -EINVAL, "%s %s: what is in it could move the passed devices",
			  a->name, a->value);
		return fault_fix(f, "give what is in it as arguments");
	case ROLE_CPU:
		w->cpu = true;
		break;
	case ROLE_MEMORY:
		w->memory = true;
		break;
	case ROLE_ACCELERATOR:
		w->accelerator = true;
		break;
	case ROLE_SCREEN:
		w->screen = true;
		break;
	case ROLE_KERNEL:
		w->kernel = true;
		break;
	case ROLE_APPEND:
		w->append = true;
		break;
	case ROLE_OTHER:
	case ROLE_SHARED:
	case ROLE_OBJECT:
	case ROLE_DISK:
	case ROLE_BACKEND:
	case ROLE_SERIAL:
		break;
	}
	return 0;
}

bool argument_is_shared(const struct argument *a, const struct wishes *w)
{
	switch (a->role) {
	case ROLE_MACHINE:
	case ROLE_CPU:
	case ROLE_MEMORY:
	case ROLE_ACCELERATOR:
	case ROLE_SHARED:
		return true;
	case ROLE_OBJECT:
		return starts(a->kind, "memory-backend-");
	case ROLE_DISK:
		return w->flash || !strcmp(a->kind, "pflash");
	case ROLE_DEVICE:
		return is_among(a->kind, own_drivers, N(own_drivers)) ||
		       starts(a->kind, "virtio-iommu");
	case ROLE_BACKEND:
		return w->bus_device;
	case ROLE_OTHER:
	case ROLE_SERIAL:
	case ROLE_SCREEN:
	case ROLE_KERNEL:
	case ROLE_APPEND:
	case ROLE_TREE:
	case ROLE_CONFIG:
		break;
	}
	return false;
}

int wishes_read(char *const *user, size_t n, struct wishes *out, struct fault *f)
{
	struct argument a;
	int ret = 0;

	*out = (struct wishes){ 0 };
	for (size_t i = 0; ret == 0 && i < n;)
		ret = argument_next(user, n, &i, &a, f) ?: note(&a, out, f);
	return ret;
}
