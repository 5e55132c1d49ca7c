/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "guest/qemu.h"

struct known_qemu_option {
	const char *name;
	bool has_value;
	enum qemu_option_class class;
};

static const struct known_qemu_option options[] = {
	{ "M", true, QEMU_CLASS_MACHINE },
	{ "machine", true, QEMU_CLASS_MACHINE },
	{ "cpu", true, QEMU_CLASS_CPU },
	{ "m", true, QEMU_CLASS_MEMORY },
	{ "accel", true, QEMU_CLASS_ACCELERATOR },
	{ "enable-kvm", false, QEMU_CLASS_ACCELERATOR },
	{ "smp", true, QEMU_CLASS_SHARED },
	{ "numa", true, QEMU_CLASS_SHARED },
	{ "global", true, QEMU_CLASS_GLOBAL },
	{ "mem-path", true, QEMU_CLASS_SHARED },
	{ "bios", true, QEMU_CLASS_SHARED },
	{ "pflash", true, QEMU_CLASS_SHARED },
	{ "L", true, QEMU_CLASS_SHARED },
	{ "no-acpi", false, QEMU_CLASS_SHARED },
	{ "add-fd", true, QEMU_CLASS_SHARED }, /* a file of memory or firmware may be one */
	{ "drive", true, QEMU_CLASS_DISK },
	{ "blockdev", true, QEMU_CLASS_DISK },
	{ "object", true, QEMU_CLASS_OBJECT },
	{ "device", true, QEMU_CLASS_DEVICE },
	{ "tpmdev", true, QEMU_CLASS_BACKEND },
	{ "chardev", true, QEMU_CLASS_BACKEND },
	{ "serial", true, QEMU_CLASS_SERIAL },
	{ "monitor", true, QEMU_CLASS_MONITOR },
	{ "qmp", true, QEMU_CLASS_MONITOR },
	{ "qmp-pretty", true, QEMU_CLASS_MONITOR },
	{ "nographic", false, QEMU_CLASS_DISPLAY },
	{ "display", true, QEMU_CLASS_DISPLAY },
	{ "vnc", true, QEMU_CLASS_DISPLAY },
	{ "spice", true, QEMU_CLASS_DISPLAY },
	{ "daemonize", false, QEMU_CLASS_DISPLAY },
	{ "kernel", true, QEMU_CLASS_KERNEL },
	{ "append", true, QEMU_CLASS_APPEND },
	{ "dtb", true, QEMU_CLASS_DTB },
	{ "readconfig", true, QEMU_CLASS_CONFIG },
	{ "set", true, QEMU_CLASS_SET },
};

/* The drivers that QEMU's virt machine allows on the platform bus. */
static const char *const passed_drivers[] = {
	"vfio-platform",
	"vfio-amd-xgbe",
	"vfio-calxeda-xgmac",
};
static const char *const own_drivers[] = { "tpm-tis-device", "uefi-vars-sysbus" };

#define N(array) (sizeof(array) / sizeof(*(array)))

/* One of the parameters in the value of an option: "NAME=VALUE", or VALUE or NAME only. */
struct parameter {
	const char *name; /* up to its '='; the VALUE if only that is there */
	const char *value;
	const char *end; /* of the value; a comma in it is written twice */
};

/*
 * Read the parameter at *s as QEMU does (util/qemu-option.c, util/keyval.c) and step *s to
 * the next one; false: there is none.  Only the first one may be without a name.
 */
static bool next_parameter(const char *value, const char **s, struct parameter *out)
{
	const char *mark = *s + strcspn(*s, "=,"), *end = mark;

	if (!**s)
		return false;
	out->name = *s;
	out->value = *mark == '=' ? mark + 1 : *s == value ? value : mark;
	if (out->value != mark) {
		end = out->value + strcspn(out->value, ",");
		while (end[0] == ',' && end[1] == ',')
			end += 2 + strcspn(end + 2, ",");
	}
	out->end = end;
	*s = *end ? end + 1 : end;
	return true;
}

static bool has_name(const struct parameter *p, const char *name)
{
	return text_starts(p->name, name) && p->name + strlen(name) + 1 == p->value;
}

/* Copy TEXT of the last "key=TEXT"; the first one may be without the key. */
static void find_text(const char *value, const char *key,
		      char out[static QEMU_OPTION_KIND_MAX])
{
	struct parameter p;
	size_t n;

	for (const char *s = value; next_parameter(value, &s, &p);) {
		if (p.value != value && !has_name(&p, key))
			continue;
		n = 0;
		for (const char *c = p.value; c < p.end && n < QEMU_OPTION_KIND_MAX - 1; c++) {
			out[n++] = *c;
			c += *c == ',';
		}
		out[n] = '\0';
	}
}

static int read_kind(struct qemu_option *o, struct fault *f)
{
	static const char *const keys[QEMU_CLASS_SET + 1] = {
		[QEMU_CLASS_OBJECT] = "qom-type", [QEMU_CLASS_DEVICE] = "driver",
		[QEMU_CLASS_GLOBAL] = "property", [QEMU_CLASS_DISK] = "if",
		[QEMU_CLASS_BACKEND] = "backend", [QEMU_CLASS_SERIAL] = "backend",
		[QEMU_CLASS_MONITOR] = "backend",
	};
	const char *key = keys[o->class];

	if (!key)
		return 0;
	if (*o->value != '{')
		find_text(o->value, key, o->kind);
	else if (!json_find_string(o->value, key, o->kind, sizeof(o->kind)))
		return fault_set(f, -EINVAL, "%s %s: not a JSON object", o->name, o->value);
	return 0;
}

int qemu_option_next(char *const *user, size_t n, size_t *i, struct qemu_option *out,
		     struct fault *f)
{
	const char *text = user[(*i)++];
	const char *name = text + (*text == '-');

	*out = (struct qemu_option){ .name = text, .value = "", .class = QEMU_CLASS_OTHER };
	if (name == text)
		return 0;
	name += *name == '-'; /* QEMU also accepts two dashes */
	for (const struct known_qemu_option *k = options; k < options + N(options); k++) {
		if (strcmp(k->name, name))
			continue;
		out->class = k->class;
		out->has_value = k->has_value;
		if (!k->has_value)
			return 0;
		if (*i == n)
			return fault_set(f, -EINVAL, "%s: its value is missing", text);
		out->value = user[(*i)++];
		return read_kind(out, f);
	}
	return 0;
}

static int check_machine_type(const char *value, const char *type, struct fault *f)
{
	if (text_starts(type, "virt") && strcspn(type, ",-") == strlen("virt"))
		return 0;
	fault_set(f, -EINVAL, "-M %s: this machine has no bus for the passed devices", value);
	return fault_fix(f, "use the machine virt");
}

/* "TYPE,PROPERTY=VALUE,...", or "type=TYPE" as any of the properties. */
static int check_machine(const char *value, struct qemu_choices *c, struct fault *f)
{
	struct parameter p;

	for (const char *s = value; next_parameter(value, &s, &p);) {
		int ret = 0;

		if (has_name(&p, "dumpdtb") || has_name(&p, "dtb")) {
			fault_set(f, -EINVAL, "-M %s: the line already has a tree", value);
			return fault_fix(f, "leave out '%.*s'", (int)(p.end - p.name), p.name);
		}
		if (has_name(&p, "gic-version"))
			c->gic = *p.value;
		c->has[QEMU_CLASS_ACCELERATOR] |= has_name(&p, "accel");
		c->flash |= has_name(&p, "pflash0") || has_name(&p, "pflash1");
		if (p.value == value || has_name(&p, "type")) {
			c->has[QEMU_CLASS_MACHINE] = true;
			ret = check_machine_type(value, p.value, f);
		}
		if (ret)
			return ret;
	}
	return 0;
}

/* Is it "DRIVER.PROPERTY=VALUE", or with "property=PROPERTY", of a property of these names? */
static bool names_host_device(const struct qemu_option *o)
{
	const char *name = o->value + strcspn(o->value, ".=");

	return !strcmp(o->kind, "host") || !strcmp(o->kind, "sysfsdev") ||
	       text_starts(name, ".host=") || text_starts(name, ".sysfsdev=");
}

static bool is_iommu(const struct qemu_option *o)
{
	return text_starts(o->kind, "virtio-iommu");
}

static bool is_among(const char *name, const char *const *names, size_t n)
{
	while (n > 0 && strcmp(names[n - 1], name) != 0)
		n--;
	return n > 0;
}

/* Does the user give the device its PCI address? */
static bool has_address(const char *value)
{
	char address[QEMU_OPTION_KIND_MAX];
	struct parameter p;

	if (*value == '{')
		return json_find_string(value, "addr", address, sizeof(address)) && *address;
	for (const char *s = value; next_parameter(value, &s, &p);) {
		if (has_name(&p, "addr"))
			return true;
	}
	return false;
}

static int check_device(const struct qemu_option *o, struct qemu_choices *c, struct fault *f)
{
	if (is_iommu(o) && !has_address(o->value)) {
		fault_set(f, -EINVAL,
			  "-device %s: its PCI address is in QEMU's tree, and other devices "
			  "of this line move it",
			  o->kind);
		return fault_fix(f, "write it as -device %s,addr=0x10", o->kind);
	}
	if (is_among(o->kind, passed_drivers, N(passed_drivers))) {
		fault_set(f, -EINVAL,
			  "-device %s: the guest's tree has only the profile's devices",
			  o->kind);
		return fault_fix(
			f, "write a profile with all devices, and use it with -p FILE.dtb");
	}
	if (!is_among(o->kind, own_drivers, N(own_drivers)))
		return 0;
	if (*o->value == '{') {
		fault_set(f, -EINVAL,
			  "-device %s: in JSON, QEMU adds it after the passed devices, so its "
			  "address is not that of the dumped tree",
			  o->kind);
		return fault_fix(f, "write it as -device %s,PROPERTY=VALUE", o->kind);
	}
	c->bus_device = true;
	return 0;
}

static int reject(const struct qemu_option *o, struct fault *f)
{
	static const struct {
		const char *problem, *fix;
	} texts[QEMU_CLASS_SET + 1] = {
		[QEMU_CLASS_DTB] = { "the line already has the guest's tree, " QEMU_GUEST_DTB,
				     "leave it out; 'imxpt guest -o " QEMU_GUEST_DTB
				     "' makes the tree" },
		[QEMU_CLASS_GLOBAL] = { "it could name one host device for all passed devices",
					"leave it out" },
		[QEMU_CLASS_CONFIG] = { "a device in this file could move the passed devices",
					"give its content as arguments" },
		[QEMU_CLASS_SET] = { "it could change the driver or address of a device",
				     "give the property to the option that it changes" },
	};

	fault_set(f, -EINVAL, "%s %s: %s", o->name, o->value, texts[o->class].problem);
	return fault_fix(f, "%s", texts[o->class].fix);
}

/* Add what the argument decides, or reject it. */
static int add_choice(const struct qemu_option *o, struct qemu_choices *c, struct fault *f)
{
	switch (o->class) {
	case QEMU_CLASS_MACHINE:
		return check_machine(o->value, c, f);
	case QEMU_CLASS_DEVICE:
		return check_device(o, c, f);
	case QEMU_CLASS_GLOBAL:
		return names_host_device(o) ? reject(o, f) : 0;
	case QEMU_CLASS_DTB:
	case QEMU_CLASS_CONFIG:
	case QEMU_CLASS_SET:
		return reject(o, f);
	case QEMU_CLASS_BACKEND:
	case QEMU_CLASS_SERIAL:
	case QEMU_CLASS_MONITOR:
		c->stdio |= !strcmp(o->kind, "stdio") || !strcmp(o->kind, "mon:stdio");
		break;
	case QEMU_CLASS_OTHER:
	case QEMU_CLASS_CPU:
	case QEMU_CLASS_MEMORY:
	case QEMU_CLASS_ACCELERATOR:
	case QEMU_CLASS_SHARED:
	case QEMU_CLASS_OBJECT:
	case QEMU_CLASS_DISK:
	case QEMU_CLASS_DISPLAY:
	case QEMU_CLASS_KERNEL:
	case QEMU_CLASS_APPEND:
		break;
	}
	c->has[o->class] = true;
	return 0;
}

bool qemu_option_is_shared(const struct qemu_option *o, const struct qemu_choices *c)
{
	switch (o->class) {
	case QEMU_CLASS_MACHINE:
	case QEMU_CLASS_CPU:
	case QEMU_CLASS_MEMORY:
	case QEMU_CLASS_ACCELERATOR:
	case QEMU_CLASS_SHARED:
	case QEMU_CLASS_GLOBAL:
		return true;
	case QEMU_CLASS_OBJECT:
		/* memory, and what memory and firmware may need */
		return text_starts(o->kind, "memory-backend-") ||
		       text_starts(o->kind, "secret") || !strcmp(o->kind, "thread-context");
	case QEMU_CLASS_DISK:
		return c->flash || !strcmp(o->kind, "pflash");
	case QEMU_CLASS_DEVICE:
		return is_among(o->kind, own_drivers, N(own_drivers)) || is_iommu(o);
	case QEMU_CLASS_BACKEND:
		return c->bus_device;
	case QEMU_CLASS_OTHER:
	case QEMU_CLASS_SERIAL:
	case QEMU_CLASS_MONITOR:
	case QEMU_CLASS_DISPLAY:
	case QEMU_CLASS_KERNEL:
	case QEMU_CLASS_APPEND:
	case QEMU_CLASS_DTB:
	case QEMU_CLASS_CONFIG:
	case QEMU_CLASS_SET:
		break;
	}
	return false;
}

int qemu_choices_read(char *const *user, size_t n, struct qemu_choices *out, struct fault *f)
{
	struct qemu_option o;
	int ret = 0;

	*out = (struct qemu_choices){ 0 };
	for (size_t i = 0; ret == 0 && i < n;) {
		ret = qemu_option_next(user, n, &i, &o, f);
		if (ret == 0)
			ret = add_choice(&o, out, f);
	}
	return ret;
}
