/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/files.h"
#include "profile/profile.h"

int load_tree(const char *path, struct loaded_tree *out, struct fault *f)
{
	struct loaded_tree l = { .name = strcmp(path, "-") ? path : "standard input" };
	int ret = file_read(AT_FDCWD, path, TREE_SIZE_MAX, &l.blob, &l.size, f);

	if (ret)
		return ret;
	if (tree_open(l.blob, l.size, &l.tree, f)) {
		free(l.blob);
		return fault_in(f, "%s", l.name);
	}
	*out = l;
	return 0;
}

void unload_tree(struct loaded_tree *l)
{
	tree_close(&l->tree);
	free(l->blob);
	*l = (struct loaded_tree){ 0 };
}

static int open_profile(struct loaded_profile *l, const void *blob, size_t size,
			struct fault *f)
{
	int ret = tree_open(blob, size, &l->tree, f);

	if (ret)
		return ret;
	ret = profile_read(&l->tree, &l->profile, f);
	if (ret)
		tree_close(&l->tree);
	return ret;
}

int load_profile(const struct options *o, struct loaded_profile *out, struct fault *f)
{
	struct loaded_profile l = { .name = o->profile };
	const struct builtin_profile *b = profile_builtin(o->profile);
	size_t size;
	int ret;

	if (b) {
		ret = open_profile(&l, b->blob, b->size, f);
	} else if (!strpbrk(o->profile, "/.")) {
		fault_set(f, -ENOENT, "no profile is called %s", o->profile);
		return fault_fix(f, "see 'imxpt profiles', or give a file's name: FILE.dtb");
	} else {
		ret = file_read(AT_FDCWD, o->profile, TREE_SIZE_MAX, &l.owned, &size, f);
		if (ret)
			return ret;
		ret = open_profile(&l, l.owned, size, f);
	}
	if (ret) {
		free(l.owned);
		return fault_in(f, "profile %s", o->profile);
	}
	*out = l;
	return 0;
}

void unload_profile(struct loaded_profile *l)
{
	tree_close(&l->tree);
	free(l->owned);
	*l = (struct loaded_profile){ 0 };
}

int output_check(const struct options *o, struct fault *f)
{
	const char *inputs[] = { profile_builtin(o->profile) ? NULL : o->profile, o->host,
				 o->virt };

	if (o->dry_run)
		return 0;
	if (!o->output)
		return fault_set(f, -EINVAL,
				 "say with -o where the tree goes, or -n to see the plan");
	if (o->json && !strcmp(o->output, "-"))
		return fault_set(f, -EINVAL,
				 "--json and the tree cannot both go to standard output");
	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		if (inputs[i] && file_same(o->output, inputs[i]))
			return fault_set(f, -EINVAL, "%s is read: write the tree elsewhere",
					 o->output);
	}
	return 0;
}

int output_write(const struct options *o, const void *blob, size_t size, bool keep_orig,
		 struct fault *f)
{
	if (o->dry_run || fflush(stdout) || ferror(stdout))
		return 0;
	return file_replace(o->output, blob, size, keep_orig, f);
}
