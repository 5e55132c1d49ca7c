/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_board.h"
#include "tree_fixture.h"
#include "vfio/snapshot.h"

struct fake_device *fake_add(const char *name, const char *node, const char *driver)
{
	struct fake_device *d = &fake.devices[fake.n++];

	*d = (struct fake_device){ .in_group = false };
	strcpy(d->name, name);
	strcpy(d->node, node);
	strcpy(d->driver, driver);
	strcpy(d->match, driver);
	return d;
}

void fake_calm(void)
{
	fake.calls = fake.writes = 0;
	fake.fail_call = fake.fail_write = fake.signal_write = fake.kill_write = 0;
	fake.steal_write = fake.vanish_call = 0;
	fake.fail_on = fake.blocked = false;
}

static const struct profile one_port = {
	.pass = {
		{ .node.name = "clock-controller@5b230000" },
		{ .node.name = "ethernet@5b040000" },
		{ .node.name = "mailbox@5d1d0000" },
	},
	.n_pass = 3,
};

static const struct profile *profile = &one_port;

void fake_boot(void)
{
	profile = &one_port;
	fake = (struct fake){ .kernel = FAKE_6_12, .live = true, .loaded = true };
	fake_add("51400000.iommu", "/iommu@51400000", "arm-smmu")->no_iommus = true;
	fake_add("5b230000.clock-controller", "/bus@5b000000/clock-controller@5b230000", "");
	fake_add("5b040000.ethernet", "/bus@5b000000/ethernet@5b040000", "");
	fake_add("5d1d0000.mailbox", "/bus@5d000000/mailbox@5d1d0000", "");
}

/* The rest of sysroot.h and run.h, which commands call: the board shows no tree. */
int sysroot_read_file(const struct sysroot *s, const char *path, size_t max, void **out,
		      size_t *size, struct fault *f)
{
	static const char board[] = "fsl,imx8qm";

	(void)s, (void)max;
	if (strcmp(path, "sys/firmware/devicetree/base/compatible"))
		return fault_set(f, -ENOENT, "cannot open /%s: %s", path, strerror(ENOENT));
	*out = strdup(board);
	*size = sizeof(board);
	return 0;
}

int sysroot_lock(const struct sysroot *s, FILE *log, struct fault *f)
{
	(void)s, (void)log;
	if (fake.no_lock)
		return fault_set(f, -EACCES, "cannot lock");
	return open("/", O_PATH);
}

int sysroot_may_use(const struct sysroot *s, const char *path)
{
	(void)s, (void)path;
	return 0;
}

int sysroot_open_device(const struct sysroot *s, const char *path)
{
	(void)s, (void)path;
	return -ENOENT;
}

int modules_find(const char *name)
{
	(void)name;
	return fake.no_module ? -ENOENT : 0;
}

struct fake at_start;

void boot_with_drivers(void)
{
	fake_boot();
	strcpy(fake.devices[1].driver, "imx-lpcg");
	/* bound by it: the driver matches by no table */
	strcpy(fake.devices[1].override, "imx-lpcg");
	strcpy(fake.devices[2].driver, "fec");
	strcpy(fake.devices[2].match, "fec");
	strcpy(fake.devices[3].match, "imx_mu");
	strcpy(fake.devices[3].override, "somebody");
}

/* Bound by an override that has changed since. */
static void boot_with_stale_override(void)
{
	boot_with_drivers();
	strcpy(fake.devices[1].override, "");
	strcpy(fake.devices[2].override, "somebody");
}

static void boot_without_module(void)
{
	boot_with_drivers();
	fake.loaded = false;
}

/* The devices of a built-in profile, all with drivers. */
static void boot_builtin(const char *name)
{
	static struct profile builtin;

	tree_fixture_profile(name, &builtin);
	fake_boot();
	profile = &builtin;
	fake.n = 1;
	for (size_t i = 0; i < builtin.n_pass; i++) {
		const char *node = builtin.pass[i].node.name, *at = strchr(node, '@');
		char device[NAME_SIZE], path[PATH_SIZE];

		snprintf(device, sizeof(device), "%s.%.*s", at + 1, (int)(at - node), node);
		snprintf(path, sizeof(path), "/bus/%s", node);
		/* every second one by an override, as it matches by no table */
		strcpy(fake_add(device, path, "host-driver")->override,
		       i % 2 ? "" : "host-driver");
	}
}

void boot_number(size_t i)
{
	static void (*const boots[])(void) = { fake_boot, boot_with_drivers,
					       boot_with_stale_override, boot_without_module };

	if (i < sizeof(boots) / sizeof(*boots))
		boots[i]();
	else
		boot_builtin(builtin_profiles[N_BOOTS - 1 - i].name);
}

void unblock_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
}

static enum run_result run_with(bool binds, struct run r, struct fault *f)
{
	struct sysroot s = { .root = -1, .live = fake.live };
	struct snapshot start, after;
	struct steps todo;
	enum run_result result;

	*f = (struct fault){ 0 };
	if (snapshot_take(&s, profile, &start, f))
		return RUN_UNDONE;
	if (!binds)
		steps_to_release(&start, &todo);
	else if (steps_to_bind(&start, &todo, f))
		return RUN_UNDONE;
	r.sys = &s;
	r.start = &start;
	r.todo = &todo;
	r.timeout_ms = 10;
	r.log = fake.log;
	result = binds ? run_bind(&r, &after, f) : run_release(&r, &after, f);
	unblock_signals();
	assert_int_equal(f->code == 0, result == RUN_DONE);
	assert_int_equal(strlen(f->text) == 0, result == RUN_DONE);
	return result;
}

enum run_result bind_and(const struct owner *owner,
			 int (*last)(void *last_arg, struct fault *f), int answer,
			 struct fault *f)
{
	return run_with(true,
			(struct run){ .owner = *owner, .last = last, .last_arg = &answer }, f);
}

enum run_result bind_for(const struct owner *owner, struct fault *f)
{
	return bind_and(owner, NULL, 0, f);
}

enum run_result bind_all(struct fault *f)
{
	return bind_for(&OWNER_STAYS, f);
}

enum run_result release_all(struct fault *f)
{
	return run_with(false, (struct run){ .owner = OWNER_STAYS }, f);
}

bool is_bound(void)
{
	for (size_t i = 1; i <= profile->n_pass; i++) {
		if (strcmp(fake.devices[i].driver, VFIO_DRIVER) ||
		    strcmp(fake.devices[i].override, VFIO_DRIVER))
			return false;
	}
	return true;
}

bool is_as_booted(void)
{
	for (size_t i = 0; i < fake.n; i++) {
		if (!fake.devices[i].gone &&
		    (strcmp(fake.devices[i].driver, at_start.devices[i].driver) ||
		     strcmp(fake.devices[i].override, at_start.devices[i].override)))
			return false;
	}
	return fake.loaded == at_start.loaded;
}

bool is_free(void)
{
	for (size_t i = 1; i <= profile->n_pass; i++) {
		if (!strcmp(fake.devices[i].driver, VFIO_DRIVER) ||
		    !strcmp(fake.devices[i].override, VFIO_DRIVER))
			return false;
	}
	return true;
}
