/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "scfw/firmware.h"
#include "scfw/mailbox.h"

#define RECORDING_MAX (1024 * 1024) /* bytes */
#define RUNTIME_STATUS PATH_DEVICES "/%s/power/runtime_status"

/* The profile's first mailbox; -1: none. */
static int find_mailbox(const struct resolved *r)
{
	for (size_t i = 0; i < r->profile->n_pass; i++) {
		if (resolved_mailbox(r, i) >= 0)
			return (int)i;
	}
	return -1;
}

static int no_power(const char *name, const char *why, struct fault *f)
{
	fault_set(f, -EPERM,
		  "%s: it is not asked, since nothing shows that it has power (%s): an access "
		  "without power hangs the board",
		  name, why);
	return fault_fix(f, "boot a tree made by 'imxpt patch --partition linux', or let "
			    "U-Boot run 'scu_rm dtb'");
}

/* May the kernel or U-Boot have powered it at all? */
static int check_source_of_power(const struct resolved *r, int node, const char *name,
				 struct fault *f)
{
	int size;

	if (resolved_partition(r) || tree_prop(r->tree, node, "power-domains", &size))
		return 0;
	return no_power(name, "scu_rm made no partition, and its node has no power-domains",
			f);
}

/* Without scu_rm the kernel's word counts, while VFIO has it open. */
static int check_power(const struct sysroot *s, const struct resolved *r, const char *name,
		       struct fault *f)
{
	char path[PATH_SIZE], status[32] = "unknown", why[80];

	if (resolved_partition(r))
		return 0;
	if (!sysroot_read(s, path_format(path, RUNTIME_STATUS, name), status,
			  sizeof(status)) &&
	    !strcmp(status, "active"))
		return 0;
	snprintf(why, sizeof(why), "the kernel's runtime_status is '%s'", status);
	return no_power(name, why, f);
}

static int open_mailbox(const struct sysroot *s, const struct resolved *r,
			const struct snapshot *snap, struct registers *out, struct fault *f)
{
	int i = find_mailbox(r);
	const struct device *d = i < 0 ? NULL : &snap->devices[i];

	if (!d)
		return fault_set(f, -ENODEV, "the profile passes no mailbox");
	if (!device_is_bound(d)) {
		fault_set(f, -ENODEV, "%s is not bound to " VFIO_DRIVER, d->wanted);
		return fault_fix(f, "run 'imxpt bind'");
	}
	return check_source_of_power(r, r->pass[i], d->name, f) ?:
		       registers_open(s, d, out, f)		?:
		       check_power(s, r, d->name, f)		?:
		       registers_map(out, f)			?:
								  mailbox_start(out, f);
}

int firmware_open(const struct sysroot *s, const struct resolved *r,
		  const struct snapshot *snap, struct firmware *out, struct fault *f)
{
	size_t size;

	*out = (struct firmware){ .registers = { -1, -1, -1, NULL, 0 } };
	if (s->live)
		return open_mailbox(s, r, snap, &out->registers, f);
	return sysroot_read_file(s, FIRMWARE_RECORDING, RECORDING_MAX, &out->recorded, &size,
				 f);
}

void firmware_close(struct firmware *w)
{
	registers_close(&w->registers);
	free(w->recorded);
	w->recorded = NULL;
}

int firmware_call(const struct firmware *w, const struct sc_call *c, uint32_t *answer,
		  struct fault *f)
{
	char line[SC_TEXT_MAX];
	int ret = w->recorded ? sc_replay(c, w->recorded, answer, f) :
				mailbox_call(&w->registers, c, answer, f);

	if (w->log)
		fprintf(w->log, "%s\n", sc_record(c, ret, *answer, line));
	return ret;
}
