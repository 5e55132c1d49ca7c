/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "profile/profile.h"

/* Characters of labels and node names: sections 2.2 and 6.1 of the devicetree specification. */
#define HEX_DIGITS "0123456789abcdefABCDEF"
#define LABEL_CHARS HEX_DIGITS "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ_"
#define NAME_CHARS LABEL_CHARS ",.+-"

#define STREAM_MASK 0x7f80     /* bits that the SMMU ignores on an i.MX 8QM (NXP's trees) */
#define STREAM_MASK_MAX 0x7fff /* an MMU-500's stream ids have 15 bits */

struct reader {
	const struct tree *t;
	struct fault *f;
};

/* Every node that a profile may have, and its properties; "*" is any label. */
static const struct part {
	const char *path, *properties;
} parts[] = {
	{ "/", "compatible exact fits summary" },
	{ "/domain", "domain-name init-on-rsrcs node pads rsrcs" },
	{ "/domain/gpios", "" },
	{ "/domain/gpios/*", "lines node" },
	{ "/stream", "id iommu mask" },
	{ "/pass", "" },
	{ "/pass/*", "alias compatible no-dma node remove rsrcs" },
	{ "/host", "release" },
	{ "/host/disable", "" },
	{ "/host/disable/*", "node" },
};

#define N_PARTS (sizeof(parts) / sizeof(*parts))

static int wrong(const struct reader *r, int node, const char *property, const char *what)
{
	char path[TREE_PATH_MAX];

	return fault_set(r->f, -EINVAL, "the profile's %s: %s: %s",
			 tree_path(r->t, node, path), property, what);
}

static const struct part *find_part_at(const char *path)
{
	for (const struct part *p = parts; p < parts + N_PARTS; p++) {
		size_t len = strcspn(p->path, "*");

		if (p->path[len] ? !strncmp(p->path, path, len) && !strchr(path + len, '/') :
				   !strcmp(p->path, path))
			return p;
	}
	return NULL;
}

static int misplaced(const struct reader *r, int node, const char *property)
{
	char what[TREE_PATH_MAX];

	for (const struct part *p = parts; p < parts + N_PARTS; p++) {
		if (!text_has_word(p->properties, property))
			continue;
		snprintf(what, sizeof(what), "not a property of this node, but of %s",
			 p->path);
		return wrong(r, node, property, what);
	}
	return wrong(r, node, property, "not a property of a profile");
}

/* A misspelt or misplaced name would be without effect. */
static int check_known(const struct reader *r)
{
	const struct tree *t = r->t;
	char path[TREE_PATH_MAX];

	for (int node = 0; node < t->n_nodes; node++) {
		const struct part *part = find_part_at(tree_path(t, node, path));
		struct prop p = { .number = 0 };

		if (!part)
			return wrong(r, t->nodes[node].parent, t->nodes[node].name,
				     "not a part of a profile");
		while (tree_next_prop(t, node, &p)) {
			/* dtc adds it to a node with a label */
			if (strcmp(p.name, "phandle") != 0 &&
			    !text_has_word(part->properties, p.name))
				return misplaced(r, node, p.name);
		}
	}
	return 0;
}

/* A required string. */
static int read_string(const struct reader *r, int node, const char *name, const char **out)
{
	*out = tree_string(r->t, node, name);
	if (!*out || !**out)
		return wrong(r, node, name, "missing, or not a string");
	return text_is_printable(*out) ? 0 : wrong(r, node, name, "not printable");
}

/* An optional string. */
static int read_string_or(const struct reader *r, int node, const char *name,
			  const char *absent, const char **out)
{
	int size;

	*out = absent;
	return tree_prop(r->t, node, name, &size) ? read_string(r, node, name, out) : 0;
}

/* Optional cells, in groups of that many. */
static int read_cells(const struct reader *r, int node, const char *name, size_t group,
		      struct cells *out)
{
	*out = tree_cells(r->t, node, name);
	if (out->v && (out->n == 0 || out->n % group))
		return wrong(r, node, name, "not a list of cells");
	return 0;
}

/* Optional numbers of resources or pads: U-Boot keeps 16 bits (sc_rsrc_t, sc_pad_t). */
static int read_numbers(const struct reader *r, int node, const char *name, struct cells *out)
{
	int ret = read_cells(r, node, name, 1, out);

	for (size_t i = 0; ret == 0 && i < out->n; i++) {
		if (cells_get(*out, i) > UINT16_MAX)
			ret = wrong(r, node, name, "a number has more than 16 bits");
	}
	return ret;
}

/* A required cell, from min to max. */
static int read_cell(const struct reader *r, int node, const char *name, uint32_t min,
		     uint32_t max, uint32_t *out)
{
	struct cells c = tree_cells(r->t, node, name);

	if (c.n != 1)
		return wrong(r, node, name, "missing, or not one cell");
	*out = cells_get(c, 0);
	return *out >= min && *out <= max ? 0 : wrong(r, node, name, "out of range");
}

/* Optional strings. */
static int read_strings(const struct reader *r, int node, const char *name,
			struct strings *out)
{
	const char *s = NULL;

	*out = tree_strings(r->t, node, name);
	if (out->v && !out->size)
		return wrong(r, node, name, "not a list of strings");
	while ((s = strings_next(*out, s))) {
		if (!text_is_printable(s))
			return wrong(r, node, name, "not printable");
	}
	return 0;
}

/* A required list of strings, none of them empty. */
static int read_required_strings(const struct reader *r, int node, const char *name,
				 struct strings *out)
{
	int ret = read_strings(r, node, name, out);

	return ret || (out->v && *out->v) ? ret : wrong(r, node, name, "missing, or empty");
}

/* A required node below the root. */
static int find_part(const struct reader *r, const char *name, int *out)
{
	*out = tree_child(r->t, 0, name);
	return *out >= 0 ? 0 : wrong(r, 0, name, "missing");
}

/* Is it one or more of these characters, and nothing else? */
static bool consists_of(const char *text, const char *chars)
{
	return *text && !text[strspn(text, chars)];
}

bool profile_is_name(const char *text)
{
	return consists_of(text, NAME_CHARS);
}

static int read_node_name(const struct reader *r, int node, struct node_name *out)
{
	int ret = read_string(r, node, "node", &out->name);
	size_t len;

	if (ret)
		return ret;
	out->label = r->t->nodes[node].name;
	/* it becomes a device's id in QEMU (util/id.c, id_wellformed()) */
	if (!consists_of(out->label, LABEL_CHARS) || strchr("0123456789_", *out->label))
		return wrong(r, node, "the node's name",
			     "not a label that starts with a letter");
	len = strspn(out->name, NAME_CHARS);
	/* it becomes a device's name in sysfs, so it is part of paths */
	if (len == 0 || out->name[len] != '@' || strstr(out->name, "..") ||
	    !consists_of(out->name + len + 1, HEX_DIGITS))
		return wrong(r, node, "node", "not a node's name with its address");
	return 0;
}

static int read_gpios(const struct reader *r, int node, struct partition_resources *out)
{
	for (int c = node + 1; c < r->t->nodes[node].end; c = r->t->nodes[c].end) {
		struct gpio_lines *g = &out->gpios[out->n_gpios];
		int ret;

		if (out->n_gpios++ == PROFILE_GPIO_MAX)
			return fault_set(r->f, -E2BIG,
					 "the profile names more than %d GPIO "
					 "controllers",
					 PROFILE_GPIO_MAX);
		ret = read_node_name(r, c, &g->controller);
		if (ret == 0)
			ret = read_cells(r, c, "lines", 2, &g->lines);
		if (ret)
			return ret;
	}
	return 0;
}

static int read_resources(const struct reader *r, int node, struct partition_resources *out)
{
	int gpios = tree_child(r->t, node, "gpios");
	int ret = read_numbers(r, node, "init-on-rsrcs", &out->init_on_rsrcs);

	if (ret == 0)
		ret = read_numbers(r, node, "rsrcs", &out->rsrcs);
	if (ret == 0)
		ret = read_numbers(r, node, "pads", &out->pads);
	return ret || gpios < 0 ? ret : read_gpios(r, gpios, out);
}

static int read_domain(const struct reader *r, struct profile *out)
{
	int node = tree_child(r->t, 0, "domain"), ret;

	out->domain_node = "doma";
	out->domain_name = "DomU";
	if (node < 0)
		return 0;
	ret = read_string_or(r, node, "node", out->domain_node, &out->domain_node);
	if (ret == 0)
		ret = read_string_or(r, node, "domain-name", out->domain_name,
				     &out->domain_name);
	if (ret == 0)
		ret = read_resources(r, node, &out->domain);
	if (ret == 0 && !profile_is_name(out->domain_node))
		ret = wrong(r, node, "node", "not a node's name");
	return ret;
}

static int read_stream(const struct reader *r, struct profile *out)
{
	int size, node, ret = find_part(r, "stream", &node);

	out->stream_mask = STREAM_MASK;
	if (ret == 0)
		ret = read_string_or(r, node, "iommu", "arm,mmu-500", &out->iommu);
	if (ret == 0)
		ret = read_cell(r, node, "id", 1, PROFILE_STREAM_ID_MAX, &out->stream_id);
	if (ret == 0 && tree_prop(r->t, node, "mask", &size))
		ret = read_cell(r, node, "mask", 0, STREAM_MASK_MAX, &out->stream_mask);
	return ret;
}

/* A device is a bus master unless it is a mailbox or a clock gate, or has no-dma. */
static void classify(const struct reader *r, int node, struct pass *p)
{
	const char *s = NULL;
	int size;

	p->no_dma = tree_prop(r->t, node, "no-dma", &size) != NULL;
	p->bus_master = !p->no_dma;
	while ((s = strings_next(p->compatible, s))) {
		p->is_mailbox = p->is_mailbox || text_ends(s, "-mu");
		if (p->is_mailbox || text_ends(s, "-lpcg"))
			p->bus_master = false;
	}
}

static int read_device(const struct reader *r, int node, struct pass *p)
{
	int ret = read_node_name(r, node, &p->node);

	if (ret == 0)
		ret = read_required_strings(r, node, "compatible", &p->compatible);
	if (ret == 0)
		ret = read_strings(r, node, "remove", &p->remove);
	if (ret == 0)
		ret = read_numbers(r, node, "rsrcs", &p->rsrcs);
	if (ret == 0)
		ret = read_string_or(r, node, "alias", NULL, &p->alias);
	if (ret == 0 && p->alias && !profile_is_name(p->alias))
		ret = wrong(r, node, "alias", "not a name");
	classify(r, node, p);
	return ret;
}

static int read_pass(const struct reader *r, struct profile *out)
{
	int top, ret = find_part(r, "pass", &top);

	for (int node = top + 1; ret == 0 && node < r->t->nodes[top].end;
	     node = r->t->nodes[node].end) {
		struct pass *p = &out->pass[out->n_pass];

		if (out->n_pass++ == PROFILE_PASS_MAX)
			return fault_set(r->f, -E2BIG,
					 "the profile passes more than %d devices",
					 PROFILE_PASS_MAX);
		ret = read_device(r, node, p);
	}
	return ret || out->n_pass ? ret : wrong(r, top, "pass", "no device in it");
}

static int read_host(const struct reader *r, struct profile *out)
{
	static const char iommus[] = "iommus\0iommu-map";
	int host = tree_child(r->t, 0, "host");
	int disable = host < 0 ? -1 : tree_child(r->t, host, "disable");
	int ret = host < 0 ? 0 : read_strings(r, host, "release", &out->release);

	if (!out->release.v && !out->exact)
		out->release = (struct strings){ iommus, sizeof(iommus) };
	if (ret || disable < 0)
		return ret;
	for (int node = disable + 1; ret == 0 && node < r->t->nodes[disable].end;
	     node = r->t->nodes[node].end) {
		if (out->n_disable == PROFILE_DISABLE_MAX)
			return fault_set(r->f, -E2BIG,
					 "the profile disables more than %d nodes",
					 PROFILE_DISABLE_MAX);
		ret = read_node_name(r, node, &out->disable[out->n_disable++]);
	}
	return ret;
}

/* A node is passed once, or disabled, or neither. */
static int check_owners(const struct reader *r, const struct profile *p)
{
	for (size_t i = 0; i < p->n_pass; i++) {
		const char *name = p->pass[i].node.name;

		for (size_t k = i + 1; k < p->n_pass; k++) {
			if (!strcmp(name, p->pass[k].node.name))
				return fault_set(r->f, -EINVAL, "the profile passes %s twice",
						 name);
		}
		for (size_t k = 0; k < p->n_disable; k++) {
			if (!strcmp(name, p->disable[k].name))
				return fault_set(r->f, -EINVAL,
						 "the profile passes %s and disables it",
						 name);
		}
	}
	return 0;
}

int profile_read(const struct tree *t, struct profile *out, struct fault *f)
{
	struct reader r = { t, f };
	struct profile p = { .n_pass = 0 };
	int size, ret;

	if (!tree_is_compatible(t, 0, PROFILE_COMPATIBLE))
		return fault_set(
			f, -EINVAL,
			"not a profile: its root is not compatible with " PROFILE_COMPATIBLE);
	p.exact = tree_prop(t, 0, "exact", &size) != NULL;
	ret = check_known(&r);
	if (ret == 0)
		ret = read_string(&r, 0, "summary", &p.summary);
	if (ret == 0)
		ret = read_required_strings(&r, 0, "fits", &p.fits);
	if (ret == 0)
		ret = read_domain(&r, &p);
	if (ret == 0)
		ret = read_stream(&r, &p);
	if (ret == 0)
		ret = read_pass(&r, &p);
	if (ret == 0)
		ret = read_host(&r, &p);
	if (ret == 0)
		ret = check_owners(&r, &p);
	if (ret == 0)
		*out = p;
	return ret;
}
