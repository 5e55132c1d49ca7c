/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sysroot.h"
#include "cmd/files.h"

#ifndef IMXPT_SYSCONFDIR
#define IMXPT_SYSCONFDIR "/etc"
#endif
#define SITE_PROFILE IMXPT_SYSCONFDIR "/imxpt/%s.dtb" /* below the root directory */

/* Open the blob that l is to have, and check it; l keeps it, also after an error. */
static int open_blob(struct loaded_tree *l, const void *blob, size_t size, struct fault *f)
{
	int ret = tree_open(blob, size, &l->tree, f);

	return ret ? ret : tree_check_whole(&l->tree, f);
}

int load_tree(const char *path, struct loaded_tree *out, struct fault *f)
{
	struct loaded_tree l = { .name = file_name(path) };
	int ret = file_read(path, TREE_SIZE_MAX, &l.blob, &l.size, f);

	if (ret)
		return ret;
	ret = open_blob(&l, l.blob, l.size, f);
	if (ret) {
		unload_tree(&l);
		return fault_in(f, "%s", file_name(path));
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

static bool is_file_name(const char *profile)
{
	return strpbrk(profile, "/.") != NULL;
}

static int read_site_profile(const struct options *o, void **blob, size_t *size,
			     struct fault *f)
{
	char path[PATH_SIZE];
	struct sysroot sys;
	int ret = sysroot_open(o->root, &sys, f);

	if (ret)
		return ret;
	path_format(path, SITE_PROFILE, o->profile);
	ret = sysroot_read_file(&sys, path + 1, TREE_SIZE_MAX, blob, size, f);
	sysroot_close(&sys);
	if (ret != -ENOENT)
		return ret;
	fault_set(f, ret,
		  "there is no profile '%s': it is not built in, and %s does not exist",
		  o->profile, path);
	return fault_fix(f, "choose one of 'imxpt profiles', or give a file: -p ./FILE.dtb");
}

/* Who chose the profile that cannot be loaded? */
static int fail_profile(const struct options *o, struct fault *f)
{
	return o->profile == o->env_profile ? fault_in(f, "IMXPT_PROFILE") : f->code;
}

int load_profile_or_tree(const struct options *o, struct loaded_profile *out,
			 struct loaded_tree *tree, struct fault *f)
{
	struct loaded_tree l = { .name = o->profile };
	const struct builtin_profile *b = profile_builtin(o->profile);
	int ret = 0;

	if (is_file_name(o->profile))
		ret = file_read(o->profile, TREE_SIZE_MAX, &l.blob, &l.size, f);
	else if (!b)
		ret = read_site_profile(o, &l.blob, &l.size, f);
	if (ret)
		return fail_profile(o, f);
	ret = b ? open_blob(&l, b->blob, b->size, f) : open_blob(&l, l.blob, l.size, f);
	if (ret == 0 && tree && is_file_name(o->profile) &&
	    !tree_is_compatible(&l.tree, 0, PROFILE_COMPATIBLE)) {
		*tree = l;
		return 0;
	}
	if (ret == 0)
		ret = profile_read(&l.tree, &out->profile, f);
	if (ret) {
		unload_tree(&l);
		fault_in(f, "profile %s", o->profile);
		return fail_profile(o, f);
	}
	out->tree = l.tree;
	out->name = l.name;
	out->blob = l.blob;
	return 0;
}

int load_profile(const struct options *o, struct loaded_profile *out, struct fault *f)
{
	return load_profile_or_tree(o, out, NULL, f);
}

void unload_profile(struct loaded_profile *l)
{
	tree_close(&l->tree);
	free(l->blob);
	*l = (struct loaded_profile){ 0 };
}

static enum status check_standard_output(const struct options *o, struct fault *f)
{
	if (o->json)
		fault_set(f, -EINVAL, "--json and the tree cannot both go to standard output");
	else if (isatty(STDOUT_FILENO))
		fault_set(f, -EINVAL, "the tree is binary, and standard output is a terminal");
	else
		return STATUS_OK;
	fault_fix(f, "give -o a file");
	return STATUS_USAGE;
}

/* Links on the way to a site's profile lead to files below the root directory. */
static int is_site_profile(const struct options *o, bool *same, struct fault *f)
{
	char path[PATH_SIZE];
	struct stat profile, output;
	struct sysroot sys;
	int ret = sysroot_open(o->root, &sys, f);

	if (ret)
		return ret;
	path_format(path, SITE_PROFILE, o->profile);
	*same = sysroot_stat(&sys, path + 1, &profile) == 0 && stat(o->output, &output) == 0 &&
		profile.st_dev == output.st_dev && profile.st_ino == output.st_ino;
	sysroot_close(&sys);
	return 0;
}

enum status output_check(const struct options *o, struct fault *f)
{
	const char *inputs[] = { o->host, o->virt,
				 is_file_name(o->profile) ? o->profile : NULL };
	bool same = false;
	int ret = 0;

	if (o->dry_run)
		return STATUS_OK;
	if (!o->output) {
		fault_set(f, -EINVAL, "neither -o FILE nor -n is given");
		return STATUS_USAGE;
	}
	if (!strcmp(o->output, "-"))
		return check_standard_output(o, f);
	for (size_t i = 0; ret == 0 && !same && i < sizeof(inputs) / sizeof(*inputs); i++) {
		if (inputs[i])
			ret = file_same(o->output, inputs[i], &same, f);
	}
	if (ret == 0 && !same && !is_file_name(o->profile) && !profile_builtin(o->profile))
		ret = is_site_profile(o, &same, f);
	if (ret)
		return STATUS_FAILED;
	if (!same)
		return STATUS_OK;
	fault_set(f, -EINVAL, "-o %s is also an input: name another file", o->output);
	return STATUS_USAGE;
}

static int write_standard_output(const struct output *out, struct fault *f)
{
	int ret = out->report(out->work, f);

	if (ret || fflush(stdout) || ferror(stdout))
		return ret;
	return file_write_standard_output(out->blob, out->size, f);
}

static int write_file(const struct output *out, struct fault *f)
{
	struct pending_file file;
	int ret = file_replace_start(out->o->output, out->blob, out->size, out->keep_orig,
				     &file, f);

	if (ret)
		return ret;
	ret = out->report(out->work, f);
	if (ret == 0 && !fflush(stdout) && !ferror(stdout))
		file_replace_end(&file);
	else
		file_replace_undo(&file);
	return ret;
}

int output_write(const struct output *out, struct fault *f)
{
	if (out->o->dry_run || out->unchanged)
		return out->report(out->work, f);
	if (!strcmp(out->o->output, "-"))
		return write_standard_output(out, f);
	return write_file(out, f);
}
