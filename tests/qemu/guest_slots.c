/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_slots - compare the address and interrupts of each passed device in a QEMU that is
 * stopped before its first instruction with those in the guest's tree.  Each difference
 * is a line, and makes the exit status 1.
 *
 *	guest_slots VFIO.so GUEST.dtb QEMU ARGUMENT...
 *
 * The arguments are those of a guest, with "-S -qmp stdio".  The library, loaded into
 * QEMU, emulates VFIO.
 */
#include <err.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <libfdt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "emulator.h"

#define TREE_MAX (16 * 1024 * 1024)
#define INTERRUPT_CELLS 3 /* of a GIC: type, number, trigger */

/* The comparison. */
struct trial {
	const void *fdt;
	int bus; /* its node in the guest's tree */
	uint64_t base;
	struct emulator qemu;
	int found, differences;
};

static void differ(struct trial *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void differ(struct trial *t, const char *fmt, ...)
{
	va_list ap;

	t->differences++;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* A number of n cells. */
static uint64_t number(const fdt32_t *v, int n)
{
	uint64_t value = 0;

	while (n-- > 0)
		value = value << 32 | fdt32_to_cpu(*v++);
	return value;
}

/* The guest physical address of an address on the bus; 0: none. */
static uint64_t translate(const struct trial *t, uint64_t on_bus)
{
	int address = fdt_address_cells(t->fdt, t->bus), size = fdt_size_cells(t->fdt, t->bus);
	int above = fdt_address_cells(t->fdt, 0), row = address + above + size, len;
	const fdt32_t *v = fdt_getprop(t->fdt, t->bus, "ranges", &len);

	for (; v && len >= row * 4; v += row, len -= row * 4) {
		uint64_t start = number(v, address);

		if (on_bus >= start && on_bus - start < number(v + address + above, size))
			return on_bus - start + number(v + address, above);
	}
	return 0;
}

/* The device's name in the host's sysfs: ADDRESS.NODE of NODE@ADDRESS. */
static void host_name(const struct trial *t, int node, char *buf, size_t size)
{
	const char *name = fdt_get_name(t->fdt, node, NULL), *at = strchrnul(name, '@');

	snprintf(buf, size, "%s.%.*s", *at ? at + 1 : "", (int)(at - name), name);
}

static struct json_object *item_name(struct json_object *list, size_t i)
{
	return json_object_object_get(json_object_array_get_idx(list, i), "name");
}

/* The path of QEMU's device with this host=; false: there is none. */
static bool find_device(struct trial *t, const char *host, char *path, size_t size)
{
	struct json_object *all = emulator_list(&t->qemu, "/machine/peripheral"), *value;
	bool found = false;

	for (size_t i = 0; all && !found && i < json_object_array_length(all); i++) {
		snprintf(path, size, "/machine/peripheral/%s",
			 json_object_get_string(item_name(all, i)));
		value = emulator_get(&t->qemu, path, "host");
		found = value && !strcmp(json_object_get_string(value), host);
		json_object_put(value);
	}
	json_object_put(all);
	return found;
}

/* The number of names in the list that start so. */
static size_t count(struct json_object *list, const char *start)
{
	size_t n = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *name = json_object_get_string(item_name(list, i));

		n += !strncmp(name, start, strlen(start)) && !strstr(name, "mmaps");
	}
	return n;
}

/* A number of a region in QEMU; the region's name ends in a line feed and "[0]". */
static uint64_t ask_region(struct trial *t, const char *device, const char *region,
			   const char *property)
{
	char path[1024];
	struct json_object *value;
	uint64_t answer;

	snprintf(path, sizeof(path), "%s/%s\n[0]", device, region);
	value = emulator_get(&t->qemu, path, property);
	answer = value ? json_object_get_uint64(value) : UINT64_MAX;
	json_object_put(value);
	return answer;
}

static void compare_regions(struct trial *t, int node, const char *device,
			    struct json_object *list, const char *host)
{
	int address = fdt_address_cells(t->fdt, t->bus), size = fdt_size_cells(t->fdt, t->bus);
	int len = 0, row = address + size;
	const fdt32_t *v = fdt_getprop(t->fdt, node, "reg", &len);
	char region[256];

	if (len % (row * 4) || count(list, "VFIO ") != (size_t)len / ((size_t)row * 4))
		differ(t, "%s: QEMU has %zu regions, the tree %d cells of reg", host,
		       count(list, "VFIO "), len / 4);
	for (int i = 0; (i + 1) * row * 4 <= len; i++, v += row) {
		uint64_t ours = translate(t, number(v, address)), theirs;

		snprintf(region, sizeof(region), "VFIO %s region %d", host, i);
		theirs = t->base + ask_region(t, device, region, "addr");
		if (ours != theirs)
			differ(t, "%s: QEMU has it at 0x%llx, the tree at 0x%llx", region,
			       (unsigned long long)theirs, (unsigned long long)ours);
		if (number(v + address, size) != ask_region(t, device, region, "size"))
			differ(t, "%s: its size in the tree differs", region);
	}
}

/* QEMU links an interrupt to ".../unnamed-gpio-in[SPI]" of the GIC. */
static void compare_interrupts(struct trial *t, int node, const char *device,
			       struct json_object *list, const char *host)
{
	int len = 0;
	const fdt32_t *v = fdt_getprop(t->fdt, node, "interrupts", &len);
	size_t n = v ? (size_t)len / (INTERRUPT_CELLS * 4) : 0;

	if (count(list, "sysbus-irq[") != n)
		differ(t, "%s: QEMU has %zu interrupts, the tree %zu", host,
		       count(list, "sysbus-irq["), n);
	for (size_t i = 0; i < n; i++, v += INTERRUPT_CELLS) {
		char property[32];
		struct json_object *link;
		const char *line;

		snprintf(property, sizeof(property), "sysbus-irq[%zu]", i);
		link = emulator_get(&t->qemu, device, property);
		line = link ? strrchr(json_object_get_string(link), '[') : NULL;
		if (fdt32_to_cpu(v[0]) != 0 || !line ||
		    strtoul(line + 1, NULL, 10) != fdt32_to_cpu(v[1]))
			differ(t, "%s: QEMU has interrupt %zu at %s, the tree at <%u %u>",
			       host, i, line ? line : "none", fdt32_to_cpu(v[0]),
			       fdt32_to_cpu(v[1]));
		json_object_put(link);
	}
}

static void compare_device(struct trial *t, int node)
{
	char host[128], device[256];
	struct json_object *list;

	host_name(t, node, host, sizeof(host));
	if (!find_device(t, host, device, sizeof(device))) {
		differ(t, "%s: QEMU has no such device", host);
		return;
	}
	t->found++;
	list = emulator_list(&t->qemu, device);
	compare_regions(t, node, device, list, host);
	compare_interrupts(t, node, device, list, host);
	json_object_put(list);
}

static void compare_all(struct trial *t)
{
	struct json_object *all;
	int node;

	/* a TPM is QEMU's own device, and not passed */
	fdt_for_each_subnode(node, t->fdt, t->bus)
	{
		if (fdt_getprop(t->fdt, node, "reg", NULL) &&
		    fdt_node_check_compatible(t->fdt, node, "tcg,tpm-tis-mmio"))
			compare_device(t, node);
	}
	all = emulator_list(&t->qemu, "/machine/peripheral");
	for (size_t i = 0; all && i < json_object_array_length(all); i++) {
		struct json_object *type =
			json_object_object_get(json_object_array_get_idx(all, i), "type");

		if (!strcmp(json_object_get_string(type), "child<vfio-platform>"))
			t->found--;
	}
	if (!all || t->found)
		differ(t, "QEMU has %d devices that the tree does not have", -t->found);
	json_object_put(all);
}

int main(int argc, char **argv)
{
	struct trial t = { 0 };
	struct fault f = { 0 };
	struct ending end;
	void *blob;
	size_t size;

	if (argc < 4)
		errx(EXIT_FAILURE, "usage: guest_slots VFIO.so GUEST.dtb QEMU ARGUMENT...");
	if (file_read(argv[2], TREE_MAX, &blob, &size, &f))
		errx(EXIT_FAILURE, "%s", f.text);
	t.fdt = blob;
	if (fdt_check_full(blob, size))
		errx(EXIT_FAILURE, "%s is damaged", argv[2]);
	t.bus = fdt_node_offset_by_compatible(blob, -1, "qemu,platform");
	if (t.bus < 0)
		errx(EXIT_FAILURE, "%s has no bus", argv[2]);
	t.base = strtoull(strchrnul(fdt_get_name(blob, t.bus, NULL), '@') + 1, NULL, 16);

	if (setenv("LD_PRELOAD", argv[1], 1))
		err(EXIT_FAILURE, "cannot load %s", argv[1]);
	signal(SIGPIPE, SIG_IGN);
	emulator_start(&t.qemu, argv + 3);
	compare_all(&t);
	emulator_end(&t.qemu, &end);
	if (end.killed || end.status)
		differ(&t, "QEMU ended with %d: %s", end.status, end.talk);
	free(blob);
	return t.differences ? EXIT_FAILURE : EXIT_SUCCESS;
}
