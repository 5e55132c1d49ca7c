/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "check/facts.h"
#include "host/patch.h"

#define RUNNING_TREE "sys/firmware/fdt"
#define COMPATIBLE "sys/firmware/devicetree/base/compatible"
#define COMPATIBLE_MAX 4096

static bool is_fatal(int ret)
{
	return ret == -ENOMEM;
}

/* Store a fault as a fact; memory that ran out stays one. */
static int note(struct fault *fact, int ret, struct fault *f)
{
	if (is_fatal(ret))
		return ret;
	if (ret)
		*fact = *f;
	*f = (struct fault){ 0 };
	return 0;
}

/* Is the machine a board of the profile's?  Whoever it is, this may be asked. */
static void look_for_host(const struct facts_source *l, struct facts *out)
{
	struct fault f = { 0 };
	struct strings is = { 0 };
	void *text = NULL;

	if (file_read(l->sys->root, COMPATIBLE, COMPATIBLE_MAX, &text, &is.size, &f)) {
		snprintf(out->no_host, WHY_MAX,
			 "this machine has no device tree, so it is no %s", l->profile->fits);
		return;
	}
	is.v = text;
	if (!is.size || is.v[is.size - 1] || !strings_have(is, l->profile->fits))
		snprintf(out->no_host, WHY_MAX, "this machine is no %s", l->profile->fits);
	free(text);
}

/* What the pure rooms make of the tree. */
static int work_out(struct facts *out, struct fault *f)
{
	struct tree_facts *t = &out->tree;
	int ret;

	t->resolved = (struct resolved){ .profile = out->profile, .tree = &t->t };
	ret = refs_collect(&t->t, &t->refs, f)				  ?:
		      note(&t->no_smmu, resolve_smmu(&t->resolved, f), f) ?:
		      note(&t->unresolved, resolve_profile(out->profile, &t->t, &t->resolved, f), f) ?:
		      note(&t->no_uboot, uboot_predict(&t->t, &t->uboot, f), f);
	if (ret || t->unresolved.code)
		return ret;
	edits_start(&t->missing, &t->t);
	ret = note(&t->no_plan, patch_plan(&t->resolved, false, &t->missing, f), f);
	if (ret)
		return ret;
	group_find(&t->t, t->resolved.pass[0], &t->group);
	return 0;
}

static int look_at_tree(const struct facts_source *l, struct facts *out, struct fault *f)
{
	struct tree_facts *t = &out->tree;
	size_t size;
	int ret = file_read(l->dtb ? AT_FDCWD : l->sys->root, l->dtb ? l->dtb : RUNNING_TREE,
			    TREE_SIZE_MAX, &t->blob, &size, f);

	t->live = !l->dtb;
	if (ret == 0)
		ret = tree_open(t->blob, size, &t->t, f);
	if (ret == 0)
		return work_out(out, f);
	if (l->dtb || is_fatal(ret))
		return t->blob ? fault_in(f, "%s", l->dtb ? l->dtb : "/" RUNNING_TREE) : ret;
	if (ret == -EACCES || ret == -EPERM)
		snprintf(t->unseen, WHY_MAX, "only root may read /" RUNNING_TREE);
	else if (*out->no_host)
		snprintf(t->unseen, WHY_MAX, "%s", out->no_host);
	else if (ret == -ENOENT)
		snprintf(t->unseen, WHY_MAX,
			 "/" RUNNING_TREE " is not there; 'imxpt check --dtb' judges a file");
	else
		snprintf(t->unseen, WHY_MAX, "/" RUNNING_TREE " cannot be read: %.100s",
			 f->text);
	*f = (struct fault){ 0 };
	return 0;
}

int facts_read_all(const struct facts_source *l, struct facts *out, struct fault *f)
{
	int ret;

	*out = (struct facts){ .profile = l->profile,
			       .live = l->sys->live,
			       .memory = l->memory };
	look_for_host(l, out);
	ret = look_at_tree(l, out, f) ?: facts_read_kernel(l, out, f);
	if (ret == 0 && !*out->no_host)
		ret = facts_read_devices(l, out, f);
	return ret ?: facts_read_vmm(l, out, f);
}

int facts_read_before_bind(const struct facts_source *l, const struct snapshot *seen,
			   struct facts *out, struct fault *f)
{
	int ret;

	*out = (struct facts){ .profile = l->profile,
			       .live = l->sys->live,
			       .snapshot = *seen };
	look_for_host(l, out);
	facts_read_release(l, out);
	ret = look_at_tree(l, out, f);
	return ret || *out->no_host ? ret : facts_read_bind_state(l, out, f);
}

void facts_free(struct facts *facts)
{
	struct tree_facts *t = &facts->tree;

	uboot_free(&t->uboot);
	edits_free(&t->missing);
	refs_free(&t->refs);
	tree_close(&t->t);
	free(t->blob);
	free(facts->kernel.config);
	free(facts->kernel.cmdline);
	*facts = (struct facts){ 0 };
}
