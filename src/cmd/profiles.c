/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt profiles - the built-in profiles, or one of them whole. */
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/files.h"
#include "cmd/report.h"

#define LISTED_MAX 64

static int load_named(const struct options *o, const char *name, struct loaded_profile *l,
		      struct fault *f)
{
	struct options named = *o;

	named.profile = name;
	return load_profile(&named, l, f);
}

static void json_profile(struct json *j, const struct loaded_profile *l)
{
	const char *fits = NULL;

	json_open_object(j, NULL);
	json_string(j, "name", l->name);
	json_string(j, "summary", l->profile.summary);
	json_open_list(j, "fits");
	while ((fits = strings_next(l->profile.fits, fits)))
		json_string(j, NULL, fits);
	json_close(j);
	json_open_list(j, "pass");
	for (size_t i = 0; i < l->profile.n_pass; i++)
		json_string(j, NULL, l->profile.pass[i].node.name);
	json_close(j);
	json_close(j);
}

static int print_json(const struct loaded_profile *all, size_t n, struct fault *f)
{
	struct json j;

	json_begin(&j, "profiles");
	json_open_list(&j, "profiles");
	for (size_t i = 0; i < n; i++)
		json_profile(&j, &all[i]);
	return json_print(&j, f);
}

static void print_profiles(const struct loaded_profile *all, size_t n)
{
	const char *cells[2 * LISTED_MAX] = { NULL };

	for (size_t i = 0; i < n; i++) {
		cells[2 * i] = all[i].name;
		cells[2 * i + 1] = all[i].profile.summary;
	}
	print_table(stdout, cells, NULL, n, 2);
}

static int print_one(const struct options *o, struct fault *f)
{
	struct loaded_profile l;
	int ret = load_named(o, o->operands[0], &l, f);

	if (ret)
		return ret;
	if (o->json)
		ret = print_json(&l, 1, f);
	else
		dts_write_tree(stdout, &l.tree);
	unload_profile(&l);
	return ret;
}

static int print_all(const struct options *o, struct fault *f)
{
	size_t n = n_builtin_profiles < LISTED_MAX ? n_builtin_profiles : LISTED_MAX;
	struct loaded_profile *all = calloc(n, sizeof(*all));
	int ret = 0;

	if (!all)
		return fault_oom(f);
	for (size_t i = 0; ret == 0 && i < n; i++)
		ret = load_named(o, builtin_profiles[i].name, &all[i], f);
	if (ret == 0 && o->json)
		ret = print_json(all, n, f);
	else if (ret == 0)
		print_profiles(all, n);
	for (size_t i = 0; i < n; i++)
		unload_profile(&all[i]);
	free(all);
	return ret;
}

static enum status run(const struct options *o, struct fault *f)
{
	return (o->n_operands ? print_one(o, f) : print_all(o, f)) ? STATUS_FAILED : STATUS_OK;
}

static const int accepts[] = { OPT_JSON, 0 };

const struct command cmd_profiles = {
	.name = "profiles",
	.usage = "[PROFILE]",
	.max_operands = 1,
	.summary = "List the built-in profiles, or print one as source",
	.accepts = accepts,
	.run = run,
};
