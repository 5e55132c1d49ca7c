/* SPDX-License-Identifier: Apache-2.0 */
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "dt/tree.h"
#include "rig.h"

#define ARGS_MAX 64

/* Arguments of a command, ended by NULL. */
struct args {
	char *v[ARGS_MAX];
	size_t n;
};

static const char names[SET_DEVICES_MAX][4] = {
	"d00", "d01", "d02", "d03", "d04", "d05", "d06", "d07",
	"d08", "d09", "d10", "d11", "d12", "d13", "d14", "d15",
};

static void add(struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void add(struct args *a, const char *fmt, ...)
{
	va_list ap;

	if (a->n == ARGS_MAX - 1)
		errx(EXIT_FAILURE, "too many arguments for QEMU");
	va_start(ap, fmt);
	if (vasprintf(&a->v[a->n++], fmt, ap) < 0)
		err(EXIT_FAILURE, "cannot make an argument for QEMU");
	va_end(ap);
}

static void start(struct args *a, struct emulator *out)
{
	emulator_start(out, a->v);
	while (a->n)
		free(a->v[--a->n]);
}

/* The same machine for the dump and for the run. */
static void add_machine(struct args *a, const struct rig *r, const char *more)
{
	add(a, "%s", r->qemu);
	add(a, "-M");
	add(a, "virt,gic-version=3%s", more);
	for (const char *const *s =
		     (const char *const[]){ "-cpu", "cortex-a57", "-m", "64M", "-nodefaults",
					    "-display", "none", "-S", "-qmp", "stdio", NULL };
	     *s; s++)
		add(a, "%s", *s);
}

static bool has_vfio_platform(const struct rig *r)
{
	struct args a = { .n = 0 };
	struct emulator e;
	struct ending end;

	add(&a, "%s", r->qemu);
	add(&a, "-device");
	add(&a, "vfio-platform,help");
	start(&a, &e);
	emulator_end(&e, &end);
	return !end.killed && end.status == 0;
}

/* Make one folder as in sysfs, and a link to it for each device. */
static void make_folders(const struct rig *r)
{
	int dir = open(r->dir, O_DIRECTORY | O_CLOEXEC), fd;

	if (dir < 0 || mkdirat(dir, "device", 0700) || mkdirat(dir, "device/of_node", 0700) ||
	    symlinkat("/sys/kernel/iommu_groups/0", dir, "device/iommu_group"))
		err(EXIT_FAILURE, "cannot make a device in %s", r->dir);
	fd = openat(dir, "device/of_node/compatible", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "imxpt,dummy", sizeof("imxpt,dummy")) < 0 || close(fd))
		err(EXIT_FAILURE, "cannot make a device in %s", r->dir);
	for (size_t i = 0; i < SET_DEVICES_MAX; i++) {
		if (symlinkat("device", dir, names[i]))
			err(EXIT_FAILURE, "cannot make a device in %s", r->dir);
	}
	close(dir);
}

static void read_bus(struct rig *r)
{
	struct args a = { .n = 0 };
	struct fault f = { .code = 0 };
	struct tree tree = { .blob = NULL };
	struct emulator e;
	struct ending end;
	char *path, *dump;
	void *blob = NULL;
	size_t size;

	if (asprintf(&path, "%s/virt.dtb", r->dir) < 0 ||
	    asprintf(&dump, ",dumpdtb=%s", path) < 0)
		err(EXIT_FAILURE, "cannot name QEMU's tree");
	add_machine(&a, r, dump);
	start(&a, &e);
	emulator_end(&e, &end);

	if (file_read(path, TREE_SIZE_MAX, &blob, &size, &f) ||
	    tree_open(blob, size, &tree, &f) || bus_read(&tree, &r->bus, &f))
		errx(EXIT_FAILURE, "%s\n%s", f.text, end.talk);
	tree_close(&tree);
	free(blob);
	free(dump);
	free(path);
}

bool rig_make(char *qemu, const char *vfio, struct rig *out)
{
	char *library = realpath(vfio, NULL);

	*out = (struct rig){ .qemu = qemu, .dir = "/tmp/imxpt-XXXXXX" };
	if (!has_vfio_platform(out)) {
		free(library);
		return false;
	}
	if (!library || setenv("LD_PRELOAD", library, 1))
		err(EXIT_FAILURE, "cannot load %s", vfio);
	free(library);
	if (!mkdtemp(out->dir))
		err(EXIT_FAILURE, "cannot make a folder");
	make_folders(out);
	read_bus(out);
	return true;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void rig_remove(const struct rig *r)
{
	if (nftw(r->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS))
		warn("cannot remove %s", r->dir);
}

void rig_name_devices(struct set *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->devs[i].name = names[i];
}

/* Describe the devices to the library. */
static void describe(const struct set *s)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		err(EXIT_FAILURE, "cannot describe the devices");
	for (const struct device_regs *d = s->devs; d < s->devs + s->n; d++) {
		fprintf(out, "%s%s:%u", d == s->devs ? "" : ";", d->name, d->n_irqs);
		for (size_t i = 0; i < d->n_regions; i++)
			fprintf(out, "%c0x%llx", i ? ',' : ':',
				i < DEVICE_REGIONS_MAX ? (unsigned long long)d->size[i] : 1);
	}
	if (fclose(out) || setenv("VFIO_DEVICES", text, 1))
		err(EXIT_FAILURE, "cannot describe the devices");
	free(text);
}

void rig_start(const struct rig *r, const struct set *s, struct emulator *out)
{
	struct args a = { .n = 0 };
	size_t first_json = s->n - s->n_json;

	describe(s);
	add_machine(&a, r, "");
	add(&a, "-dtb");
	add(&a, "%s/virt.dtb", r->dir);
	for (size_t i = first_json; i < s->n; i++) {
		add(&a, "-device");
		add(&a, "{\"driver\":\"vfio-platform\",\"id\":\"%s\",\"sysfsdev\":\"%s/%s\"}",
		    names[i], r->dir, names[i]);
	}
	for (size_t i = 0; i < first_json; i++) {
		add(&a, "-device");
		add(&a, "vfio-platform,id=%s,sysfsdev=%s/%s", names[i], r->dir, names[i]);
	}
	start(&a, out);
}
