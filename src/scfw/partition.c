/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <string.h>

#include "base/process.h"
#include "host/uboot.h"
#include "scfw/partition.h"

/* The resource of the mailbox that the tree's system controller uses; -1: none. */
static int find_host_mailbox(const struct tree *t, const struct refs *refs)
{
	for (size_t i = 0; i < refs->n; i++) {
		const struct ref *r = &refs->v[i];

		if (r->to >= 0 && resource_is_scu_mailbox(t, r->from, r->property))
			return resource_of_mailbox(t->nodes[r->to].name);
	}
	return -1;
}

/* The passed bus master that has the resource: its stream id. */
static void find_master(const struct resolved *r, uint32_t id, struct partition_contents *c)
{
	for (size_t i = 0; i < r->profile->n_pass; i++) {
		struct cells iommus = tree_cells(r->tree, r->pass[i], "iommus");

		if (!r->profile->pass[i].bus_master || iommus.n < 2 ||
		    !cells_have(tree_cells(r->tree, r->pass[i], "fsl,sc_rsrc_id"), id))
			continue;
		if (uboot_is_stream_id(cells_get(iommus, 1)))
			c->resources[c->n_resources].stream_id =
				(uint16_t)cells_get(iommus, 1);
	}
}

static int add_resource(const struct resolved *r, struct cells on, uint32_t id,
			struct partition_contents *c, struct fault *f)
{
	if (id >= RESOURCE_LAST)
		return fault_set(f, -EINVAL,
				 "resource %u in rsrcs of the domain does not "
				 "exist",
				 id);
	if (c->n_resources == PARTITION_RESOURCES_MAX)
		return fault_set(f, -E2BIG, "rsrcs of the domain has more than %d resources",
				 PARTITION_RESOURCES_MAX);
	c->resources[c->n_resources].id = (uint16_t)id;
	c->resources[c->n_resources].on = id == c->mailbox || cells_have(on, id);
	find_master(r, id, c);
	c->n_resources++;
	return 0;
}

static int add_pad(uint32_t id, struct partition_contents *c, struct fault *f)
{
	if (id >= PAD_LAST)
		return fault_set(f, -EINVAL,
				 "pad %u in pads of the domain does not "
				 "exist",
				 id);
	for (size_t i = 0; i < c->n_pads; i++) {
		if (c->pads[i] == id)
			return 0;
	}
	/* each once, so there is room for all */
	c->pads[c->n_pads++] = (uint16_t)id;
	return 0;
}

static int find_mailboxes(const struct resolved *r, const struct refs *refs,
			  struct partition_contents *c, struct fault *f)
{
	int host = find_host_mailbox(r->tree, refs), passed = -1;

	for (size_t i = 0; i < r->profile->n_pass && passed < 0; i++)
		passed = resolved_mailbox(r, i);
	if (passed < 0 || host < 0)
		return fault_set(
			f, -ENOENT,
			passed < 0 ? "the profile passes no mailbox" :
				     "the tree's system controller node refers to no mailbox");
	c->mailbox = (uint16_t)passed;
	c->host_mailbox = (uint16_t)host;
	if (cells_have(resolved_rsrcs(r), c->mailbox))
		return 0;
	return fault_set(f, -EINVAL, "the passed mailbox is not in rsrcs of /domu/%s",
			 r->profile->domain_node);
}

int partition_contents(const struct resolved *r, const struct refs *refs,
		       struct partition_contents *out, struct fault *f)
{
	int domain = resolved_domain(r), ret;
	struct cells ids = resolved_rsrcs(r), pads, on;

	*out = (struct partition_contents){ 0 };
	if (domain < 0)
		return fault_set(f, -ENOENT, "the tree has no /domu/%s",
				 r->profile->domain_node);
	on = tree_cells(r->tree, domain, "init_on_rsrcs");
	pads = tree_cells(r->tree, domain, "pads");
	ret = find_mailboxes(r, refs, out, f);
	for (size_t i = 0; ret == 0 && i < ids.n; i++)
		ret = add_resource(r, on, cells_get(ids, i), out, f);
	for (size_t i = 0; ret == 0 && i < pads.n; i++)
		ret = add_pad(cells_get(pads, i), out, f);
	return ret ? fault_fix(f, "boot a tree made by 'imxpt patch' for this profile") : 0;
}

static int ask(const struct firmware *w, enum sc_op op, uint16_t subject, uint32_t *answer,
	       struct fault *f)
{
	const struct sc_call c = { .op = op, .subject = subject };

	return firmware_call(w, &c, answer, f);
}

static int ask_partition(const struct firmware *w, enum sc_op op, uint16_t subject,
			 uint8_t *out, struct fault *f)
{
	uint32_t answer;
	int ret = ask(w, op, subject, &answer, f);

	if (ret == 0 && answer >= SC_PARTITIONS)
		ret = fault_set(f, -EPROTO,
				"%s: the firmware answers with partition %u, and the highest "
				"is 31",
				sc_name(op), answer);
	*out = (uint8_t)(ret ? 0 : answer);
	return ret;
}

static int ask_resource(const struct firmware *w, const struct partition_contents *c, size_t i,
			struct partition_state *out, struct fault *f)
{
	uint16_t id = c->resources[i].id;
	uint32_t stream_id = 0, mode = 0, master = 0;
	int ret = ask_partition(w, SC_GET_RESOURCE_OWNER, id, &out->owners[i], f) ?:
			  ask(w, SC_GET_POWER_MODE, id, &mode, f)		  ?:
			  ask(w, SC_GET_RESOURCE_INFO, id, &stream_id, f)	  ?:
			  ask(w, SC_IS_RESOURCE_MASTER, id, &master, f);

	out->stream_ids[i] = (uint16_t)stream_id;
	out->modes[i] = (uint8_t)mode;
	out->bus_master[i] = master;
	return ret;
}

int partition_read_state(const struct firmware *w, const struct partition_contents *c,
			 struct partition_state *out, struct fault *f)
{
	int ret;

	*out = (struct partition_state){ 0 };
	ret = ask_partition(w, SC_GET_PARTITION, 0, &out->caller, f) ?:
		      ask_partition(w, SC_GET_RESOURCE_OWNER, c->host_mailbox, &out->host, f);
	for (size_t i = 0; ret == 0 && i < c->n_resources; i++)
		ret = ask_resource(w, c, i, out, f);
	for (size_t i = 0; ret == 0 && i < c->n_pads; i++) {
		uint32_t owned = 0;

		ret = ask(w, SC_IS_PAD_OWNED, c->pads[i], &owned, f);
		out->pad_owned[i] = owned;
	}
	return ret;
}

/* An error of the firmware's own, which is an answer here. */
static bool is_refusal(int ret)
{
	return ret == -EINVAL || ret == -EACCES || ret == -EBUSY || ret == -ENOENT;
}

static bool has_resource(const struct partition_contents *c, uint16_t id)
{
	for (size_t i = 0; i < c->n_resources; i++) {
		if (c->resources[i].id == id)
			return true;
	}
	return false;
}

static int find_children(const struct firmware *w, struct partition_state *s, struct fault *f)
{
	uint32_t answer;

	for (uint8_t p = 0; p < SC_PARTITIONS; p++) {
		const struct sc_call c = { SC_SET_PARENT, p, s->host };
		int ret = p == s->host ? -EACCES : firmware_call(w, &c, &answer, f);

		if (ret && !is_refusal(ret))
			return ret;
		s->ours[p] = ret == 0;
	}
	*f = (struct fault){ 0 };
	return 0;
}

/*
 * Find the partitions that an earlier run has made, whole or not: children of the host's, or
 * the one that its calls act as, that have no resource but of the contents.  A run
 * that was killed early leaves one without any.
 *
 * The firmware has no question for a partition's parent.  It is asked by giving the
 * partition the host for its parent, which is refused unless the host is it already.
 */
static int find_ours(const struct firmware *w, const struct partition_contents *c,
		     struct partition_state *s, struct fault *f)
{
	uint32_t owner;
	int ret = 0;

	if (s->caller != s->host)
		s->ours[s->caller] = true;
	else
		ret = find_children(w, s, f);
	for (uint16_t id = 0; ret == 0 && id < RESOURCE_LAST; id++) {
		if (has_resource(c, id))
			continue;
		ret = ask(w, SC_GET_RESOURCE_OWNER, id, &owner, f);
		if (ret == 0 && owner < SC_PARTITIONS)
			s->ours[owner] = false;
		else if (is_refusal(ret))
			ret = 0;
	}
	if (ret == 0)
		*f = (struct fault){ 0 };
	return ret;
}

int partition_plan(const struct firmware *w, const struct partition_contents *c, bool free,
		   struct partition_state *s, struct partition_plan *out, struct fault *f)
{
	int ret = partition_read_state(w, c, s, f);

	out->n = 0;
	if (ret || (!free && partition_is_made(c, s)))
		return ret;
	/* a recording has the answers that check needs, and these are not among them */
	if (!w->recorded)
		ret = find_ours(w, c, s, f);
	else if (s->caller != s->host)
		s->ours[s->caller] = true;
	if (ret)
		return ret;
	return free ? partition_plan_free(c, s, out, f) : partition_plan_make(c, s, out, f);
}

/*
 * The firmware may not answer the mailbox's assignment; the next question shows the result.
 */
static bool may_be_silent(const struct partition_contents *c, const struct sc_call *call)
{
	return call->op == SC_ASSIGN_RESOURCE && call->subject == c->mailbox;
}

static int run(const struct firmware *w, const struct partition_contents *c,
	       const struct partition_plan *plan, struct fault *f)
{
	uint32_t made = SC_PARTITION_NEW, answer;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < plan->n; i++) {
		struct sc_call call = plan->v[i].call;

		if (call.op == SC_SET_PARENT && call.subject == SC_PARTITION_NEW)
			call.subject = (uint16_t)made;
		else if (call.value == SC_PARTITION_NEW)
			call.value = (uint16_t)made;
		ret = firmware_call(w, &call, &answer, f);
		if (ret == -ETIMEDOUT && may_be_silent(c, &call))
			ret = 0;
		if (ret == 0 && call.op == SC_PARTITION_ALLOC)
			made = answer;
		if (made != SC_PARTITION_NEW && made >= SC_PARTITIONS)
			return fault_set(f, -EPROTO,
					 "the firmware made partition %u, and the highest is "
					 "31",
					 made);
	}
	if (ret == 0)
		*f = (struct fault){ 0 };
	return ret;
}

/* Free what there is, and give the resources the power that they had. */
static int undo(const struct firmware *w, const struct partition_contents *c,
		const struct partition_state *before, struct fault *f)
{
	struct partition_state now;
	struct partition_plan plan;
	int ret = partition_plan(w, c, true, &now, &plan, f) ?:
			  run(w, c, &plan, f)		     ?:
			  partition_read_state(w, c, &now, f);
	uint32_t answer;

	for (size_t i = 0; ret == 0 && i < c->n_resources; i++) {
		const struct sc_call power = { SC_SET_POWER_MODE, c->resources[i].id,
					       before->modes[i] };

		if (now.modes[i] != before->modes[i])
			ret = firmware_call(w, &power, &answer, f);
	}
	return ret;
}

/* Make it, then ask whether it is made. */
static int make(const struct firmware *w, const struct partition_contents *c,
		const struct partition_plan *plan, struct partition_state *now,
		struct fault *f)
{
	int ret = run(w, c, plan, f) ?: partition_read_state(w, c, now, f);

	if (ret || partition_is_made(c, now))
		return ret;
	return fault_set(f, -EIO,
			 "all calls succeeded, but the firmware does not have what they "
			 "asked for");
}

int partition_make(const struct firmware *w, const struct partition_contents *c,
		   const struct partition_plan *plan, struct partition_state *s,
		   struct fault *f)
{
	const struct partition_state before = *s;
	struct fault undoing = { 0 };
	sigset_t old;
	int ret;

	signals_block(&old);
	ret = make(w, c, plan, s, f);
	if (ret && undo(w, c, &before, &undoing)) {
		char first[FAULT_TEXT_MAX];

		memcpy(first, f->text, sizeof(first));
		ret = fault_set(f, -ENOTRECOVERABLE, "%.200s; undoing it failed: %.200s",
				first, undoing.text);
		fault_fix(f, "run 'imxpt partition --free', or restart the board");
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (ret && !*f->fix)
		fault_fix(f, "'imxpt check --ask-firmware' shows what the firmware has");
	return ret;
}

int partition_free(const struct firmware *w, const struct partition_contents *c,
		   const struct partition_plan *plan, struct fault *f)
{
	sigset_t old;
	int ret;

	signals_block(&old);
	ret = run(w, c, plan, f);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (ret == 0)
		return 0;
	f->code = -ENOTRECOVERABLE;
	return fault_fix(f, "run 'imxpt partition --free' again, or restart the board");
}
