/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt guest - make the guest's tree out of QEMU's and the board's. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cmd/command.h"
#include "cmd/guest_tree.h"
#include "cmd/report.h"
#include "guest/qemu.h"

/* The state of a run, from the two trees to the guest's. */
struct work {
	struct guest_tree g;
	struct loaded_tree virt;
	struct bus_layout layout;
};

static int read_virt(struct work *w, struct fault *f)
{
	int ret = load_tree(w->g.o->virt, &w->virt, f);

	if (ret)
		return ret;
	ret = bus_layout_read(&w->virt.tree, &w->layout, f);
	return ret ? fault_in(f, "%s", w->virt.name) : 0;
}

static int add_passed(struct work *w, struct fault *f)
{
	int ret = bus_layout_add(&w->layout, &w->g.host.tree, w->g.guest.pass,
				 w->g.profile.profile.n_pass, f);

	return ret ? fault_in(f, "%s", w->g.host.name) : 0;
}

/* Make the guest's tree in memory, and check it. */
static int make(struct work *w, struct fault *f)
{
	int ret = guest_tree_open(&w->g, f) ?: read_virt(w, f) ?: add_passed(w, f);

	if (ret)
		return ret;
	edits_start(&w->g.edits, &w->virt.tree);
	ret = qemu_tree_plan(&w->g.guest, &w->layout, &w->g.edits, f) ?:
		      guest_tree_make(&w->g, f);
	if (ret)
		return ret;
	ret = qemu_tree_verify(&w->layout, &w->g.made.tree, f);
	return ret ? fault_in(f, "the guest's tree") : 0;
}

static void json_device(struct json *j, const struct work *w, size_t i)
{
	const struct bus_layout *l = &w->layout;
	const struct tree *t = i < l->n_dumped ? &w->virt.tree : &w->g.host.tree;

	json_open_object(j, NULL);
	json_string(j, "from", i < l->n_dumped ? "virt" : "host");
	json_node(j, "node", t, l->node[i]);
	json_open_list(j, "windows");
	for (size_t r = 0; r < l->slot[i].n_regions; r++) {
		json_open_object(j, NULL);
		json_address(j, "bus", l->regs[i].address[r]);
		json_address(j, "guest", l->slot[i].region[r].addr);
		json_address(j, "size", l->slot[i].region[r].size);
		json_close(j);
	}
	json_close(j);
	json_open_list(j, "spis");
	for (uint32_t k = 0; k < l->slot[i].n_spis; k++)
		json_number(j, NULL, l->slot[i].first_spi + k);
	json_close(j);
	json_close(j);
}

static int print_json(const struct work *w, struct fault *f)
{
	struct json j;

	json_begin(&j, "guest");
	json_string(&j, "profile", w->g.profile.name);
	json_open_list(&j, "devices");
	for (size_t i = 0; i < w->layout.n; i++)
		json_device(&j, w, i);
	json_close(&j);
	json_guest_plan(&j, &w->g);
	return json_print(&j, f);
}

/* The cells of a row of the address map; "" is an empty one. */
struct map_row {
	char host[24], guest[24], size[24], spis[24];
};

static void fill_row(struct map_row *row, const struct bus_layout *l, size_t i, size_t r)
{
	const struct slot *slot = &l->slot[i];
	uint32_t last = slot->first_spi + slot->n_spis - 1;

	if (r < slot->n_regions) {
		snprintf(row->guest, sizeof(row->guest), "0x%" PRIx64, slot->region[r].addr);
		snprintf(row->size, sizeof(row->size), "0x%" PRIx64, slot->region[r].size);
	}
	/* a device of QEMU's own is on no bus of the host */
	if (r < slot->n_regions && i >= l->n_dumped)
		snprintf(row->host, sizeof(row->host), "0x%" PRIx64, l->regs[i].address[r]);
	if (r == 0 && slot->n_spis == 1)
		snprintf(row->spis, sizeof(row->spis), "%" PRIu32, last);
	else if (r == 0 && slot->n_spis > 1)
		snprintf(row->spis, sizeof(row->spis), "%" PRIu32 "-%" PRIu32, slot->first_spi,
			 last);
}

/* A row for each window: where it is on the host and in the guest. */
static int print_address_map(const struct work *w, struct fault *f)
{
	enum {
		COLUMNS = 5,
		ROWS_MAX = BUS_DEVICES_MAX * BUS_REGIONS_MAX
	};
	const struct bus_layout *l = &w->layout;
	const char *cells[(ROWS_MAX + 1) * COLUMNS] = { "DEVICE", "HOST", "GUEST", "SIZE",
							"SPI" };
	struct map_row *rows = calloc(ROWS_MAX, sizeof(*rows));
	size_t n = 0;

	if (!rows)
		return fault_oom(f);
	for (size_t i = 0; i < l->n; i++) {
		const struct tree *t = i < l->n_dumped ? &w->virt.tree : &w->g.host.tree;

		for (size_t r = 0; r == 0 || r < l->slot[i].n_regions; r++) {
			const char **cell = &cells[++n * COLUMNS];

			fill_row(&rows[n - 1], l, i, r);
			cell[0] = t->nodes[l->node[i]].name;
			cell[1] = rows[n - 1].host;
			cell[2] = rows[n - 1].guest;
			cell[3] = rows[n - 1].size;
			cell[4] = rows[n - 1].spis;
		}
	}
	print_table(stdout, cells, NULL, n + 1, COLUMNS);
	putchar('\n');
	free(rows);
	return 0;
}

static int report(const void *work, struct fault *f)
{
	const struct work *w = work;
	int ret = 0;

	if (w->g.o->dry_run && !w->g.o->json)
		ret = print_address_map(w, f);
	if (ret)
		return ret;
	print_guest_report(&w->g);
	return w->g.o->json ? print_json(w, f) : 0;
}

static enum status check_options(const struct options *o, struct fault *f)
{
	if (!o->host || !o->virt) {
		fault_set(f, -EINVAL,
			  o->host ? "--virt VIRT.dtb is missing" :
				    "--host BOARD.dtb is missing");
		if (o->host)
			fault_fix(f, "'imxpt qemu --dump' prints the line that dumps QEMU's "
				     "tree");
		return STATUS_USAGE;
	}
	if (!strcmp(o->host, "-") && !strcmp(o->virt, "-")) {
		fault_set(f, -EINVAL, "--host and --virt cannot both be standard input");
		return STATUS_USAGE;
	}
	return output_check(o, f);
}

static enum status run(const struct options *o, struct fault *f)
{
	struct work w = { .g = { .o = o } };
	enum status status = check_options(o, f);

	if (status)
		return status;
	status = guest_tree_end(&w.g, make(&w, f), report, &w, f);
	unload_tree(&w.virt);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_HOST, OPT_VIRT,	 OPT_MAC,     OPT_OUTPUT,
			       OPT_DRY_RUN, OPT_JSON, OPT_QUIET, OPT_VERBOSE, 0 };

const struct command cmd_guest = {
	.name = "guest",
	.usage = "--host BOARD.dtb --virt VIRT.dtb {-n | -o GUEST.dtb}",
	.summary = "Make the guest's tree from QEMU's tree and the board's tree",
	.accepts = accepts,
	.run = run,
};
