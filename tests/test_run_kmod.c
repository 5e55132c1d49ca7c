/* SPDX-License-Identifier: Apache-2.0 */
/* modules: what is asked of libkmod, of which there is a model here. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libkmod.h>

#include "vfio/run.h"

/* The modules of VFIO: each needs those before it, and is called as the kernel does. */
struct kmod_module {
	const char *name;
	bool loaded;
	int held; /* references */
};

static struct kmod_module modules[3];

#define TARGET (&modules[2])
#define N_NEEDED 2

static int n_open, n_lists;	/* libraries, contexts; lists that are not freed */
static int insert_error;	/* of the next insertion; negative */
static const char *no_function; /* which one the library lacks */
static bool no_library, no_memory;
static const char *options;

static char library, context, found_list, needs[N_NEEDED];

static struct kmod_ctx *fake_new(const char *dir, const char *const *configs)
{
	assert_true(!dir && !configs);
	if (no_memory)
		return NULL;
	n_open++;
	return (struct kmod_ctx *)&context;
}

static struct kmod_ctx *fake_unref(struct kmod_ctx *ctx)
{
	assert_ptr_equal(ctx, &context);
	n_open--;
	return NULL;
}

static void fake_set_log_priority(struct kmod_ctx *ctx, int priority)
{
	assert_ptr_equal(ctx, &context);
	assert_int_equal(priority, 0);
}

static int fake_new_from_lookup(struct kmod_ctx *ctx, const char *alias,
				struct kmod_list **list)
{
	assert_ptr_equal(ctx, &context);
	if (!strcmp(alias, "bad"))
		return -EINVAL;
	if (strcmp(alias, "vfio_platform"))
		return 0;
	n_lists++;
	*list = (struct kmod_list *)&found_list;
	return 0;
}

static struct kmod_module *hold(struct kmod_module *m)
{
	m->held++;
	return m;
}

static int fake_new_from_name(struct kmod_ctx *ctx, const char *name, struct kmod_module **out)
{
	assert_ptr_equal(ctx, &context);
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(modules[i].name, name))
			continue;
		*out = hold(&modules[i]);
		return 0;
	}
	return -ENOENT;
}

static const char *fake_get_name(const struct kmod_module *m)
{
	return m->name;
}

static struct kmod_module *fake_get_module(const struct kmod_list *l)
{
	for (size_t i = 0; i < N_NEEDED; i++) {
		if ((const char *)l == &needs[i])
			return hold(&modules[i]);
	}
	assert_ptr_equal(l, &found_list);
	return hold(TARGET);
}

static struct kmod_list *fake_get_dependencies(const struct kmod_module *m)
{
	assert_ptr_equal(m, TARGET);
	n_lists++;
	return (struct kmod_list *)&needs[0];
}

static int fake_get_initstate(const struct kmod_module *m)
{
	return m->loaded ? 0 : -ENOENT;
}

static int fake_probe_insert_module(struct kmod_module *m, unsigned int flags,
				    const char *extra, void *run, const void *data,
				    void *print)
{
	assert_true(flags == 0 && !run && !data && !print);
	assert_ptr_equal(m, TARGET);
	options = extra;
	if (insert_error)
		return insert_error;
	for (size_t i = 0; i < 3; i++)
		modules[i].loaded = true;
	return 0;
}

/* The kernel refuses a module that another one needs. */
static int fake_remove_module(struct kmod_module *m, unsigned int flags)
{
	assert_int_equal(flags, KMOD_REMOVE_NOWAIT | KMOD_REMOVE_NOLOG);
	assert_true(m->held > 0);
	for (struct kmod_module *other = m + 1; other < modules + 3; other++) {
		if (other->loaded)
			return -EAGAIN;
	}
	m->loaded = false;
	return 0;
}

static struct kmod_module *fake_module_unref(struct kmod_module *m)
{
	m->held--;
	return NULL;
}

static int fake_unref_list(struct kmod_list *l)
{
	n_lists -= l != NULL;
	return 0;
}

static struct kmod_list *fake_list_next(const struct kmod_list *list,
					const struct kmod_list *at)
{
	assert_ptr_equal(list, &needs[0]);
	return (const char *)at == &needs[0] ? (struct kmod_list *)&needs[1] : NULL;
}

static const struct {
	const char *name;
	void *function;
} functions[] = {
	{ "kmod_new", (void *)fake_new },
	{ "kmod_unref", (void *)fake_unref },
	{ "kmod_set_log_priority", (void *)fake_set_log_priority },
	{ "kmod_module_new_from_lookup", (void *)fake_new_from_lookup },
	{ "kmod_module_new_from_name", (void *)fake_new_from_name },
	{ "kmod_module_get_name", (void *)fake_get_name },
	{ "kmod_module_get_module", (void *)fake_get_module },
	{ "kmod_module_get_dependencies", (void *)fake_get_dependencies },
	{ "kmod_module_get_initstate", (void *)fake_get_initstate },
	{ "kmod_module_probe_insert_module", (void *)fake_probe_insert_module },
	{ "kmod_module_remove_module", (void *)fake_remove_module },
	{ "kmod_module_unref", (void *)fake_module_unref },
	{ "kmod_module_unref_list", (void *)fake_unref_list },
	{ "kmod_list_next", (void *)fake_list_next },
};

void *__wrap_dlopen(const char *file, int flags);
void *__wrap_dlopen(const char *file, int flags)
{
	(void)flags;
	assert_string_equal(file, "libkmod.so.2");
	n_open += !no_library;
	return no_library ? NULL : &library;
}

char *__wrap_dlerror(void);
char *__wrap_dlerror(void)
{
	static char text[] = "not here";

	return text;
}

int __wrap_dlclose(void *handle);
int __wrap_dlclose(void *handle)
{
	assert_ptr_equal(handle, &library);
	n_open--;
	return 0;
}

void *__wrap_dlsym(void *handle, const char *name);
void *__wrap_dlsym(void *handle, const char *name)
{
	assert_ptr_equal(handle, &library);
	if (no_function && !strcmp(name, no_function))
		return NULL;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (!strcmp(functions[i].name, name))
			return functions[i].function;
	}
	fail_msg("%s", name);
	return NULL;
}

static int begin(void **state)
{
	(void)state;
	modules[0] = (struct kmod_module){ .name = "vfio" };
	modules[1] = (struct kmod_module){ .name = "vfio_platform_base" };
	modules[2] = (struct kmod_module){ .name = "vfio_platform" };
	no_library = no_memory = false;
	no_function = NULL;
	insert_error = 0;
	return 0;
}

/* Nothing stays open or held. */
static int end(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(modules[i].held, 0);
	assert_int_equal(n_open, 0);
	assert_int_equal(n_lists, 0);
	return 0;
}

static int load(struct modules *m, struct fault *f)
{
	*f = (struct fault){ 0 };
	m->n = MODULES_MAX;
	return modules_load("vfio_platform", "reset_required=0", m, f);
}

static bool is_loaded(bool a, bool b, bool c)
{
	return modules[0].loaded == a && modules[1].loaded == b && modules[2].loaded == c;
}

static void what_was_loaded_is_unloaded(void **state)
{
	struct modules m;
	struct fault f;

	(void)state;
	assert_int_equal(load(&m, &f), 0);
	assert_string_equal(f.text, "");
	assert_string_equal(options, "reset_required=0");
	assert_true(is_loaded(true, true, true));
	assert_int_equal(m.n, 3);
	modules_unload(&m);
	assert_true(is_loaded(false, false, false));
}

static void what_was_there_before_stays(void **state)
{
	struct modules m;
	struct fault f;

	(void)state;
	modules[0].loaded = true;
	assert_int_equal(load(&m, &f), 0);
	assert_int_equal(m.n, 2);
	assert_string_equal(m.name[0], "vfio_platform_base");
	assert_string_equal(m.name[1], "vfio_platform");
	modules_unload(&m);
	assert_true(is_loaded(true, false, false));
	/* all of them */
	modules[1].loaded = modules[2].loaded = true;
	assert_int_equal(load(&m, &f), 0);
	assert_int_equal(m.n, 0);
	modules_unload(&m);
	assert_true(is_loaded(true, true, true));
}

/* As of two that need each other's symbols: the order of the list is not theirs. */
static void modules_are_unloaded_in_any_order(void **state)
{
	static const struct modules m = {
		.name = { "vfio_platform", "vfio_platform_base", "vfio", "no such module" },
		.n = 4,
	};
	static const struct modules one = { .name = { "vfio_platform" }, .n = 1 };
	struct modules loaded;
	struct fault f;

	(void)state;
	assert_int_equal(load(&loaded, &f), 0);
	modules_unload(&one);
	assert_true(is_loaded(true, true, false));
	assert_int_equal(load(&loaded, &f), 0);
	modules_unload(&m);
	assert_true(is_loaded(false, false, false));
}

static void a_module_that_cannot_be_inserted_is_an_error(void **state)
{
	struct modules m;
	struct fault f;

	(void)state;
	insert_error = -EPERM;
	assert_int_equal(load(&m, &f), -EPERM);
	assert_string_equal(f.text, "cannot load vfio_platform: Operation not permitted");
	assert_int_equal(modules_load("other", "", &m, &f), -ENOENT);
	assert_int_equal(m.n, 0);
	assert_int_equal(modules_load("bad", "", &m, &f), -EINVAL);
}

static void a_module_is_found_without_loading_it(void **state)
{
	(void)state;
	assert_int_equal(modules_find("vfio_platform"), 0);
	assert_int_equal(modules_find("other"), -ENOENT);
	assert_int_equal(modules_find("bad"), -EINVAL);
	assert_true(is_loaded(false, false, false));
}

static void without_the_library_the_user_loads_it(void **state)
{
	struct modules m;
	struct fault f;

	(void)state;
	no_library = true;
	assert_int_equal(load(&m, &f), -ELIBACC);
	assert_string_equal(f.text,
			    "cannot load vfio_platform: cannot open libkmod.so.2: not here");
	assert_string_equal(f.fix, "load it by hand: modprobe vfio_platform reset_required=0");
	assert_int_equal(m.n, 0);
	assert_int_equal(modules_find("other"), -ELIBACC);
}

static void a_library_without_a_function_is_not_used(void **state)
{
	struct modules m;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		no_function = functions[i].name;
		assert_int_equal(load(&m, &f), -ELIBBAD);
		assert_non_null(strstr(f.text, "libkmod.so.2 lacks a function of libkmod"));
	}
	no_function = NULL;
	no_memory = true;
	assert_int_equal(load(&m, &f), -ENOMEM);
	assert_true(is_loaded(false, false, false));
}

#define with_library(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_library(what_was_loaded_is_unloaded),
		with_library(what_was_there_before_stays),
		with_library(modules_are_unloaded_in_any_order),
		with_library(a_module_that_cannot_be_inserted_is_an_error),
		with_library(a_module_is_found_without_loading_it),
		with_library(without_the_library_the_user_loads_it),
		with_library(a_library_without_a_function_is_not_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
