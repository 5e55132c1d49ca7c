/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guest/crosvm.h"

#define START "crosvm run --disable-sandbox --no-balloon --mem 512"
#define KERNEL " -p clk_ignore_unused pd_ignore_unused"
#define PASSED                               \
	" --device-tree-overlay guest.dtbo " \
	"--vfio /sys/bus/platform/devices/5b040000.ethernet,iommu=off,dt-symbol=fec1"

static const struct profile profile = {
	.pass = { { .node = { "fec1", "ethernet@5b040000" } } },
	.n_pass = 1,
};
static const char *const names[] = { "5b040000.ethernet" };

static struct crosvm_line line;
static struct fault fault;

#define WORDS_MAX 16

static int make(const char *const *words)
{
	char *user[WORDS_MAX] = { NULL };
	size_t n = 0;
	int ret;

	for (; words[n]; n++)
		user[n] = strdup(words[n]);
	fault = (struct fault){ 0 };
	ret = crosvm_line_make(&profile, names, user, n, &line, &fault);
	while (n)
		free(user[--n]);
	return ret;
}

#define MAKE(...) make((const char *const[]){ "--cpus", "2", ##__VA_ARGS__, NULL })

static void assert_made(const char *want)
{
	char buf[2048] = "";

	for (size_t i = 0; i < line.words.n; i++) {
		strcat(buf, i ? " " : "");
		strcat(buf, line.words.v[i]);
	}
	assert_string_equal(buf, want);
	line_free(&line.words);
	assert_int_equal(line.words.n, 0);
}

static void assert_refused(int ret, const char *text)
{
	assert_int_equal(ret, -EINVAL);
	assert_string_equal(fault.text, text);
	line_free(&line.words);
}

static void what_the_user_leaves_out_is_added(void **state)
{
	(void)state;
	assert_int_equal(MAKE("Image"), 0);
	assert_made(START KERNEL " --cpus 2 Image" PASSED);
}

static void both_spellings_are_read(void **state)
{
	static const char *const mem[][2] = { { "--mem", "1024" },
					      { "-m", "1024" },
					      { "--mem=1024", NULL },
					      { "--mem=size=1024", NULL },
					      { "--mem", "size=1024" } };

	(void)state;
	for (size_t i = 0; i < sizeof(mem) / sizeof(*mem); i++) {
		assert_int_equal(MAKE(mem[i][0], mem[i][1]), 0);
		assert_int_equal(line.memory, 1024);
		for (size_t k = 0; k < line.words.n; k++)
			assert_string_not_equal(line.words.v[k], "512");
		line_free(&line.words);
	}
	/* a value is no option, and an error before the call is none of it */
	errno = ERANGE;
	assert_int_equal(MAKE("-p", "--mem=256", "--mem", "1024"), 0);
	assert_int_equal(line.memory, 1024);
	line_free(&line.words);
	assert_int_equal(MAKE("-p", "--mem=256"), 0);
	assert_int_equal(line.memory, 512);
	line_free(&line.words);
	assert_int_equal(MAKE("--disable-sandbox", "--no-balloon", "--mem=256"), 0);
	assert_made("crosvm run" KERNEL
		    " --cpus 2 --disable-sandbox --no-balloon --mem=256" PASSED);
}

/* lib/cmdline.c of Linux: what is after "--" is for init.  crosvm joins all -p. */
static void the_kernel_gets_what_it_needs_before_all_else(void **state)
{
	(void)state;
	assert_int_equal(MAKE("-p", "ro -- single", "--params=pd_ignore_unused"), 0);
	assert_made(START KERNEL " --cpus 2 -p ro -- single --params=pd_ignore_unused" PASSED);
}

static void functions_are_counted(void **state)
{
	(void)state;
	assert_int_equal(MAKE("--block", "a,ro", "--block=b", "--net", "tap-name=t"), 0);
	assert_int_equal(line.n_functions, 5);
	line_free(&line.words);
	assert_int_equal(MAKE("--no-rng", "--no-usb", "--vfio", "/sys/bus/pci/devices/xy"), 0);
	assert_int_equal(line.n_functions, 1);
	line_free(&line.words);
	assert_int_equal(MAKE("--no-rng", "--no-usb", "--no-rng", "--net", "tap-name=t"), 0);
	assert_int_equal(line.n_functions, 1);
	line_free(&line.words);
}

/* Of create_virtio_devices() of crosvm's src/crosvm/sys/linux.rs. */
static const char *const with_value[] = {
	"-b",
	"-d",
	"-r",
	"--block",
	"--cid",
	"--disk",
	"--evdev",
	"--gpu",
	"--host-ip",
	"--input",
	"--keyboard",
	"--media-decoder",
	"--mouse",
	"--multi-touch",
	"--net",
	"--pmem",
	"--pmem-device",
	"--pmem-ext2",
	"--root",
	"--rotary",
	"--rw-pmem-device",
	"--rwdisk",
	"--rwroot",
	"--scsi-block",
	"--shared-dir",
	"--single-touch",
	"--sound",
	"--stub-pci-device",
	"--switches",
	"--tap-fd",
	"--tap-name",
	"--trackpad",
	"--v4l2-proxy",
	"--vhost-user",
	"--vhost-vsock-device",
	"--video-decoder",
	"--video-encoder",
	"--virtio-snd",
	"--vsock",
	"--wayland-sock",
};

static void each_option_that_adds_a_function_is_counted(void **state)
{
	static const char *const others[] = { "--pvclock", "--simple-media-device",
					      "--vhost-scmi", "--vtpm-proxy" };

	(void)state;
	for (size_t i = 0; i < sizeof(with_value) / sizeof(*with_value); i++) {
		assert_int_equal(MAKE(with_value[i], "--no-rng"), 0);
		assert_int_equal(line.n_functions, 3);
		line_free(&line.words);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		assert_int_equal(MAKE(others[i], "--no-rng"), 0);
		assert_int_equal(line.n_functions, 2);
		line_free(&line.words);
	}
	assert_int_equal(MAKE("--serial", "type=stdio,hardware=virtio-console,num=1"), 0);
	assert_int_equal(line.n_functions, 3);
	line_free(&line.words);
	assert_int_equal(MAKE("--serial=type=stdio,hardware=serial", "--block-x", "--", "="),
			 0);
	assert_int_equal(line.n_functions, 2);
	line_free(&line.words);
}

static void another_overlay_is_passed_on(void **state)
{
	(void)state;
	assert_int_equal(MAKE("--device-tree-overlay", "other.dtbo"), 0);
	assert_made(START KERNEL " --cpus 2 --device-tree-overlay other.dtbo" PASSED);
}

static void what_crosvm_would_reject_is_refused(void **state)
{
	static const char filter[] = ": crosvm leaves out the children of the nodes that it "
				     "filters, and every label must be in this file";
	static const char devices[] = ": the overlay has only the profile's devices";
	static const char *const paths[] = {
		"/sys/devices/platform/x",  "/sys//bus/platform/devices/x",
		"/sys/bus/./platform/x",    "/sys/bus/pci/../platform/devices/x",
		"/sys/bus/pci/./x",	    "/sys/bus/pci//devices/x",
		"../sys/bus/pci/devices/x", "/sys/bus/pci/devices/..,iommu=off",
		"path=/sys/devices/x",	    "/sys/bus/pci/x,path=/sys/devices/x",
	};
	char text[256];

	(void)state;
	assert_refused(MAKE("--device-tree-overlay=a.dtbo,filter"),
		       strcat(strcpy(text, "--device-tree-overlay a.dtbo,filter"), filter));
	assert_refused(MAKE("--device-tree-overlay", "a,select-symbols=[x]"),
		       strcat(strcpy(text, "--device-tree-overlay a,select-symbols=[x]"),
			      filter));
	assert_refused(MAKE("--device-tree-overlay", "d/guest.dtbo"),
		       "--device-tree-overlay d/guest.dtbo: the line already has it");
	assert_refused(MAKE("--vfio", "x,dt-symbol=y"),
		       strcat(strcpy(text, "--vfio x,dt-symbol=y"), devices));
	assert_refused(MAKE("--vfio=/sys/bus/platform/devices/x"),
		       strcat(strcpy(text, "--vfio /sys/bus/platform/devices/x"), devices));
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_refused(MAKE("--vfio", paths[i]),
			       strcat(strcat(strcpy(text, "--vfio "), paths[i]), devices));
	assert_int_equal(MAKE("--vfio", "path=/sys/bus/pci/devices/0000:01:00.0,iommu=on"), 0);
	line_free(&line.words);
	assert_refused(MAKE("--cfg", "vm.json"),
		       "--cfg vm.json: a device in this file could move the passed devices");
	assert_refused(MAKE("--vfio-platform", "x"),
		       strcat(strcpy(text, "--vfio-platform x"), devices));
	assert_refused(MAKE("--vfio-platform-pm"),
		       "--vfio-platform-pm: crosvm would replace the devices' power domains");
	assert_refused(MAKE("--mem", "2G"), "--mem 2G: crosvm takes a whole number of MiB");
	assert_refused(MAKE("--mem", "0"), "--mem 0: crosvm takes a whole number of MiB");
	assert_refused(MAKE("--mem", "-1"), "--mem -1: crosvm takes a whole number of MiB");
	assert_refused(MAKE("--mem"), "--mem: its value is missing");
}

static void a_name_with_a_comma_is_refused(void **state)
{
	static const char *const odd[] = { "5b.fsl,odd" };

	(void)state;
	fault = (struct fault){ 0 };
	assert_refused(crosvm_line_make(&profile, odd, NULL, 0, &line, &fault),
		       "5b.fsl,odd: crosvm cannot be given a name with a comma");
}

/* The word after --vfio has 1023 bytes at most. */
static void a_name_that_is_too_long_is_refused(void **state)
{
	static char name[974];
	static const char *const one[] = { name };
	size_t around = strlen("/sys/bus/platform/devices/,iommu=off,dt-symbol=fec1");

	(void)state;
	memset(name, 'x', 1023 - around);
	fault = (struct fault){ 0 };
	assert_int_equal(crosvm_line_make(&profile, one, NULL, 0, &line, &fault), 0);
	assert_int_equal(strlen(line.words.v[line.words.n - 1]), 1023);
	line_free(&line.words);
	name[1023 - around] = 'x';
	assert_int_equal(crosvm_line_make(&profile, one, NULL, 0, &line, &fault), -E2BIG);
	assert_non_null(strstr(fault.text, ": its label is too long for crosvm"));
	line_free(&line.words);
}

static void too_many_words_are_refused(void **state)
{
	char *user[LINE_WORDS_MAX];
	char word[] = "-c";

	(void)state;
	for (size_t i = 0; i < LINE_WORDS_MAX; i++)
		user[i] = word;
	assert_int_equal(crosvm_line_make(&profile, names, user, LINE_WORDS_MAX, &line,
					  &fault),
			 -E2BIG);
	line_free(&line.words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_user_leaves_out_is_added),
		cmocka_unit_test(both_spellings_are_read),
		cmocka_unit_test(the_kernel_gets_what_it_needs_before_all_else),
		cmocka_unit_test(functions_are_counted),
		cmocka_unit_test(each_option_that_adds_a_function_is_counted),
		cmocka_unit_test(another_overlay_is_passed_on),
		cmocka_unit_test(what_crosvm_would_reject_is_refused),
		cmocka_unit_test(a_name_with_a_comma_is_refused),
		cmocka_unit_test(a_name_that_is_too_long_is_refused),
		cmocka_unit_test(too_many_words_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
