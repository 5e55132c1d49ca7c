/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modules - the door to libkmod.
 *
 * Its only caller of libkmod.  Changes the running kernel, whatever
 * root directory the rest looks at, so it is for a live board alone.
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
 * Insert a module with what it needs.  The options of modprobe.d(5) hold, and
 * options comes behind them, so it wins.  A blacklist is not asked: it is for
 * loading by alias, and here the module is wanted by name.  What was inserted
 * is in *inserted, even where the whole failed.
 * -ENOENT: there is no such module; else what the kernel says.
 */
int modules_load(const char *name, const char *options, struct modules *inserted,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Is there a module of that name for the running kernel, or can that not be told? */
bool modules_find(const char *name) __attribute__((nonnull));

/* Remove again what modules_load() inserted, as far as nobody uses it. */
void modules_unload(const struct modules *inserted) __attribute__((nonnull));

#endif
