/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grow TIMES IN.dtb OUT.dtb: a tree TIMES as large, to measure with.
 *
 * The buses below the root are written again and again, into nodes "more-N", until the size
 * is reached.  A copy has no phandles of its own, so that none is there twice, and each name
 * gets ",N" after its unit address, so that a name still means one node.  References, iommus
 * among them, are kept: they lead to the originals.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "grow: %s\n", what);
	exit(1);
}

static void must(int ret)
{
	if (ret < 0)
		die(fdt_strerror(ret));
}

static void *slurp(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	size_t size;
	void *data;

	if (!file || fstat(fileno(file), &st))
		die(path);
	size = (size_t)st.st_size;
	data = malloc(size);
	if (!data || fread(data, 1, size, file) != size)
		die(path);
	fclose(file);
	if (fdt_check_header(data) || fdt_totalsize(data) > size)
		die(path);
	return data;
}

static void copy_props(void *out, const void *in, int node, int number)
{
	const char *name;
	const void *value;
	int prop, size;

	fdt_for_each_property_offset(prop, in, node)
	{
		value = fdt_getprop_by_offset(in, prop, &name, &size);
		if (!number || (strcmp(name, "phandle") && strcmp(name, "linux,phandle")))
			must(fdt_property(out, name, value, size));
	}
}

/* Write a node and all below it; number 0 is the original, unchanged. */
static void copy(void *out, const void *in, int node, int number)
{
	const char *name = fdt_get_name(in, node, NULL);
	char numbered[256];
	int child;

	if (number && strchr(name, '@')) {
		snprintf(numbered, sizeof(numbered), "%s,%d", name, number);
		name = numbered;
	}
	must(fdt_begin_node(out, name));
	copy_props(out, in, node, number);
	fdt_for_each_subnode(child, in, node) copy(out, in, child, number);
	must(fdt_end_node(out));
}

static void copy_buses(void *out, const void *in, int number)
{
	char name[32];
	int child;

	snprintf(name, sizeof(name), "more-%d", number);
	must(fdt_begin_node(out, name));
	must(fdt_property_u32(out, "#address-cells", 2));
	must(fdt_property_u32(out, "#size-cells", 2));
	must(fdt_property(out, "ranges", NULL, 0));
	fdt_for_each_subnode(child, in, 0)
	{
		if (!strncmp(fdt_get_name(in, child, NULL), "bus@", 4))
			copy(out, in, child, number);
	}
	must(fdt_end_node(out));
}

static void grow(void *out, const void *in, size_t size)
{
	size_t written;
	int child;

	must(fdt_create(out, (int)(2 * size)));
	must(fdt_finish_reservemap(out));
	must(fdt_begin_node(out, ""));
	copy_props(out, in, 0, 0);
	fdt_for_each_subnode(child, in, 0) copy(out, in, child, 0);
	do {
		static int number;

		copy_buses(out, in, ++number);
		written = fdt_size_dt_struct(out) + fdt_size_dt_strings(out);
	} while (written < size);
	must(fdt_end_node(out));
	must(fdt_finish(out));
}

int main(int argc, char **argv)
{
	void *in, *out;
	size_t size;
	FILE *file;

	if (argc != 4 || atoi(argv[1]) < 2)
		die("usage: grow TIMES IN.dtb OUT.dtb");
	in = slurp(argv[2]);
	size = fdt_totalsize(in) * (size_t)atoi(argv[1]);
	out = calloc(2, size);
	if (!out)
		die("out of memory");
	grow(out, in, size);

	file = fopen(argv[3], "wb");
	if (!file || fwrite(out, 1, fdt_totalsize(out), file) != fdt_totalsize(out) ||
	    fclose(file))
		die(argv[3]);
	free(in);
	free(out);
	return 0;
}
