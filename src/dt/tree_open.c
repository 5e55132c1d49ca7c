/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "dt/tree.h"

#define OLDEST_VERSION 17 /* of the format: what libfdt writes, since 2005 */
#define PROP_NAME_MAX 255 /* bytes; the longest in use have some 60 */
#define GZIP "\x1f\x8b"

/*
 * Property names are printed and searched for.  libfdt measures a name each time that a
 * property uses it, so the length has a limit.
 */
static int check_strings(const void *blob, struct fault *f)
{
	const char *strings = (const char *)blob + fdt_off_dt_strings(blob);
	uint32_t len = 0;

	for (uint32_t i = 0; i < fdt_size_dt_strings(blob); i++) {
		len = strings[i] ? len + 1 : 0;
		if (len > PROP_NAME_MAX || (len && !isgraph((unsigned char)strings[i])))
			return fault_set(
				f, -EINVAL,
				"the blob is damaged: the name of a property is not printable, or too long");
	}
	return 0;
}

/* How many of each a blob has: the sizes of the index. */
struct counts {
	size_t nodes, props;
};

/*
 * Bytes from the tag at that address to the next one; the structure block has room bytes
 * from it on, at least FDT_TAGSIZE.  The result may be more if the blob is not checked.
 */
static size_t tag_size(uint32_t tag, const void *at, size_t room)
{
	const struct fdt_property *p = at;
	size_t size = FDT_TAGSIZE;

	if (tag == FDT_BEGIN_NODE)
		size += strnlen((const char *)at + size, room - size) + 1;
	else if (tag == FDT_PROP && room >= sizeof(*p))
		size = sizeof(*p) + fdt32_ld(&p->len);
	return TREE_ALIGN(size);
}

/*
 * Does each tag of the structure block end within it?  libfdt up to 1.6.1 adds a
 * property's length to its offset unchecked, and its fdt_check_full() never ends if the
 * sum wraps around.  Counts the nodes and the properties too.
 */
/* flatten: a call for each tag is what costs */
__attribute__((flatten)) static bool tags_end(const void *blob, struct counts *n)
{
	const char *at = (const char *)blob + fdt_off_dt_struct(blob);
	size_t left = fdt_size_dt_struct(blob);

	while (left >= FDT_TAGSIZE) {
		uint32_t tag = fdt32_ld((const void *)at);
		size_t len = tag_size(tag, at, left);

		if (tag == FDT_END)
			return true;
		n->nodes += tag == FDT_BEGIN_NODE;
		n->props += tag == FDT_PROP;
		if (len > left)
			return false;
		at += len;
		left -= len;
	}
	return false;
}

/* Is it text that dtc, or cpp before it, reads? */
static bool is_source(const char *data, size_t size)
{
	return !memchr(data, '\0', size) &&
	       (memmem(data, size, "/dts-v1/", 8) || memmem(data, size, "#include", 8));
}

/* Name the kind of the file, if trees come in files of this kind. */
static int refuse_file(const void *data, size_t size, struct fault *f)
{
	if (size >= 2 && !memcmp(data, GZIP, 2)) {
		fault_set(f, -EINVAL, "a file compressed by gzip, not a device tree blob");
		return fault_fix(f, "unpack it: gunzip < FILE > IN.dtb");
	}
	if (is_source(data, size)) {
		fault_set(f, -EINVAL, "the source of a device tree, not a device tree blob");
		return fault_fix(f, "compile it: dtc -I dts -O dtb -o IN.dtb FILE, after cpp "
				    "where it has #include");
	}
	return fault_set(f, -EINVAL, "not a device tree blob");
}

/* Check what libfdt does not, then let libfdt check the rest. */
static int check_blob(const void *blob, size_t size, struct counts *n, struct fault *f)
{
	int ret;

	if (size < sizeof(struct fdt_header) || fdt_magic(blob) != FDT_MAGIC)
		return refuse_file(blob, size, f);
	if (fdt_totalsize(blob) > size)
		return fault_set(
			f, -EINVAL,
			"the blob is truncated: it has %zu bytes of the %u in its header",
			size, fdt_totalsize(blob));
	if (fdt_version(blob) < OLDEST_VERSION)
		return fault_set(f, -EINVAL,
				 "the blob has format version %u, which is older than %d",
				 fdt_version(blob), OLDEST_VERSION);
	/* libfdt 1.7 and older do not check this */
	if (fdt_off_dt_struct(blob) % FDT_TAGSIZE || fdt_off_mem_rsvmap(blob) % 8)
		return fault_set(f, -EINVAL, "the blob is damaged: a block is not aligned");
	ret = fdt_check_header(blob);
	if (ret == 0 && check_strings(blob, f))
		return f->code;
	if (ret == 0 && !tags_end(blob, n))
		ret = -FDT_ERR_BADSTRUCTURE;
	if (ret == 0)
		ret = fdt_check_full(blob, size);
	return ret ? fault_set(f, -EINVAL, "the blob is damaged: %s", fdt_strerror(ret)) : 0;
}

/* The address of an offset in the structure block, which fdt_check_full() has checked. */
static const void *at(const struct tree *t, int offset)
{
	return (const char *)t->blob + fdt_off_dt_struct(t->blob) + offset;
}

static bool is_name(const char *name)
{
	if (!*name)
		return false;
	while (isgraph((unsigned char)*name) && *name != '/')
		name++;
	return !*name;
}

static int add_node(struct tree *t, int offset, int parent, struct fault *f)
{
	struct node *n = &t->nodes[t->n_nodes];

	*n = (struct node){ .name = ((const struct fdt_node_header *)at(t, offset))->name,
			    .offset = offset,
			    .parent = parent,
			    .props = t->n_props };
	if (t->n_nodes > 0 && !is_name(n->name))
		return fault_set(
			f, -EINVAL,
			"the blob is damaged: the name of a node is empty or not printable");
	t->n_nodes++;
	return 0;
}

/* Add a property of the last node; a phandle becomes the node's. */
static void add_prop(struct tree *t, int offset)
{
	struct node *node = &t->nodes[t->n_nodes - 1];
	const struct fdt_property *raw = at(t, offset);
	struct prop *p = &t->props[t->n_props++];

	p->number = t->n_props - node->props;
	p->name =
		(const char *)t->blob + fdt_off_dt_strings(t->blob) + fdt32_ld(&raw->nameoff);
	p->value = raw->data;
	p->size = (int)fdt32_ld(&raw->len);
	if (p->size != sizeof(fdt32_t))
		return;
	if (!strcmp(p->name, "phandle") ||
	    (!strcmp(p->name, "linux,phandle") && !node->phandle))
		node->phandle = fdt32_ld(p->value);
}

/* The tag at offset, and the offset of the next; fdt_check_full() has checked both. */
static uint32_t read_tag(const struct tree *t, int offset, int *next)
{
	uint32_t tag = fdt32_ld(at(t, offset));

	*next = offset + (int)tag_size(tag, at(t, offset), TREE_SIZE_MAX);
	return tag;
}

/*
 * Number the nodes in their order, in one pass over the tags.  fdt_check_full() has checked
 * that there is one root, that it has no name, and that each node ends.
 */
__attribute__((flatten)) static int index_nodes(struct tree *t, struct fault *f)
{
	size_t path = 0; /* bytes of the node's path, with its NUL */
	int node = -1, depth = 0, next = 0, ret;

	for (;;) {
		int offset = next;
		uint32_t tag = read_tag(t, offset, &next);

		if (tag == FDT_NOP)
			continue;
		if (tag == FDT_END)
			return 0;
		if (tag == FDT_BEGIN_NODE) {
			if (++depth > TREE_DEPTH_MAX)
				return fault_set(f, -E2BIG, "nested deeper than %d levels",
						 TREE_DEPTH_MAX);
			ret = add_node(t, offset, node, f);
			if (ret)
				return ret;
			node = t->n_nodes - 1;
			path += strlen(t->nodes[node].name) + 1;
			if (path > TREE_PATH_MAX)
				return fault_set(f, -E2BIG, "a node's path is longer than %d",
						 TREE_PATH_MAX - 1);
		} else if (node < 0 || (tag == FDT_PROP && node != t->n_nodes - 1)) {
			/* libfdt sees none before the root, or after a node's first child */
			return fault_set(f, -EINVAL,
					 "the blob is damaged: a property is out of order");
		} else if (tag == FDT_END_NODE) {
			t->nodes[node].end = t->n_nodes;
			path -= strlen(t->nodes[node].name) + 1;
			node = t->nodes[node].parent;
			depth--;
		} else if (tag == FDT_PROP) {
			add_prop(t, offset);
		}
	}
}

static int by_parent_and_name(const void *a, const void *b, void *tree)
{
	const struct tree *t = tree;
	const struct node *x = &t->nodes[*(const int *)a], *y = &t->nodes[*(const int *)b];

	return x->parent != y->parent ? x->parent - y->parent : strcmp(x->name, y->name);
}

static int by_phandle(const void *a, const void *b, void *tree)
{
	const struct tree *t = tree;
	uint32_t x = t->nodes[*(const int *)a].phandle, y = t->nodes[*(const int *)b].phandle;

	return x < y ? -1 : x > y;
}

/* Two children of one name have the same path. */
static int index_names(struct tree *t, struct fault *f)
{
	char path[TREE_PATH_MAX];
	int *order = t->by_name;

	for (int i = 0; i < t->n_nodes; i++)
		order[i] = i;
	qsort_r(order, (size_t)t->n_nodes, sizeof(*order), by_parent_and_name, t);
	for (int i = 1; i < t->n_nodes; i++) {
		if (!by_parent_and_name(&order[i - 1], &order[i], t))
			return fault_set(f, -EINVAL, "two nodes are called %s",
					 tree_path(t, order[i], path));
	}
	return 0;
}

static int by_name_and_number(const void *a, const void *b, void *tree)
{
	const struct tree *t = tree;
	const struct prop *x = &t->props[*(const int *)a], *y = &t->props[*(const int *)b];
	int order = strcmp(x->name, y->name);

	return order ? order : x->number - y->number;
}

/* Sort the properties from first up to end, which are those of a node. */
static int sort_props(struct tree *t, int first, int end, struct fault *f)
{
	if (!t->props_by_name)
		t->props_by_name = malloc((size_t)t->n_props * sizeof(*t->props_by_name));
	if (!t->props_by_name)
		return fault_oom(f);
	for (int i = first; i < end; i++)
		t->props_by_name[i] = i;
	qsort_r(t->props_by_name + first, (size_t)(end - first), sizeof(*t->props_by_name),
		by_name_and_number, t);
	return 0;
}

/* The nodes of a hostile tree have very many properties, and each is searched for. */
static int index_props(struct tree *t, struct fault *f)
{
	int ret = 0;

	for (int i = 0, end; ret == 0 && i < t->n_nodes; i++) {
		end = i + 1 < t->n_nodes ? t->nodes[i + 1].props : t->n_props;
		if (end - t->nodes[i].props > TREE_PROPS_MANY)
			ret = sort_props(t, t->nodes[i].props, end, f);
	}
	return ret;
}

static int index_phandles(struct tree *t, struct fault *f)
{
	char path[TREE_PATH_MAX], other[TREE_PATH_MAX];
	int *v = t->by_phandle;

	for (int i = 0; i < t->n_nodes; i++) {
		if (t->nodes[i].phandle)
			v[t->n_by_phandle++] = i;
	}
	qsort_r(v, (size_t)t->n_by_phandle, sizeof(*v), by_phandle, t);
	for (int i = 1; i < t->n_by_phandle; i++) {
		if (!by_phandle(&v[i - 1], &v[i], t))
			return fault_set(f, -EINVAL,
					 "phandle 0x%x belongs to two nodes: %s and %s",
					 t->nodes[v[i]].phandle, tree_path(t, v[i - 1], path),
					 tree_path(t, v[i], other));
	}
	return 0;
}

static int allocate(struct tree *t, const struct counts *n, struct fault *f)
{
	t->nodes = calloc(n->nodes, sizeof(*t->nodes));
	t->props = calloc(n->props + 1, sizeof(*t->props)); /* there may be none */
	t->by_name = malloc(n->nodes * sizeof(*t->by_name));
	t->by_phandle = malloc(n->nodes * sizeof(*t->by_phandle));
	return t->nodes && t->props && t->by_name && t->by_phandle ? 0 : fault_oom(f);
}

int tree_open(const void *blob, size_t size, struct tree *out, struct fault *f)
{
	struct tree t = { .blob = blob };
	struct counts n = { 0 };
	int ret = check_blob(blob, size, &n, f);

	if (ret)
		return ret;
	if (n.nodes == 0)
		return fault_set(f, -EINVAL, "the blob is damaged: it has no node");
	ret = allocate(&t, &n, f)	 ?:
		      index_nodes(&t, f) ?:
		      index_names(&t, f) ?:
		      index_props(&t, f) ?:
					   index_phandles(&t, f);
	if (ret) {
		tree_close(&t);
		return ret;
	}
	*out = t;
	return 0;
}

void tree_close(struct tree *t)
{
	free(t->nodes);
	free(t->props);
	free(t->props_by_name);
	free(t->by_name);
	free(t->by_phandle);
	*t = (struct tree){ 0 };
}

static bool is_overlay(const struct tree *t)
{
	for (int i = 1; i < t->n_nodes; i = t->nodes[i].end) {
		if (tree_child(t, i, "__overlay__") >= 0)
			return true;
	}
	return false;
}

int tree_check_whole(const struct tree *t, struct fault *f)
{
	if (is_overlay(t)) {
		fault_set(f, -EINVAL, "an overlay, not a whole device tree");
		return fault_fix(f, "apply it to the board's tree, and use the result: "
				    "fdtoverlay -i BOARD.dtb -o IN.dtb OVERLAY.dtbo");
	}
	if (tree_child(t, 0, "images") >= 0 && tree_child(t, 0, "configurations") >= 0) {
		fault_set(f, -EINVAL, "a FIT image, not a device tree");
		return fault_fix(f,
				 "extract the board's tree: 'dumpimage -l FILE' numbers the "
				 "images, 'dumpimage -T flat_dt -p N -o IN.dtb FILE' extracts "
				 "one");
	}
	return 0;
}
