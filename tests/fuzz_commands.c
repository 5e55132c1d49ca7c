/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever is read, no command crashes, hangs or leaks: a board's tree, a tree that QEMU
 * dumped, a profile, arguments for QEMU and crosvm, options, or the files of a recorded board.
 * For libFuzzer: "make fuzz".  IMXPT_FUZZ says which; all else that a command reads is good.
 * Nothing is written but standard output and standard error.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"

#define WORDS_MAX 64
#define PATH_SIZE 256

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int imxpt_main(int argc, char **argv); /* src/main.c */

/* In a line, @ is the input, H the board's tree, V the dumped one, R the recorded board. */
static const char *const of_host[] = {
	"patch -n @",
	"patch -n --json @",
	"patch -v -o - @",
	"patch -n --as-documented @",
	"patch -n -p both @",
	"uboot -v @",
	"uboot --json @",
	"uboot --format fw_setenv @",
	"deps @",
	"deps --dot @",
	"deps --json @",
	"deps --profile @ ethernet@5b040000",
	"deps @ mailbox@5d1d0000",
	"check --dtb @",
	"check --json --dtb @",
	"guest -n --host @ --virt V",
	"overlay -v -o - --host @",
	"guest --json -n --mac 00:04:9f:01:02:03 --host @ --virt V",
	"overlay --json -n --mac 00:04:9f:01:02:03 --host @",
};
static const char *const of_virt[] = {
	"guest -n --host H --virt @",
	"guest -v -o - --host H --virt @",
	"guest --json -n --host H --virt @",
};
static const char *const of_profile[] = {
	"patch -n -p @ H",
	"patch -v -o - -p @ H",
	"profiles @",
	"profiles --json @",
	"uboot -p @ H",
	"uboot -p @",
	"deps -p @ H",
	"guest -n -p @ --host H --virt V",
	"overlay -n -p @ --host H",
	"qemu -p @",
	"crosvm -p @ --root R",
	"status -p @ --root R",
	"bind -n -p @ --root R",
	"unbind -n -p @ --root R",
	"check --vmm crosvm -p @ --root R",
	"check --vmm crosvm --json -p @ --root R",
	"bind -n --json -p @ --root R",
};
static const char *const of_root[] = {
	"status --root R",
	"status --json --root R",
	"check --vmm crosvm --root R",
	"check --vmm crosvm --json --root R",
	"bind -n --root R",
	"bind -n --force --root R",
	"bind -n --json --root R",
	"unbind -n --root R",
	"crosvm --root R",
	"guest -n --root R --host H --virt V",
};
static const char *const of_arguments[] = { "qemu --", "qemu --dump --", "qemu --json --",
					    "crosvm --", "crosvm --json --" };

/* The files of a recording that a command reads, as they are while it is good. */
static struct {
	const char *path;
	char *data; /* or where the link points to */
	size_t size;
	bool is_link;
} files[] = {
	{ .path = "boot/config-6.12.20-imx8" },
	{ .path = "dmesg" },
	{ .path = "proc/1/comm" },
	{ .path = "proc/1/fd/0" },
	{ .path = "proc/cmdline" },
	{ .path = "proc/interrupts" },
	{ .path = "proc/self/limits" },
	{ .path = "proc/sys/kernel/osrelease" },
	{ .path = "sys/bus/platform/devices/5b040000.ethernet" },
	{ .path = "sys/bus/platform/devices/5b040000.ethernet/driver" },
	{ .path = "sys/bus/platform/devices/5b040000.ethernet/driver_override" },
	{ .path = "sys/bus/platform/devices/5b040000.ethernet/iommu_group" },
	{ .path = "sys/bus/platform/devices/5b040000.ethernet/of_node" },
	{ .path = "sys/class/iommu/smmu.0x0000000051400000" },
	{ .path = "sys/firmware/devicetree/base/compatible" },
	{ .path = "sys/firmware/devicetree/base/bus@5b000000/ethernet@5b040000/compatible" },
	{ .path = "sys/firmware/fdt" },
	{ .path = "sys/kernel/iommu_groups/5/devices/5b040000.ethernet" },
	{ .path = "sys/module/iommufd/parameters/allow_unsafe_interrupts" },
	{ .path = "sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts" },
	{ .path = "sys/module/vfio_platform/parameters/reset_required" },
};

#define N(array) (sizeof(array) / sizeof(*(array)))

static char root[PATH_SIZE], host[PATH_SIZE], virt[PATH_SIZE], both[PATH_SIZE];
static char input[PATH_SIZE], program[] = "imxpt";

static void in_root(const char *path, char out[static 2 * PATH_SIZE])
{
	snprintf(out, 2 * PATH_SIZE, "%s/%s", root, path);
}

/* Make it this file or link; one that cannot be made is missing. */
static void put(const char *path, const char *data, size_t size, bool is_link)
{
	char name[2 * PATH_SIZE];
	FILE *f;

	in_root(path, name);
	unlink(name);
	if (is_link) {
		if (symlink(data, name))
			return;
	} else if ((f = fopen(name, "wbx"))) {
		fwrite(data, 1, size, f);
		fclose(f);
	}
}

static void remember_files(void)
{
	static char data[1 << 18];

	for (size_t i = 0; i < N(files); i++) {
		char name[2 * PATH_SIZE];
		struct stat st;
		ssize_t n = -1;
		int fd;

		in_root(files[i].path, name);
		if (lstat(name, &st))
			abort();
		files[i].is_link = S_ISLNK(st.st_mode);
		if (files[i].is_link) {
			n = readlink(name, data, sizeof(data) - 1);
		} else {
			fd = open(name, O_RDONLY);
			n = read(fd, data, sizeof(data) - 1);
			close(fd);
		}
		files[i].size = n < 0 ? 0 : (size_t)n;
		files[i].data = malloc(sizeof(data));
		memcpy(files[i].data, data, files[i].size);
	}
}

static void remove_root(void)
{
	char command[PATH_SIZE + 16];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	(void)!system(command);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *build = getenv("BUILD");
	char command[1024];
	int fd = memfd_create("input", 0);

	(void)argc, (void)argv;
	strcpy(root, "/tmp/imxpt-fuzz.XXXXXX");
	snprintf(input, sizeof(input), "/proc/self/fd/%d", fd);
	snprintf(host, sizeof(host), "%s/tests/dts/board-needy.dtb", build);
	snprintf(virt, sizeof(virt), "%s/tests/dts/virt-new.dtb", build);
	snprintf(both, sizeof(both), "imx8qm-fec1-fec2");
	if (!mkdtemp(root))
		abort();
	snprintf(
		command, sizeof(command),
		". tests/recorded.sh; good; cp -a \"$root\"/. %s; cd %s; ln -s /dev/vfio/5 proc/1/fd/1; "
		"mkdir -p sys/module/iommufd/parameters; "
		"echo N >sys/module/iommufd/parameters/allow_unsafe_interrupts",
		root, root);
	if (system(command))
		abort();
	atexit(remove_root);
	remember_files();
	return 0;
}

/* Split the line at blanks, and put the paths in. */
static int split(char *line, char **words)
{
	int n = 0;

	words[n++] = program;
	for (char *s = strtok(line, " "); s; s = strtok(NULL, " "))
		words[n++] = !strcmp(s, "@")	? input :
			     !strcmp(s, "H")	? host :
			     !strcmp(s, "V")	? virt :
			     !strcmp(s, "R")	? root :
			     !strcmp(s, "both") ? both :
						  s;
	return n;
}

static void run(const char *line, char **more, int n_more)
{
	char buf[PATH_SIZE], *words[2 * WORDS_MAX] = { 0 };
	int n;

	snprintf(buf, sizeof(buf), "%s", line);
	n = split(buf, words);
	for (int i = 0; i < n_more; i++)
		words[n++] = more[i];
	imxpt_main(n, words);
	fflush(stdout);
}

/* The input as words, one a line. */
static int words_of(const uint8_t *data, size_t size, char *buf, char **words)
{
	int n = 0;

	memcpy(buf, data, size);
	buf[size] = '\0';
	for (char *s = strtok(buf, "\n"); s && n < WORDS_MAX; s = strtok(NULL, "\n"))
		words[n++] = s;
	return n;
}

static void try_arguments(const uint8_t *data, size_t size)
{
	static const struct command *const commands[] = { &cmd_bind, &cmd_check, &cmd_guest,
							  &cmd_patch, &cmd_uboot };
	char buf[8192], *words[WORDS_MAX + 1] = { program };
	struct options o = { .root = "/" };
	struct fault f = { 0 };
	int n = words_of(data, size < sizeof(buf) ? size : sizeof(buf) - 1, buf, words + 1);

	run(of_arguments[size % N(of_arguments)], words + 1, n);
	/* what the options are is not run */
	n = words_of(data, size < sizeof(buf) ? size : sizeof(buf) - 1, buf, words + 1);
	(void)!options_parse(n + 1, words, commands[size % N(commands)]->accepts, size & 1, &o,
			     &f);
}

/* Each byte that is the number of a file, and a length, are followed by its content. */
static void try_root(const uint8_t *data, size_t size)
{
	bool changed[N(files)] = { false };
	const char *line = of_root[size % N(of_root)];

	while (size > 2) {
		size_t i = data[0] % N(files), n = data[1];
		char content[257];

		data += 2, size -= 2;
		n = n < size ? n : size;
		memcpy(content, data, n);
		content[n] = '\0';
		data += n, size -= n;
		put(files[i].path, content, n, n % 3 ? files[i].is_link : !files[i].is_link);
		changed[i] = true;
	}
	run(line, NULL, 0);
	for (size_t i = N(files); i-- > 0;) {
		if (changed[i])
			put(files[i].path, files[i].data, files[i].size, files[i].is_link);
	}
}

static void try_file(const char *line, const uint8_t *data, size_t size)
{
	int fd = open(input, O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	run(line, NULL, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *what = getenv("IMXPT_FUZZ");

	if (!what)
		abort();
	if (!strcmp(what, "host"))
		try_file(of_host[size % N(of_host)], data, size);
	else if (!strcmp(what, "virt"))
		try_file(of_virt[size % N(of_virt)], data, size);
	else if (!strcmp(what, "profile"))
		try_file(of_profile[size % N(of_profile)], data, size);
	else if (!strcmp(what, "arguments"))
		try_arguments(data, size);
	else
		try_root(data, size);
	return 0;
}
