/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <libkmod.h>

#include "vfio/run.h"

#define LIBRARY "libkmod.so.2"

/*
 * Declares to packagers that the program opens LIBRARY while it runs: an ELF note, as in
 * docs/ELF_DLOPEN_METADATA.md of systemd/systemd.
 */
#define DLOPEN_NOTE                                                                          \
	"[{\"soname\":[\"" LIBRARY "\"],\"feature\":\"modules\",\"description\":\"load the " \
	"module vfio-platform\",\"priority\":\"recommended\"}]"

__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct {
	uint32_t owner_size, note_size, type;
	char owner[4];
	char note[sizeof(DLOPEN_NOTE)] __attribute__((aligned(4)));
} dlopen_note = { 4, sizeof(DLOPEN_NOTE), 0x407c0c0a, "FDO", DLOPEN_NOTE };

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

static const char names[][32] = {
#define X(function) #function,
	FUNCTIONS(X)
#undef X
};

#define N_FUNCTIONS (sizeof(names) / sizeof(*names))

/* The library while it is open, with its functions. */
struct library {
	void *handle;
	struct kmod_ctx *ctx;
	union {
		struct {
#define X(function) __typeof__(function) *(function);
			FUNCTIONS(X)
#undef X
		};
		void *functions[N_FUNCTIONS]; /* in the order of names */
	};
};

static void close_library(struct library *k)
{
	if (k->ctx)
		k->kmod_unref(k->ctx);
	dlclose(k->handle);
}

/*
 * Opened only when it is needed: linked, it and its cryptography library would take most of
 * the time of each start (make bench).
 */
static int open_library(struct library *k, struct fault *f)
{
	bool whole = true;

	*k = (struct library){ .handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL) };
	if (!k->handle)
		return fault_set(f, -ELIBACC, "cannot open %s: %s", LIBRARY, dlerror());
	for (size_t i = 0; i < N_FUNCTIONS; i++) {
		k->functions[i] = dlsym(k->handle, names[i]);
		whole &= k->functions[i] != NULL;
	}
	if (!whole) {
		close_library(k);
		return fault_set(f, -ELIBBAD, "%s lacks a function of libkmod", LIBRARY);
	}
	k->ctx = k->kmod_new(NULL, NULL);
	if (!k->ctx) {
		close_library(k);
		return fault_oom(f);
	}
	/* faults are reported here; the library would print them too */
	k->kmod_set_log_priority(k->ctx, 0);
	return 0;
}

static void add_inserted(const struct library *k, struct kmod_module *m, struct modules *out)
{
	/* built in, loaded, or being loaded by another process: not to be removed */
	if (k->kmod_module_get_initstate(m) >= 0 || out->n == MODULES_MAX)
		return;
	snprintf(out->name[out->n++], NAME_SIZE, "%s", k->kmod_module_get_name(m));
}

/* Add what inserting m will insert: its dependencies first, itself last. */
static void list_inserted(const struct library *k, struct kmod_module *m, struct modules *out)
{
	struct kmod_list *needs = k->kmod_module_get_dependencies(m);

	for (struct kmod_list *i = needs; i; i = k->kmod_list_next(needs, i)) {
		struct kmod_module *needed = k->kmod_module_get_module(i);

		add_inserted(k, needed, out);
		k->kmod_module_unref(needed);
	}
	add_inserted(k, m, out);
	k->kmod_module_unref_list(needs);
}

static int find(const struct library *k, const char *name, struct kmod_list **found)
{
	int ret;

	*found = NULL;
	ret = k->kmod_module_new_from_lookup(k->ctx, name, found);
	return ret || *found ? ret : -ENOENT;
}

static int load(const struct library *k, const char *name, const char *options,
		struct modules *inserted)
{
	struct kmod_list *found;
	struct kmod_module *m;
	int ret = find(k, name, &found);

	if (ret)
		return ret;
	m = k->kmod_module_get_module(found);
	list_inserted(k, m, inserted);
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

int modules_find(const char *name)
{
	struct kmod_list *found;
	struct fault ignored;
	struct library k;
	int ret = open_library(&k, &ignored);

	if (ret)
		return ret;
	ret = find(&k, name, &found);
	k.kmod_module_unref_list(found);
	close_library(&k);
	return ret;
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
	/* a module that another of them still needs stays until a later round */
	for (size_t round = 0; round < inserted->n; round++) {
		for (size_t i = inserted->n; i-- > 0;)
			unload(&k, inserted->name[i]);
	}
	close_library(&k);
}
