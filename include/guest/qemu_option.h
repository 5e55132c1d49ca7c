/* SPDX-License-Identifier: Apache-2.0 */
/*
 * qemu_option - the user's own arguments for QEMU, and what they decide.
 *
 * No I/O.  Knows the options of QEMU that change its tree or its platform bus, and those
 * for which qemu_line.h has a default.  Any other argument is not read.
 */
#ifndef IMXPT_GUEST_QEMU_OPTION_H
#define IMXPT_GUEST_QEMU_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

enum qemu_option_class {
	CLASS_OTHER, /* only for the line that runs, as all from CLASS_DISPLAY on */
	CLASS_MACHINE,
	CLASS_CPU,
	CLASS_MEMORY,
	CLASS_ACCELERATOR,
	CLASS_SHARED, /* others that QEMU's tree depends on */
	CLASS_OBJECT,
	CLASS_DEVICE,
	CLASS_DISK,    /* if it is firmware, QEMU's tree has other GPIOs and no keys */
	CLASS_BACKEND, /* a device on the platform bus may need it */
	CLASS_SERIAL,
	CLASS_DISPLAY,
	CLASS_KERNEL,
	CLASS_APPEND,
	CLASS_DTB,
	CLASS_CONFIG,
};

#define QEMU_OPTION_KIND_MAX 32

/* An argument with its value. */
struct qemu_option {
	const char *name;  /* borrowed from the user's words */
	const char *value; /* borrowed too; "" if it has none */
	bool has_value;	   /* as the next word; known of options that have a class */
	enum qemu_option_class class;
	char kind[QEMU_OPTION_KIND_MAX]; /* of a device, object or disk; cut if longer */
};

/* What the user's arguments decide, or have. */
struct qemu_choices {
	bool machine, cpu, memory, accelerator, display, kernel, append;
	bool bus_device; /* a device of QEMU's own on the platform bus */
	bool flash;	 /* the machine's flash, by the name of a disk */
	bool gicv2;
};

/*
 * Read all n arguments.
 * -EINVAL: one that would move the passed devices away from where the guest's tree has
 * them, or one without a value that can be read.
 */
int qemu_choices_read(char *const *user, size_t n, struct qemu_choices *out, struct fault *f)
	__attribute__((nonnull(3, 4), warn_unused_result));

/*
 * Read the argument at *i, which is below n, and step *i to the next one.
 * -EINVAL: its value is missing, or starts like JSON and is not JSON.
 */
int qemu_option_next(char *const *user, size_t n, size_t *i, struct qemu_option *out,
		     struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Must both lines have the argument, since QEMU's tree depends on it? */
bool qemu_option_is_shared(const struct qemu_option *o, const struct qemu_choices *c)
	__attribute__((nonnull));

#endif
