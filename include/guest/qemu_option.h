/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wish - what the user's own arguments for QEMU decide.
 *
 * No I/O.  Knows the options of QEMU that have to do with its tree, with
 * the platform bus or with what is decided for the user where he is silent; any
 * other argument is passed on unread.
 */
#ifndef IMXPT_GUEST_QEMU_OPTION_H
#define IMXPT_GUEST_QEMU_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

enum qemu_option_class {
	CLASS_OTHER, /* it is for the run alone, and so are those from CLASS_SCREEN on */
	CLASS_MACHINE,
	CLASS_CPU,
	CLASS_MEMORY,
	CLASS_ACCELERATOR,
	CLASS_SHARED,
	CLASS_OBJECT,
	CLASS_DEVICE,
	CLASS_DISK,    /* with firmware in it QEMU's tree has other GPIOs, and no keys */
	CLASS_BACKEND, /* what a device on the platform bus may need */
	CLASS_SERIAL,
	CLASS_SCREEN,
	CLASS_KERNEL,
	CLASS_APPEND,
	CLASS_TREE,
	CLASS_CONFIG,
};

#define QEMU_OPTION_KIND_MAX 32

/* An argument with its value; both point to the user's. */
struct qemu_option {
	const char *name;
	const char *value; /* "" if it has none */
	char kind
		[QEMU_OPTION_KIND_MAX]; /* of a device, an object or a disk, cut if it is longer; "": none */
	bool has_value; /* in a word of its own; only what has a role is known to have one */
	enum qemu_option_class class;
};

/* What is decided, or there. */
struct qemu_choices {
	bool machine, cpu, memory, accelerator, screen, kernel, append;
	bool bus_device; /* a device of QEMU's own on the platform bus */
	bool flash;	 /* the machine's flash, by the name of a disk */
	bool gicv2;
};

/*
 * Read all n arguments.
 * -EINVAL: one that would move the passed devices away from where the guest's
 * tree has them, or one without a value that can be read.
 */
int qemu_choices_read(char *const *user, size_t n, struct qemu_choices *out, struct fault *f)
	__attribute__((nonnull(3, 4), warn_unused_result));

/*
 * The argument at *i, which is below n; steps *i behind it.
 * -EINVAL: its value is missing, or looks like JSON and is none.
 */
int qemu_option_next(char *const *user, size_t n, size_t *i, struct qemu_option *out,
		     struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Must the argument stand in both lines?  QEMU's tree depends on it, or it is needed
 * by another one on which it does.
 */
bool qemu_option_is_shared(const struct qemu_option *a, const struct qemu_choices *w)
	__attribute__((nonnull));

#endif
