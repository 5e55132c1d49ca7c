/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "cmd/command.h"

#define PAD_DEFAULT 0x1000     /* as the Ghaf guide: dtc -p 0x1000 */
#define PAD_MAX (1024 * 1024L) /* U-Boot's room for a tree is a few MiB at best */
#define TIMEOUT_DEFAULT 10     /* seconds */
#define TIMEOUT_MAX 3600L
#define MEMORY_MAX (1ull << 60) /* bytes: more than a board has */
#define N_ROWS_MAX 40
#define HELP_MARGIN "                             " /* as wide as the names */

#define FDT_FILE_MAX 255
#define FDT_FILE_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-/"

struct row {
	int key;
	unsigned int field; /* offset in struct options; PARSED: parse() stores it */
	const char *name;
	const char *arg; /* the argument's name, in [] if it is optional; NULL: takes none */
	const char *help;
};

/* The type of the field must be that which store() writes. */
#define FLAG(name) _Generic(((struct options *)0)->name, bool : offsetof(struct options, name))
#define TEXT(name) \
	_Generic(((struct options *)0)->name, const char * : offsetof(struct options, name))
#define PARSED UINT_MAX

static const struct row rows[] = {
	{ OPT_PROFILE, TEXT(profile), "profile", "PROFILE", "a profile's name, or FILE.dtb" },
	{ OPT_OUTPUT, TEXT(output), "output", "FILE",
	  "write the tree to FILE ('-': standard output)" },
	{ OPT_DRY_RUN, FLAG(dry_run), "dry-run", NULL, "print the plan, change nothing" },
	{ OPT_PARTITION, PARSED, "partition", "WHO",
	  "who makes the guest's partition: uboot (default) or linux" },
	{ OPT_MAKE_PARTITION, FLAG(partition), "partition", NULL,
	  "also make the guest's partition, as 'imxpt partition' does" },
	{ OPT_FREE, FLAG(free), "free", NULL, "free the partition instead of making it" },
	{ OPT_AS_DOCUMENTED, FLAG(as_documented), "as-documented", NULL,
	  "make exactly the tree of the Ghaf guide (no packet will flow)" },
	{ OPT_HOST, TEXT(host), "host", "FILE", "the board's original tree" },
	{ OPT_VIRT, TEXT(virt), "virt", "FILE", "the tree that QEMU dumped" },
	{ OPT_MAC, PARSED, "mac", "ADDRESS", "the guest's MAC; once for each Ethernet port" },
	{ OPT_FDT_FILE, PARSED, "fdt-file", "NAME", "the name of the tree that U-Boot loads" },
	{ OPT_FORMAT, PARSED, "format", "FORMAT",
	  "boot-script (default), fw_setenv or libubootenv" },
	{ OPT_PAD, PARSED, "pad", "BYTES",
	  "free space at the tree's end for U-Boot (default 4096)" },
	{ OPT_TIMEOUT, PARSED, "timeout", "SECONDS",
	  "wait up to SECONDS for /dev/vfio/N (default 10)" },
	{ OPT_OWNER, TEXT(owner), "owner", "USER[:GROUP]",
	  "set owner and group of /dev/vfio/N" },
	{ OPT_DOT, FLAG(dot), "dot", NULL, "print a graph for dot(1)" },
	{ OPT_DUMP, FLAG(dump), "dump", NULL, "print the line that dumps QEMU's tree" },
	{ OPT_DTB, TEXT(dtb), "dtb", "FILE", "check the tree in FILE, not the running one" },
	{ OPT_CONFIG, TEXT(config), "config", "FILE",
	  "read the kernel's configuration from FILE" },
	{ OPT_VMM, TEXT(vmm), "vmm", "NAME", "qemu or crosvm (default: the installed one)" },
	{ OPT_QEMU, TEXT(qemu), "qemu", "PATH", "ask this QEMU, not the one in PATH" },
	{ OPT_MEMORY, PARSED, "memory", "SIZE", "the guest's memory, as QEMU's -m: 512M, 2G" },
	{ OPT_ASK_FIRMWARE, FLAG(ask_firmware), "ask-firmware", NULL,
	  "ask the system controller, through the bound mailbox" },
	{ OPT_USER, TEXT(user), "user", "USER",
	  "the VMM's user (default: the owner of /dev/vfio/N)" },
	{ OPT_STRICT, FLAG(strict), "strict", NULL, "a warning counts as a failure" },
	{ OPT_FORCE, FLAG(force), "force", NULL, "bind even where a guest can harm the host" },
	{ OPT_EXPLAIN, TEXT(explain), "explain", "[CHECK]",
	  "explain a check, or list the checks" },
	{ OPT_JSON, FLAG(json), "json", NULL, "print the result as one JSON object" },
	{ OPT_QUIET, FLAG(quiet), "quiet", NULL, "print less" },
	{ OPT_VERBOSE, FLAG(verbose), "verbose", NULL,
	  "print more, such as each step as it runs" },
	{ OPT_ROOT, TEXT(root), "root", "DIR",
	  "use /sys, /proc, /dev, /boot, /etc and /run under DIR" },
	{ OPT_HELP, FLAG(help), "help", NULL, "show this help" },
	{ OPT_VERSION, FLAG(version), "version", NULL, "show the version" },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))
_Static_assert(N_ROWS < N_ROWS_MAX, "the arrays for getopt_long are too small");

#define GUIDE_PROFILE "ghaf-guide"

const struct options option_defaults = {
	.profile = "imx8qm-fec1",
	.root = "/",
	.pad = PAD_DEFAULT,
	.timeout_ms = TIMEOUT_DEFAULT * 1000,
};

static const int global_options[] = { OPT_ROOT, OPT_HELP, OPT_VERSION, 0 };

static bool is_listed(const int *keys, int key)
{
	while (*keys && *keys != key)
		keys++;
	return *keys != 0;
}

static bool is_accepted(const int *accepts, int key)
{
	return is_listed(global_options, key) || (accepts && is_listed(accepts, key));
}

/* A whole number from min to max, decimal or 0x. */
static int read_number(const char *name, const char *text, long min, long max, long *out,
		       struct fault *f)
{
	bool is_hex = !strncasecmp(text, "0x", 2);
	char *end;

	/* base 0 would read a leading 0 as octal; strtol(3) skips blanks and a sign */
	errno = 0;
	*out = strtol(text, &end, is_hex ? 16 : 10);
	if (errno || !isdigit((unsigned char)*text) || *end || *out < min || *out > max)
		return fault_set(f, -EINVAL, "--%s takes a number from %ld to %ld, not '%s'",
				 name, min, max, text);
	return 0;
}

/* A size as QEMU's -m takes it: in MiB, or with a suffix. */
static int read_size(const char *text, uint64_t *out, struct fault *f)
{
	static const char suffixes[] = "KMGTkmgt";
	const char *suffix;
	size_t shift;
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	suffix = strchr(suffixes, *end ? *end : 'M');
	shift = suffix ? 10 * ((size_t)(suffix - suffixes) % 4 + 1) : 0;
	if (errno || *text < '0' || *text > '9' || !suffix || strlen(end) > 1 || *out == 0 ||
	    *out > MEMORY_MAX >> shift)
		return fault_set(f, -EINVAL,
				 "--memory takes a size such as 512M or 2G, not '%s'", text);
	*out <<= shift;
	return 0;
}

/* Six pairs of hexadecimal digits with colons between them? */
static bool parse_mac(const char *text, uint8_t out[static GUEST_MAC_SIZE])
{
	for (size_t i = 0; i < GUEST_MAC_SIZE; i++, text += 3) {
		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
		    text[2] != (i + 1 < GUEST_MAC_SIZE ? ':' : '\0'))
			return false;
		out[i] = (uint8_t)strtoul(text, NULL, 16);
	}
	return true;
}

static int read_mac(const char *name, const char *text, struct options *o, struct fault *f)
{
	uint8_t mac[GUEST_MAC_SIZE];

	if (!parse_mac(text, mac))
		return fault_set(f, -EINVAL,
				 "--%s takes an address like 00:04:9f:01:02:03, not '%s'",
				 name, text);
	if (!guest_mac_is_valid(mac, sizeof(mac)))
		return fault_set(f, -EINVAL, "--%s: no interface can have the address '%s'",
				 name, text);
	if (o->n_macs == OPTION_MACS_MAX)
		return fault_set(f, -E2BIG, "--%s is given more than %d times", name,
				 OPTION_MACS_MAX);
	for (size_t i = 0; i < o->n_macs; i++) {
		if (!memcmp(o->mac[i], mac, sizeof(mac)))
			return fault_set(f, -EINVAL,
					 "--%s: an earlier port already has the address '%s'",
					 name, text);
	}
	memcpy(o->mac[o->n_macs++], mac, sizeof(mac));
	return 0;
}

static int read_format(const char *text, enum env_format *out, struct fault *f)
{
	static const char *const names[] = {
		[ENV_BOOT_SCRIPT] = "boot-script",
		[ENV_FW_SETENV] = "fw_setenv",
		[ENV_LIBUBOOTENV] = "libubootenv",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]))
			continue;
		*out = (enum env_format)i;
		return 0;
	}
	return fault_set(f, -EINVAL,
			 "--format is boot-script, fw_setenv or libubootenv, not '%s'", text);
}

/* U-Boot expands what it reads, so no character may be special to its shell. */
static int read_fdt_file(const char *text, const char **out, struct fault *f)
{
	size_t len = strlen(text);

	if (len == 0 || len > FDT_FILE_MAX || strspn(text, FDT_FILE_CHARS) != len)
		return fault_set(
			f, -EINVAL,
			"--fdt-file takes a name of up to %d letters, digits and ._+-/, "
			"not '%s'",
			FDT_FILE_MAX, text);
	*out = text;
	return 0;
}

static int read_partition(const char *text, bool *by_linux, struct fault *f)
{
	*by_linux = !strcmp(text, "linux");
	if (*by_linux || !strcmp(text, "uboot"))
		return 0;
	return fault_set(f, -EINVAL, "--partition is uboot or linux, not '%s'", text);
}

static int parse(const struct row *row, const char *arg, struct options *o, struct fault *f)
{
	long number = 0;
	int ret = 0;

	switch (row->key) {
	case OPT_FDT_FILE:
		return read_fdt_file(arg, &o->fdt_file, f);
	case OPT_FORMAT:
		return read_format(arg, &o->format, f);
	case OPT_MAC:
		return read_mac(row->name, arg, o, f);
	case OPT_PARTITION:
		return read_partition(arg, &o->by_linux, f);
	case OPT_PAD:
		ret = read_number(row->name, arg, 0, PAD_MAX, &number, f);
		o->pad = (size_t)number;
		break;
	case OPT_MEMORY:
		return read_size(arg, &o->memory, f);
	case OPT_TIMEOUT:
		ret = read_number(row->name, arg, 0, TIMEOUT_MAX, &number, f);
		o->timeout_ms = (unsigned int)number * 1000;
		break;
	}
	return ret;
}

static int store(const struct row *row, const char *arg, struct options *o, struct fault *f)
{
	char *field = (char *)o + row->field;
	const char *value = arg ? arg : "";

	if (row->field == PARSED)
		return parse(row, value, o, f);
	if (row->arg)
		*(const char **)field = value;
	else
		*(bool *)field = true;
	return 0;
}

static bool is_optional(const struct row *row)
{
	return row->arg && *row->arg == '[';
}

static const struct row *find_row(int key)
{
	size_t i = 0;

	while (rows[i].key != key)
		i++;
	return &rows[i];
}

/* The tables of getopt_long(3) for the accepted options. */
static void make_tables(const int *accepts, bool in_order, struct option *opts, char *letters)
{
	size_t n = 0;

	/* '+': stop at the first operand; ':': return ':' for a missing argument */
	if (in_order)
		*letters++ = '+';
	*letters++ = ':';
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct row *r = &rows[i];

		if (!is_accepted(accepts, r->key))
			continue;
		opts[n++] = (struct option){ r->name,
					     is_optional(r) ? optional_argument :
					     r->arg	    ? required_argument :
							      no_argument,
					     NULL, r->key };
		if (r->key > UCHAR_MAX)
			continue;
		*letters++ = (char)r->key;
		if (r->arg)
			*letters++ = ':';
	}
	opts[n] = (struct option){ 0 };
	*letters = '\0';
}

/* Is it the beginning of several options' names?  Stores them in names. */
static bool is_ambiguous(const char *word, const int *accepts, const char *names[2])
{
	size_t n = strcspn(word, "="), found = 0;

	for (size_t i = 0; i < N_ROWS && found < 2; i++) {
		const struct row *r = &rows[i];

		if (n > 2 && is_accepted(accepts, r->key) &&
		    !strncmp(r->name, word + 2, n - 2))
			names[found++] = r->name;
	}
	return found == 2;
}

/* word: the one for which getopt_long(3) returned '?'. */
static int refuse(const char *word, const int *accepts, struct fault *f)
{
	const char *names[2];

	if (optopt && is_accepted(accepts, optopt))
		return fault_set(f, -EINVAL, "option '%s' takes no argument", word);
	if (optopt)
		return fault_set(f, -EINVAL, "unknown option '-%c'", optopt);
	if (is_ambiguous(word, accepts, names))
		return fault_set(f, -EINVAL, "option '%s' is ambiguous: --%s or --%s", word,
				 names[0], names[1]);
	return fault_set(f, -EINVAL, "unknown option '%s'", word);
}

int options_parse(int argc, char **argv, const int *accepts, bool in_order, struct options *o,
		  struct fault *f)
{
	const char *const profile = o->profile;
	struct option opts[N_ROWS_MAX];
	char letters[2 * N_ROWS_MAX + 3];
	int key, ret;

	make_tables(accepts, in_order, opts, letters);
	opterr = 0;
	optind = 0; /* glibc and musl start over */
	while ((key = getopt_long(argc, argv, letters, opts, NULL)) != -1) {
		if (key == ':') /* musl counts the argument that is missing */
			return fault_set(f, -EINVAL, "option '%s' needs an argument",
					 argv[optind > argc ? argc - 1 : optind - 1]);
		if (key == '?')
			return refuse(argv[optind - 1], accepts, f);
		/* an optional argument may be the next word, as a required one may */
		if (!optarg && is_optional(find_row(key)) && optind < argc &&
		    *argv[optind] != '-')
			optarg = argv[optind++];
		ret = store(find_row(key), optarg, o, f);
		if (ret)
			return ret;
	}
	if (o->as_documented && o->profile != profile)
		return fault_set(f, -EINVAL,
				 "--as-documented selects the profile " GUIDE_PROFILE
				 ": do not give --profile too");
	if (o->as_documented && o->by_linux)
		return fault_set(f, -EINVAL,
				 "--as-documented excludes --partition linux: in the Ghaf "
				 "guide U-Boot makes the partition");
	if (o->as_documented)
		o->profile = GUIDE_PROFILE;
	o->operands = argv + optind;
	o->n_operands = (size_t)(argc - optind);
	return 0;
}

void options_help(FILE *out, const int *accepts)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct row *r = &rows[i];
		char text[64];

		if (!is_listed(accepts ? accepts : global_options, r->key))
			continue;
		snprintf(text, sizeof(text), "--%s%s%s", r->name, r->arg ? " " : "",
			 r->arg ? r->arg : "");
		if (r->key > UCHAR_MAX)
			print_wrapped_line(out, HELP_MARGIN, "      %-22s %s", text, r->help);
		else
			print_wrapped_line(out, HELP_MARGIN, "  -%c, %-22s %s", r->key, text,
					   r->help);
	}
}
