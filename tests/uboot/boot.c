/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot TREE [RESOURCE...] - run U-Boot's own ft_system_setup() on a tree, on a chip whose
 * resources RESOURCE... belong to another partition, and print what it does, in its order:
 *
 *   disabled NODE RESOURCE            the node is disabled: the resource is not the caller's
 *   stream NODE RESOURCE 0xID set     the firmware takes the stream id
 *   stream NODE RESOURCE 0xID refused
 *   stream NODE none                  the node has a stream id, and nothing is asked for it
 *   loop NODE ENTRY                   an entry of power-domains is read again for ever
 *   failed CODE                       ft_system_setup() returns CODE, and boot ends
 *
 * U-Boot's own messages go to stderr.  The firmware is a model: facts of its API are in
 * U-Boot's arch/arm/include/asm/arch-imx8/sci/rpc.h (message) and svc/rm/api.h (errors).
 */
#include "stub.h"

#undef printf

#define RESOURCES 546 /* IMX_SC_R_LAST in Linux, include/dt-bindings/firmware/imx/rsrc.h */
#define STREAM_IDS 64 /* 0 is none; the i.MX 8QM's stream ids have 6 bits */

#define SERVICE_RM 3
#define SET_MASTER_SID 11
#define IS_RESOURCE_OWNED 13
#define ERR_PARM 3

#define SLACK (1 << 20) /* bytes for what U-Boot adds to the tree */
#define TRIES 1000	/* reads of one bad entry that are taken for a loop */

struct message {
	uint8_t version, size, service, function; /* in an answer, function is the result */
	uint16_t argument[14];
};

static struct global_data data;
struct global_data *gd = &data;
unsigned long boot_pointer[2];

static bool is_foreign[RESOURCES];
static uint16_t asked;		  /* resource of the last ownership question */
static char stream_node[1024];	  /* whose stream id is being set; "": none */
static bool has_asked_for_stream; /* of that node */

const void *__real_fdt_getprop(const void *fdt, int node, const char *name, int *size);
const void *__wrap_fdt_getprop(const void *fdt, int node, const char *name, int *size);
int __real_fdt_setprop(void *fdt, int node, const char *name, const void *v, int size);
int __wrap_fdt_setprop(void *fdt, int node, const char *name, const void *v, int size);
int __real_fdtdec_parse_phandle_with_args(const void *fdt, int node, const char *list,
					  const char *cells, int n_cells, int index,
					  void *out);
int __wrap_fdtdec_parse_phandle_with_args(const void *fdt, int node, const char *list,
					  const char *cells, int n_cells, int index,
					  void *out);

static void end_stream_node(void)
{
	if (stream_node[0] && !has_asked_for_stream)
		printf("stream %s none\n", stream_node);
	stream_node[0] = '\0';
	has_asked_for_stream = false;
}

static uint8_t set_stream(uint16_t resource, uint16_t id)
{
	bool takes = resource < RESOURCES && id > 0 && id < STREAM_IDS;

	has_asked_for_stream = true;
	printf("stream %s %u 0x%x %s\n", stream_node, resource, id, takes ? "set" : "refused");
	return takes ? 0 : ERR_PARM;
}

/* The caller made the other partitions, so it may set the stream ids of all. */
int misc_call(struct udevice *dev, int no_answer, void *tx, int tx_size, void *rx, int rx_size)
{
	struct message *m = rx;

	(void)dev;
	if (no_answer || tx != rx || tx_size != rx_size || m->service != SERVICE_RM)
		abort();
	switch (m->function) {
	case IS_RESOURCE_OWNED:
		asked = m->argument[0];
		m->function = asked < RESOURCES && !is_foreign[asked];
		return m->function ? -EINVAL : 0; /* U-Boot reads every answer as an error */
	case SET_MASTER_SID:
		m->function = set_stream(m->argument[0], m->argument[1]);
		return m->function ? -EINVAL : 0;
	default:
		abort();
	}
}

const void *__wrap_fdt_getprop(const void *fdt, int node, const char *name, int *size)
{
	/* config_smmu_fdt_device_sid() starts so, and nothing else reads this property */
	if (strcmp(name, "fsl,sc_rsrc_id") == 0) {
		end_stream_node();
		fdt_get_path(fdt, node, stream_node, sizeof(stream_node));
	}
	return __real_fdt_getprop(fdt, node, name, size);
}

int __wrap_fdt_setprop(void *fdt, int node, const char *name, const void *v, int size)
{
	char path[1024] = "?";
	int ret = __real_fdt_setprop(fdt, node, name, v, size);

	if (ret == 0) {
		fdt_get_path(fdt, node, path, sizeof(path));
		printf("%s %s %u\n", (const char *)v, path, asked);
	}
	return ret;
}

int __wrap_fdtdec_parse_phandle_with_args(const void *fdt, int node, const char *list,
					  const char *cells, int n_cells, int index, void *out)
{
	static int failures;
	char path[1024] = "?";
	int ret = __real_fdtdec_parse_phandle_with_args(fdt, node, list, cells, n_cells, index,
							out);

	failures = ret == -EINVAL ? failures + 1 : 0;
	if (failures == TRIES) {
		fdt_get_path(fdt, node, path, sizeof(path));
		printf("loop %s %d\n", path, index - TRIES + 1);
		exit(EXIT_SUCCESS);
	}
	return ret;
}

static void *read_tree(const char *name)
{
	FILE *f = fopen(name, "rb");
	long size = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
	char *blob = size < 0 ? NULL : calloc(1, (size_t)size + SLACK);

	if (!blob || fseek(f, 0, SEEK_SET) ||
	    fread(blob, 1, (size_t)size, f) != (size_t)size) {
		perror(name);
		exit(EXIT_FAILURE);
	}
	fclose(f);
	return blob;
}

int main(int argc, char **argv)
{
	void *blob;
	int ret;

	if (argc < 2) {
		fprintf(stderr, "usage: boot TREE [RESOURCE...]\n");
		return EXIT_FAILURE;
	}
	for (int i = 2; i < argc; i++)
		is_foreign[strtoul(argv[i], NULL, 10) % RESOURCES] = true;
	data.arch.scu_dev = (struct udevice *)&data;
	blob = read_tree(argv[1]);
	ret = ft_system_setup(blob, NULL);
	end_stream_node();
	if (ret)
		printf("failed %d\n", ret);
	free(blob);
	return EXIT_SUCCESS;
}
