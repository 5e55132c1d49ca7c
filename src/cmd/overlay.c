/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt overlay - make the guest's devices as an overlay for crosvm. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/command.h"
#include "cmd/guest_tree.h"
#include "cmd/report.h"
#include "dt/edit.h"
#include "guest/crosvm.h"

/* The state of a run, from the board's tree to the overlay. */
struct work {
	struct guest_tree g;
	struct loaded_tree empty; /* what the edits start from */
};

static int start(struct work *w, struct fault *f)
{
	int ret = tree_create_empty(&w->empty.blob, &w->empty.size, f);

	return ret ? ret : tree_open(w->empty.blob, w->empty.size, &w->empty.tree, f);
}

/* Make the overlay in memory, and check it. */
static int make(struct work *w, struct fault *f)
{
	int ret = guest_tree_open(&w->g, f) ?: start(w, f);

	if (ret)
		return ret;
	edits_start(&w->g.edits, &w->empty.tree);
	ret = crosvm_overlay_plan(&w->g.guest, &w->g.edits, f);
	if (ret)
		return fault_in(f, "%s", w->g.host.name);
	ret = guest_tree_make(&w->g, f);
	if (ret)
		return ret;
	ret = crosvm_overlay_verify(&w->g.guest, &w->g.made.tree, f);
	return ret ? fault_in(f, "the guest's tree") : 0;
}

static int print_json(const struct work *w, struct fault *f)
{
	const struct profile *p = &w->g.profile.profile;
	struct json j;

	json_begin(&j, "overlay");
	json_string(&j, "profile", w->g.profile.name);
	json_open_list(&j, "devices");
	for (size_t i = 0; i < p->n_pass; i++) {
		json_open_object(&j, NULL);
		json_string(&j, "symbol", p->pass[i].node.label);
		json_node(&j, "node", &w->g.host.tree, w->g.guest.pass[i]);
		json_close(&j);
	}
	json_close(&j);
	json_guest_plan(&j, &w->g);
	return json_print(&j, f);
}

static int report(const void *work, struct fault *f)
{
	const struct work *w = work;

	print_guest_report(&w->g);
	return w->g.o->json ? print_json(w, f) : 0;
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .g = { .o = o } };
	enum status status;

	if (!o->host) {
		fault_set(f, -EINVAL, "--host BOARD.dtb is missing");
		return STATUS_USAGE;
	}
	status = output_check(o, f);
	if (status)
		return status;
	status = guest_tree_end(&w.g, make(&w, f), report, &w, f);
	unload_tree(&w.empty);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_HOST,  OPT_MAC,	    OPT_OUTPUT, OPT_DRY_RUN,
			       OPT_JSON,    OPT_QUIET, OPT_VERBOSE, 0 };

const struct command cmd_overlay = {
	.name = "overlay",
	.usage = "--host BOARD.dtb {-n | -o GUEST.dtbo}",
	.summary = "Make an overlay for crosvm with the guest's devices",
	.accepts = accepts,
	.run = run,
};
