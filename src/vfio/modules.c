/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libkmod.h>

#include "vfio/modules.h"

#define LIBRARY "libkmod.so.2"

#define FUNCTIONS(X)                       \
	X(kmod_new)                        \
	X(kmod_unref)                      \
	X(kmod_set_log_priority)           \
	X(kmod_module_new_from_lookup)     \
	X(kmod_module_new_from_name)       \
	X(kmod_module_get_name)            \
	X(kmod_module_get_module)          \
	X(kmod_module_get_dependencies)    \
	X(kmod_module_get_initstate)       \
	X(kmod_module_probe_insert_module) \
	X(kmod_module_remove_module)       \
	X(kmod_module_unref)               \
	X(kmod_module_unref_list)          \
	X(kmod_list_next)

/* The library, while it is open: each function under its own name. */
struct library {
	void *handle;
	struct kmod_ctx *ctx;
#define X(function) __typeof__(function) *(function);
	FUNCTIONS(X)
#undef X
};

static void close_library(struct library *k)
{
	if (k->ctx)
		k->kmod_unref(k->ctx);
	dlclose(k->handle);
}

/*
 * It is opened only here and now: linked to the program, it and the cryptography
 * behind it would be most of what each start costs (make bench).
 */
static int open_library(struct library *k, struct fault *f)
{
	bool whole = true;

	*k = (struct library){ .handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL) };
	if (!k->handle)
		return fault_set(f, -ELIBACC, "cannot open %s: %s", LIBRARY, dlerror());
#define X(function) whole &= (*(void **)&k->function = dlsym(k->handle, #function)) != NULL;
	FUNCTIONS(X)
#undef X
	if (!whole) {
		close_library(k);
		return fault_set(f, -ELIBBAD, "%s is not the library it should be", LIBRARY);
	}
	k->ctx = k->kmod_new(NULL, NULL);
	if (!k->ctx) {
		close_library(k);
		return fault_oom(f);
	}
	/* what there is to say is said here; the library would print it too */
	k->kmod_set_log_priority(k->ctx, 0);
	return 0;
}

static void note(const struct library *k, struct kmod_module *m, struct modules *out)
{
	/* built in, loaded, or being loaded by somebody else: not ours to remove */
	if (k->kmod_module_get_initstate(m) >= 0 || out->n == MODULES_MAX)
		return;
	snprintf(out->name[out->n++], NAME_SIZE, "%s", k->kmod_module_get_name(m));
}

/* What inserting m will insert: what it needs first, itself last. */
static void note_all(const struct library *k, struct kmod_module *m, struct modules *out)
{
	struct kmod_list *needs = k->kmod_module_get_dependencies(m);

	out->n = 0;
	for (struct kmod_list *i = needs; i; i = k->kmod_list_next(needs, i)) {
		struct kmod_module *needed = k->kmod_module_get_module(i);

		note(k, needed, out);
		k->kmod_module_unref(needed);
	}
	note(k, m, out);
	k->kmod_module_unref_list(needs);
}

static int load(const struct library *k, const char *name, const char *options,
		struct modules *inserted)
{
	struct kmod_list *found = NULL;
	struct kmod_module *m;
	int ret = k->kmod_module_new_from_lookup(k->ctx, name, &found);

	if (ret)
		return ret;
	if (!found)
		return -ENOENT;
	m = k->kmod_module_get_module(found);
	note_all(k, m, inserted);
	ret = k->kmod_module_probe_insert_module(m, 0, options, NULL, NULL, NULL);
	k->kmod_module_unref(m);
	k->kmod_module_unref_list(found);
	return ret;
}

int modules_load(const char *name, const char *options, struct modules *inserted,
		 struct fault *f)
{
	struct library k;
	int ret;

	inserted->n = 0;
	ret = open_library(&k, f);
	if (ret) {
		fault_in(f, "cannot load %s", name);
		return fault_fix(f, "load it by hand: modprobe %s %s", name, options);
	}
	ret = load(&k, name, options, inserted);
	close_library(&k);
	if (ret)
		return fault_set(f, ret, "cannot load %s: %s", name, strerror(-ret));
	return 0;
}

bool modules_find(const char *name)
{
	struct kmod_list *found = NULL;
	struct fault ignored;
	struct library k;
	bool is_there;

	/* without the library nothing can be said, and modprobe may still load it */
	if (open_library(&k, &ignored))
		return true;
	is_there = k.kmod_module_new_from_lookup(k.ctx, name, &found) == 0 && found;
	k.kmod_module_unref_list(found);
	close_library(&k);
	return is_there;
}

static void unload(const struct library *k, const char *name)
{
	struct kmod_module *m;

	if (k->kmod_module_new_from_name(k->ctx, name, &m))
		return;
	k->kmod_module_remove_module(m, KMOD_REMOVE_NOWAIT | KMOD_REMOVE_NOLOG);
	k->kmod_module_unref(m);
}

void modules_unload(const struct modules *inserted)
{
	struct fault ignored;
	struct library k;

	if (inserted->n == 0 || open_library(&k, &ignored))
		return;
	/* what another of them still needs stays, until a later round */
	for (size_t round = 0; round < inserted->n; round++) {
		for (size_t i = inserted->n; i-- > 0;)
			unload(&k, inserted->name[i]);
	}
	close_library(&k);
}
