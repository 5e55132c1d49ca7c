/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt overlay - make the guest's devices as an overlay for crosvm. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/command.h"
#include "cmd/guest_input.h"
#include "dt/overlay.h"
#include "guest/crosvm.h"

/* The state of a run, from the board's tree to the overlay. */
struct work {
	const struct options *o;
	struct guest_input in;
	struct loaded_tree empty, out;
	struct edits edits; /* of the tree empty */
};

static int start(struct work *w, struct fault *f)
{
	int ret = tree_create_empty(&w->empty.blob, &w->empty.size, f);

	return ret ? ret : tree_open(w->empty.blob, w->empty.size, &w->empty.tree, f);
}

/* Make the overlay in memory, and check it. */
static int make(struct work *w, struct fault *f)
{
	int ret = guest_input_open(&w->in, w->o, f) ?: start(w, f);

	if (ret)
		return ret;
	edits_start(&w->edits, &w->empty.tree);
	ret = crosvm_overlay_plan(&w->in.guest, &w->edits, f);
	if (ret)
		return fault_in(f, "%s", w->in.host.name);
	ret = edits_apply(&w->edits, 0, &w->out.blob, &w->out.size, f) ?:
		      tree_open(w->out.blob, w->out.size, &w->out.tree, f);
	if (ret)
		return ret;
	ret = crosvm_overlay_verify(&w->in.guest, &w->out.tree, f);
	return ret ? fault_in(f, "the guest's tree") : 0;
}

static int print_json(const struct work *w, struct fault *f)
{
	const struct profile *p = &w->in.profile.profile;
	char path[TREE_PATH_MAX];
	struct json j;

	json_begin(&j, "overlay");
	json_string(&j, "profile", w->in.profile.name);
	json_open_list(&j, "devices");
	for (size_t i = 0; i < p->n_pass; i++) {
		json_open_object(&j, NULL);
		json_string(&j, "symbol", p->pass[i].node.label);
		json_string(&j, "node",
			    tree_path(&w->in.host.tree, w->in.guest.pass[i], path));
		json_close(&j);
	}
	json_close(&j);
	json_guest_plan(&j, &w->in, &w->edits);
	return json_end(&j, stdout, f);
}

static int report(const void *work, struct fault *f)
{
	const struct work *w = work;

	print_guest_report(&w->in, &w->edits);
	return w->o->json ? print_json(w, f) : 0;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .o = o };
	enum status status;
	int ret;

	if (!o->host) {
		fault_set(f, -EINVAL, "--host, the board's tree, is missing");
		return STATUS_USAGE;
	}
	status = output_check(o, f);
	if (status)
		return status;
	ret = make(&w, f);
	if (ret == 0)
		ret = output_write(&(struct output){ .o = o,
						     .blob = w.out.blob,
						     .size = w.out.size,
						     .report = report,
						     .work = &w },
				   f);
	edits_free(&w.edits);
	unload_tree(&w.out);
	unload_tree(&w.empty);
	guest_input_close(&w.in);
	if (w.in.misused)
		return STATUS_USAGE;
	return ret ? STATUS_FAILED : STATUS_OK;
}

static const int accepts[] = { OPT_PROFILE, OPT_HOST,  OPT_MAC,	    OPT_OUTPUT, OPT_DRY_RUN,
			       OPT_JSON,    OPT_QUIET, OPT_VERBOSE, 0 };

const struct command cmd_overlay = {
	.name = "overlay",
	.usage = "--host HOST.dtb -o GUEST.dtbo",
	.summary = "Make the guest's devices and all they need as an overlay for crosvm",
	.accepts = accepts,
	.run = run,
};
