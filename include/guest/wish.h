/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wish - what the user's own arguments for QEMU decide.
 *
 * Room guest: pure.  Knows the options of QEMU that have to do with its tree, with
 * the platform bus or with what is decided for the user where he is silent; any
 * other argument is passed on unread.
 */
#ifndef IMXPT_GUEST_WISH_H
#define IMXPT_GUEST_WISH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

enum role {
	ROLE_OTHER, /* it is for the run alone, and so are those from ROLE_SCREEN on */
	ROLE_MACHINE,
	ROLE_CPU,
	ROLE_MEMORY,
	ROLE_ACCELERATOR,
	ROLE_SHARED,
	ROLE_OBJECT,
	ROLE_DEVICE,
	ROLE_DISK,    /* with firmware in it QEMU's tree has other GPIOs, and no keys */
	ROLE_BACKEND, /* what a device on the platform bus may need */
	ROLE_SERIAL,
	ROLE_SCREEN,
	ROLE_KERNEL,
	ROLE_APPEND,
	ROLE_TREE,
	ROLE_CONFIG,
};

#define ARGUMENT_KIND_MAX 32

/* An argument with its value; both point to the user's. */
struct argument {
	const char *name;
	const char *value; /* "" if it has none */
	char kind
		[ARGUMENT_KIND_MAX]; /* of a device, an object or a disk, cut if it is longer; "": none */
	bool has_value; /* in a word of its own; only what has a role is known to have one */
	enum role role;
};

/* What is decided, or there. */
struct wishes {
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
int wishes_read(char *const *user, size_t n, struct wishes *out, struct fault *f)
	__attribute__((nonnull(3, 4), warn_unused_result));

/*
 * The argument at *i, which is below n; steps *i behind it.
 * -EINVAL: its value is missing, or looks like JSON and is none.
 */
int argument_next(char *const *user, size_t n, size_t *i, struct argument *out,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Must the argument stand in both lines?  QEMU's tree depends on it, or it is needed
 * by another one on which it does.
 */
bool argument_is_shared(const struct argument *a, const struct wishes *w)
	__attribute__((nonnull));

#endif
