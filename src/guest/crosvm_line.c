/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "guest/crosvm.h"
#include "guest/guest.h"

#define WORD_MAX 1024	     /* bytes of a device's word */
#define OPTION_SIZE 32	     /* bytes of an option's name; each known one is shorter */
#define DEFAULT_MEMORY "512" /* MiB */
#define DEFAULT_FUNCTIONS 2  /* a random number generator and USB */
#define PLATFORM_DEVICES "/sys/bus/platform/"
#define PCI_DEVICES "/sys/bus/pci/"

enum class {
	CLASS_OTHER,
	CLASS_MEMORY,
	CLASS_VFIO,
	CLASS_PLATFORM, /* an old name of CLASS_VFIO, for platform devices only */
	CLASS_OVERLAY,
	CLASS_CONFIG,
	CLASS_POWER,
	CLASS_SANDBOX,
	CLASS_BALLOON,
	CLASS_SERIAL,
	CLASS_FUNCTION, /* it adds a PCI function */
	CLASS_NO_FUNCTION,
};

struct known_crosvm_options {
	const char *names; /* words */
	bool has_value;
	enum class class;
};

static const struct known_crosvm_options options[] = {
	{ "--mem -m", true, CLASS_MEMORY },
	{ "--params -p", true, CLASS_OTHER }, /* its value may look like an option */
	{ "--vfio", true, CLASS_VFIO },
	{ "--vfio-platform", true, CLASS_PLATFORM },
	{ "--device-tree-overlay", true, CLASS_OVERLAY },
	{ "--cfg", true, CLASS_CONFIG },
	{ "--vfio-platform-pm", false, CLASS_POWER },
	{ "--dev-pm", true, CLASS_POWER },
	{ "--disable-sandbox", false, CLASS_SANDBOX },
	{ "--no-balloon", false, CLASS_BALLOON },
	{ "--no-rng --no-usb", false, CLASS_NO_FUNCTION },
	{ "--serial", true, CLASS_SERIAL },
	{ "--pvclock --simple-media-device --vhost-scmi --vtpm-proxy", false, CLASS_FUNCTION },
	{ "--block -b --disk -d --rwdisk --root -r --rwroot --scsi-block --pmem --pmem-device "
	  "--rw-pmem-device --pmem-ext2 --net --tap-fd --tap-name --host-ip --vsock --cid "
	  "--vhost-vsock-device --vhost-user --shared-dir --input --evdev --keyboard --mouse "
	  "--multi-touch --single-touch --trackpad --switches --rotary --gpu --virtio-snd "
	  "--sound --media-decoder --video-decoder --video-encoder --v4l2-proxy "
	  "--wayland-sock --stub-pci-device",
	  true, CLASS_FUNCTION },
};

/* A user's argument, in one word ("--mem=512") or two ("--mem 512"). */
struct argument {
	char name[OPTION_SIZE]; /* cut if longer */
	const char *value;
	size_t n_words;
	enum class class;
};

/* What the user's arguments have. */
struct choices {
	bool has[CLASS_NO_FUNCTION + 1];
};

/* Read the argument at user[i]. */
static int read_argument(char *const *user, size_t n, size_t i, struct argument *out,
			 struct fault *f)
{
	const char *word = user[i], *equal = strchr(word, '=');
	int len = equal ? (int)(equal - word) : OPTION_SIZE;

	*out = (struct argument){ .value = "", .n_words = 1 };
	snprintf(out->name, sizeof(out->name), "%.*s", len, word);
	for (size_t k = 0; k < sizeof(options) / sizeof(*options); k++) {
		const struct known_crosvm_options *o = &options[k];

		if (!text_has_word(o->names, out->name))
			continue;
		out->class = o->class;
		if (!o->has_value)
			return 0;
		if (!equal && i + 1 == n)
			return fault_set(f, -EINVAL, "%s: its value is missing", word);
		out->value = equal ? equal + 1 : user[i + 1];
		out->n_words = equal ? 1 : 2;
	}
	return 0;
}

/* A key of "VALUE,KEY=VALUE,..." or the flag KEY; NULL: there is none. */
static const char *find_key(const char *value, const char *key)
{
	size_t len = strlen(key);

	for (const char *s = value; *s; s += *s == ',') {
		if (!strncmp(s, key, len) && strchr("=,", s[len]))
			return s + len + (s[len] == '=');
		s += strcspn(s, ",");
	}
	return NULL;
}

/* "512", "512,..." or "size=512". */
static int read_memory(const char *value, uint64_t *out, struct fault *f)
{
	const char *size = find_key(value, "size");
	char *end;

	size = size ? size : value;
	errno = 0;
	*out = strtoull(size, &end, 10);
	if (errno || !isdigit((unsigned char)*size) || (*end && *end != ',') || *out == 0) {
		fault_set(f, -EINVAL, "--mem %s: crosvm takes a whole number of MiB", value);
		return fault_fix(f, "write it as '--mem 512'");
	}
	return 0;
}

/*
 * Is the value's path one of the PCI bus as it is written?  A path with another spelling
 * can lead to a platform device, and so can most links outside of that bus.
 */
static bool is_pci_path(const char *value)
{
	return text_starts(value, PCI_DEVICES) && !strstr(value, "/.") && !strstr(value, "//");
}

static int check_vfio(const struct argument *a, struct fault *f)
{
	if (a->class == CLASS_VFIO && !find_key(a->value, "dt-symbol") &&
	    is_pci_path(find_key(a->value, "path") ?: a->value))
		return 0;
	fault_set(f, -EINVAL, "%s %s: the overlay has only the profile's devices", a->name,
		  a->value);
	return fault_fix(f, "write a profile with all devices, and use it with -p FILE.dtb");
}

static int check_overlay(const char *value, struct fault *f)
{
	const char *name = strrchr(value, '/');
	size_t len;

	if (find_key(value, "filter") || find_key(value, "select-symbols")) {
		fault_set(f, -EINVAL,
			  "--device-tree-overlay %s: crosvm leaves out the children of the "
			  "nodes that it filters, and every label must be in this file",
			  value);
		return fault_fix(f, "give the overlay without filter and select-symbols");
	}
	name = name ? name + 1 : value;
	len = strcspn(name, ",");
	if (len != strlen(CROSVM_GUEST_DTBO) || strncmp(name, CROSVM_GUEST_DTBO, len) != 0)
		return 0;
	fault_set(f, -EINVAL, "--device-tree-overlay %s: the line already has it", value);
	return fault_fix(f, "leave it out; 'imxpt overlay -o " CROSVM_GUEST_DTBO
			    "' makes the overlay");
}

/* Note what the argument decides, or reject it. */
static int add_choice(const struct argument *a, struct choices *c, struct crosvm_line *l,
		      struct fault *f)
{
	const char *hardware;

	c->has[a->class] = true;
	switch (a->class) {
	case CLASS_MEMORY:
		return read_memory(a->value, &l->memory, f);
	case CLASS_VFIO:
	case CLASS_PLATFORM:
		l->n_functions++;
		return check_vfio(a, f);
	case CLASS_OVERLAY:
		return check_overlay(a->value, f);
	case CLASS_CONFIG:
		fault_set(f, -EINVAL,
			  "--cfg %s: a device in this file could move the passed "
			  "devices",
			  a->value);
		return fault_fix(f, "give its content as arguments");
	case CLASS_POWER:
		fault_set(f, -EINVAL, "%s: crosvm would replace the devices' power domains",
			  a->name);
		return fault_fix(f, "leave it out");
	case CLASS_SERIAL:
		hardware = find_key(a->value, "hardware");
		l->n_functions += hardware && text_starts(hardware, "virtio-console");
		break;
	case CLASS_FUNCTION:
		l->n_functions++;
		break;
	case CLASS_NO_FUNCTION:
		l->n_functions -= l->n_functions > 0;
		break;
	case CLASS_SANDBOX:
	case CLASS_BALLOON:
	case CLASS_OTHER:
		break;
	}
	return 0;
}

static int read_choices(char *const *user, size_t n, struct choices *c, struct crosvm_line *l,
			struct fault *f)
{
	struct argument a;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < n; i += a.n_words) {
		ret = read_argument(user, n, i, &a, f);
		if (ret == 0)
			ret = add_choice(&a, c, l, f);
	}
	return ret;
}

/* crosvm reads a comma as the end of a value. */
static int add_device(struct command_line *l, const char *name, const char *label,
		      struct fault *f)
{
	char value[WORD_MAX];
	int n;

	if (strchr(name, ','))
		return fault_set(f, -EINVAL, "%s: crosvm cannot be given a name with a comma",
				 name);
	n = snprintf(value, sizeof(value),
		     PLATFORM_DEVICES "devices/%s,iommu=off,dt-symbol=%s", name, label);
	if (n < 0 || (size_t)n >= sizeof(value))
		return fault_set(f, -E2BIG, "%s: its label is too long for crosvm", name);
	return line_add_two(l, "--vfio", value, f);
}

static int add_start(struct command_line *l, const struct choices *c, struct fault *f)
{
	int ret = line_add_two(l, "crosvm", "run", f);

	/* crosvm has no seccomp policy for platform devices */
	if (ret == 0 && !c->has[CLASS_SANDBOX])
		ret = line_add(l, "--disable-sandbox", f);
	/* VFIO pins the memory that a balloon would give back */
	if (ret == 0 && !c->has[CLASS_BALLOON])
		ret = line_add(l, "--no-balloon", f);
	if (ret == 0 && !c->has[CLASS_MEMORY])
		ret = line_add_two(l, "--mem", DEFAULT_MEMORY, f);
	return ret;
}

int crosvm_line_make(const struct profile *p, const char *const *names, char *const *user,
		     size_t n, struct crosvm_line *out, struct fault *f)
{
	struct command_line *l = &out->words;
	struct choices c = { 0 };
	int ret;

	memset(out, 0, sizeof(*out));
	out->memory = strtoull(DEFAULT_MEMORY, NULL, 10);
	out->n_functions = DEFAULT_FUNCTIONS;
	ret = read_choices(user, n, &c, out, f);
	if (ret)
		return ret;
	ret = add_start(l, &c, f);
	/* crosvm joins all -p, and the user's may have a "--": what follows it is for init */
	if (ret == 0)
		ret = line_add_two(l, "-p", GUEST_KERNEL_ARGUMENTS, f);
	for (size_t i = 0; ret == 0 && i < n; i++)
		ret = line_add(l, user[i], f);
	if (ret == 0)
		ret = line_add_two(l, "--device-tree-overlay", CROSVM_GUEST_DTBO, f);
	for (size_t i = 0; ret == 0 && i < p->n_pass; i++)
		ret = add_device(l, names[i], p->pass[i].node.label, f);
	return ret;
}
