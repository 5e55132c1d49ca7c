/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modules - insert and remove kernel modules.
 *
 * The only caller of libkmod.  Changes the running kernel, whatever the root directory
 * is, so it is for a live board only.
 */
#ifndef IMXPT_VFIO_MODULES_H
#define IMXPT_VFIO_MODULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/sysroot.h"

#define MODULES_MAX 16

/* Modules that were inserted. */
struct modules {
	char name[MODULES_MAX][NAME_SIZE];
	size_t n;
};

/*
 * Insert a module and its dependencies.  The options of modprobe.d(5) apply, and options
 * comes after them, so it takes precedence.  A blacklist does not apply: it is for
 * loading by alias.  What was inserted is in *inserted, also after a failure.
 * -ENOENT: there is no such module; else what the kernel returned.
 */
int modules_load(const char *name, const char *options, struct modules *inserted,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Is there a module of that name for the running kernel?  True if that is not known. */
bool modules_find(const char *name) __attribute__((nonnull));

/* Remove what modules_load() inserted, unless it is in use. */
void modules_unload(const struct modules *inserted) __attribute__((nonnull));

#endif
