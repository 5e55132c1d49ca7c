/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "check/facts.h"
#include "host/patch.h"

#define RUNNING_TREE "sys/firmware/fdt"
#define COMPATIBLE "sys/firmware/devicetree/base/compatible"
#define COMPATIBLE_MAX 4096

/* Store a fault of a computation as a fact; only -ENOMEM stays a fault. */
static int keep_fault(struct fault *fact, int ret, struct fault *f)
{
	if (ret == -ENOMEM)
		return ret;
	if (ret)
		*fact = *f;
	*f = (struct fault){ 0 };
	return 0;
}

/* Is one of the strings among those of list? */
static bool has_any(struct strings list, struct strings any)
{
	const char *s = NULL;

	while ((s = strings_next(any, s))) {
		if (strings_have(list, s))
			return true;
	}
	return false;
}

/* Is this machine a board that the profile is for?  Every user may read this. */
static int read_host(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct strings is = { 0 };
	void *text = NULL;
	int ret = sysroot_read_file(from->sys, COMPATIBLE, COMPATIBLE_MAX, &text, &is.size, f);

	if (error_is_absent(ret))
		snprintf(out->host_unseen, WHY_MAX,
			 "this machine has no device tree, so it is not an %s board",
			 from->profile->fits.v);
	else if (ret && (error_is_fatal(ret) || !from->dtb))
		return ret;
	else if (ret)
		snprintf(out->host_unseen, WHY_MAX, "/" COMPATIBLE " cannot be read: %s",
			 strerror(-ret));
	if (ret) {
		*f = (struct fault){ 0 };
		return 0;
	}
	is.v = text;
	if (!is.size || is.v[is.size - 1] || !has_any(is, from->profile->fits))
		snprintf(out->host_unseen, WHY_MAX, "this machine is not an %s board",
			 from->profile->fits.v);
	free(text);
	return 0;
}

/* Compute what follows from the tree. */
static int derive_facts(struct facts *out, struct fault *f)
{
	struct tree_facts *t = &out->tree;
	bool assigned[PAD_LAST] = { false };
	int ret;

	t->resolved = (struct resolved){ .profile = out->profile, .tree = &t->t };
	t->rules = (struct rules_input){ &t->resolved, &t->refs, &t->uboot };
	ret = refs_collect(&t->t, &t->refs, f)						    ?:
		      keep_fault(&t->board_fault, resolve_board(out->profile, &t->t, f), f) ?:
		      keep_fault(&t->smmu_fault, resolve_smmu(&t->resolved, f), f)	    ?:
		      keep_fault(&t->resolve_fault, resolve_profile(out->profile, &t->t, &t->resolved, f), f) ?:
		      keep_fault(&t->uboot_fault, uboot_predict(&t->t, &t->uboot, f), f);
	if (ret || t->resolve_fault.code)
		return ret;
	if (t->resolved.by_linux && !t->uboot_fault.code)
		uboot_add_linux_partition(&t->uboot, &t->t, resolved_domain(&t->resolved));
	edits_start(&t->missing, &t->t);
	ret = keep_fault(&t->patch_fault, patch_plan(&t->resolved, &t->refs, &t->missing, f),
			 f);
	if (ret)
		return ret;
	group_find(&t->t, t->resolved.pass[0], &t->group);
	pads_of_domain(&t->resolved, assigned);
	return pads_find_all_unassigned(&t->resolved, &t->refs, assigned, &t->pads, f);
}

static int read_tree(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct tree_facts *t = &out->tree;
	size_t size;
	int ret = from->dtb ? file_read(from->dtb, TREE_SIZE_MAX, &t->blob, &size, f) :
			      sysroot_read_file(from->sys, RUNNING_TREE, TREE_SIZE_MAX,
						&t->blob, &size, f);

	t->booted = !from->dtb;
	if (ret == 0)
		ret = tree_open(t->blob, size, &t->t, f) ?: tree_check_whole(&t->t, f);
	if (ret == 0)
		return derive_facts(out, f);
	if (from->dtb || error_is_fatal(ret))
		return t->blob ? fault_in(f, "%s", from->dtb ? from->dtb : "/" RUNNING_TREE) :
				 ret;
	if (ret == -EACCES || ret == -EPERM)
		snprintf(t->unseen, WHY_MAX, "only root may read /" RUNNING_TREE);
	else if (*out->host_unseen)
		snprintf(t->unseen, WHY_MAX, "%s", out->host_unseen);
	else if (ret == -ENOENT)
		snprintf(t->unseen, WHY_MAX,
			 "/" RUNNING_TREE
			 " does not exist; 'imxpt check --dtb' checks a file");
	else
		snprintf(t->unseen, WHY_MAX, "/" RUNNING_TREE " cannot be read: %.100s",
			 f->text);
	*f = (struct fault){ 0 };
	return 0;
}

/* Why it cannot be asked; NULL: it can. */
static const char *find_obstacle(const struct facts_source *from, const struct facts *facts)
{
	const struct tree_facts *t = &facts->tree;

	if (from->dtb)
		return "the firmware can be asked of the running tree only, and --dtb names another";
	if (*facts->host_unseen)
		return facts->host_unseen;
	if (*t->unseen)
		return t->unseen;
	if (t->resolve_fault.code)
		return "the tree lacks a node of the profile (see check 'nodes')";
	return facts->in_use.code == -EBUSY ? facts->in_use.text : NULL;
}

static int ask(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct firmware_facts *w = &out->firmware;
	const struct resolved *r = &out->tree.resolved;
	struct firmware asked = FIRMWARE_CLOSED;
	int ret = partition_contents(r, &out->tree.refs, &w->contents, f) ?:
			  firmware_open(from->sys, r, &out->snapshot, &asked, f);

	asked.log = from->log;
	if (ret == 0)
		ret = partition_read_state(&asked, &w->contents, &w->state, f);
	firmware_close(&asked);
	return ret;
}

static int read_firmware(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct firmware_facts *w = &out->firmware;
	const char *why;
	int ret;

	if (!from->ask_firmware)
		return 0;
	w->asked = true;
	why = find_obstacle(from, out);
	if (why) {
		snprintf(w->unseen, WHY_MAX, "%.*s", WHY_MAX - 1, why);
		return 0;
	}
	ret = ask(from, out, f);
	/* not error_is_fatal(): EIO is one of the firmware's answers */
	if (ret == -ENOMEM)
		return ret;
	if (ret == -ETIMEDOUT || ret == -EPROTO)
		w->fault = *f;
	else if (ret == -EACCES)
		snprintf(w->unseen, WHY_MAX,
			 "only a user who may open the group can ask: %.100s", f->text);
	else if (ret)
		snprintf(w->unseen, WHY_MAX, "%.*s", WHY_MAX - 1, f->text);
	*f = (struct fault){ 0 };
	return 0;
}

/* An initializer would be a copy of these facts on the stack, which they are too large for. */
static void start_facts(const struct facts_source *from, struct facts *out)
{
	memset(out, 0, sizeof(*out));
	out->profile = from->profile;
	out->live = from->sys->live;
}

int facts_read_all(const struct facts_source *from, struct facts *out, struct fault *f)
{
	int ret;

	start_facts(from, out);
	out->memory = from->memory;
	ret = read_host(from, out, f)	      ?:
		      read_tree(from, out, f) ?:
						facts_read_kernel(from, out, f);
	if (ret == 0 && !*out->host_unseen)
		ret = facts_read_devices(from, out, f);
	return ret ?: facts_read_vmm(from, out, f) ?: read_firmware(from, out, f);
}

int facts_read_before_bind(const struct facts_source *from, const struct snapshot *start,
			   struct facts *out, struct fault *f)
{
	int ret;

	start_facts(from, out);
	out->snapshot = *start;
	facts_read_release(from, out);
	ret = read_host(from, out, f) ?: read_tree(from, out, f);
	if (ret || *out->host_unseen || devices_bound(start) == start->n_devices)
		return ret;
	return facts_read_bind_state(from, out, f);
}
