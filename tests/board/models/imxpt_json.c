/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * imxpt_json - what imxpt prints of a tree, so that the tree decides what the models do and
 * no number is typed in a test.
 *
 * "imxpt uboot --json" says what U-Boot does before Linux starts.  The same calls of the
 * firmware are made here, in the order of U-Boot's partition.c (scu_rm dtb) and fdt.c
 * (ft_system_setup) of NXP's lf_v2023.04.
 *
 * "imxpt guest --json" says where a guest finds the devices.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "scfw.h"

static json_object *read_object(const char *file, const char *key)
{
	json_object *root = json_object_from_file(file);

	if (json_object_object_get(root, key))
		return root;
	fprintf(stderr, "models: %s is not what imxpt prints: it has no '%s'\n", file, key);
	exit(1);
}

static const char *text(json_object *o, const char *key)
{
	const char *value = json_object_get_string(json_object_object_get(o, key));

	return value ? value : "";
}

static unsigned int number(json_object *o, const char *key)
{
	return strtoul(text(o, key), NULL, 0);
}

static bool is_true(json_object *o, const char *key)
{
	return json_object_get_boolean(json_object_object_get(o, key));
}

static json_object *item(json_object *root, const char *list, size_t i)
{
	json_object *array = json_object_object_get(root, list);

	return i < json_object_array_length(array) ? json_object_array_get_idx(array, i) :
						     NULL;
}

/* One call with a word of arguments; returns the answer's header and first word. */
static uint64_t call(uint8_t service, uint8_t function, uint32_t argument)
{
	uint32_t words[SCFW_WORDS] = { 3u << 8 | service << 16 | (uint32_t)function << 24 };

	words[0] |= 1;
	words[1] = argument;
	scfw_call(HOST_MU, words);
	return (uint64_t)words[1] << 32 | words[0];
}

static bool owned(uint8_t question, uint32_t number)
{
	return call(SC_RM, question, number) >> 24 & 0xff;
}

/* What scu_rm does for one node of /domu. */
static void make_partition(json_object *root, const char *node)
{
	uint32_t own = call(SC_RM, 5, 0) >> 32 & 0xff;
	/* granted, and nothing else: the fourth of five bytes */
	uint32_t made = call(SC_RM, 1, 1u << 24) >> 32 & 0xff;
	json_object *o;

	call(SC_RM, 6, made | own << 8);
	for (size_t i = 0; (o = item(root, "resources", i)); i++)
		if (!strcmp(text(o, "partition"), node))
			call(SC_PM, 3,
			     number(o, "id") |
				     (strcmp(text(o, "power"), "on") ? SC_OFF : SC_ON) << 16);
	for (size_t i = 0; (o = item(root, "resources", i)); i++)
		if (!strcmp(text(o, "partition"), node) && owned(13, number(o, "id")))
			call(SC_RM, 8, number(o, "id") | made << 16);
	for (size_t i = 0; (o = item(root, "pads", i)); i++)
		if (!strcmp(text(o, "partition"), node) && owned(25, number(o, "id")))
			call(SC_RM, 23, number(o, "id") | made << 16);
}

void uboot_replay(const char *file)
{
	json_object *root = read_object(file, "streams"), *o;

	for (size_t i = 0; (o = item(root, "partitions", i)); i++)
		if (is_true(o, "made"))
			make_partition(root, text(o, "node"));
	for (size_t i = 0; (o = item(root, "streams", i)); i++)
		if (is_true(o, "set"))
			call(SC_RM, 11, number(o, "resource") | number(o, "stream_id") << 16);
	json_object_put(root);
}

bool guest_window(const char *file, uint64_t own, uint64_t *address,
		  unsigned int spis[PORT_LINES])
{
	json_object *root = read_object(file, "devices"), *o, *window, *spi;
	bool found = false;

	for (size_t i = 0; !found && (o = item(root, "devices", i)); i++) {
		window = item(o, "windows", 0);
		found = window && number(window, "bus") == own;
		if (!found)
			continue;
		*address = number(window, "guest");
		for (size_t n = 0; n < PORT_LINES && (spi = item(o, "spis", n)); n++)
			spis[n] = json_object_get_int(spi);
	}
	json_object_put(root);
	return found;
}
