/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guest/qemu.h"

#define MACHINE "qemu-system-aarch64 -M virt,gic-version=host -enable-kvm -cpu host -m 512M"
#define DUMP " -nic none -display none -M dumpdtb=virt.dtb"
#define PASSED                                                                  \
	" -dtb guest.dtb -device vfio-platform,id=fec1,host=5b040000.ethernet " \
	"-device vfio-platform,id=mu2,host=5d1d0000.mailbox"

/* What a line is for. */
enum {
	TO_RUN = false,
	TO_DUMP = true
};

static const struct profile profile = {
	.pass = { { .node = { "fec1", "ethernet@5b040000" } },
		  { .node = { "mu2", "mailbox@5d1d0000" } } },
	.n_pass = 2,
};

static struct qemu_line line;
static struct fault fault;

static const char *joined(const struct command_line *l, char *buf)
{
	*buf = '\0';
	for (size_t i = 0; i < l->n; i++) {
		strcat(buf, i ? " " : "");
		strcat(buf, l->v[i]);
	}
	return buf;
}

static int make(bool dump, const char **words, size_t n)
{
	char *user[LINE_WORDS_MAX] = { NULL };
	int ret;

	for (size_t i = 0; i < n; i++)
		user[i] = strdup(words[i]);
	memset(&fault, 0, sizeof(fault));
	ret = qemu_line_make(&profile, dump, user, n, &line, &fault);
	while (n)
		free(user[--n]);
	return ret;
}

static void assert_line(bool dump, const char *want, const char **words, size_t n)
{
	char buf[2048];

	assert_int_equal(make(dump, words, n), 0);
	assert_string_equal(joined(&line.words, buf), want);
	line_free(&line.words);
}

#define assert_lines(dumped, ran, ...)                               \
	do {                                                         \
		const char *words[] = { "", ##__VA_ARGS__ };         \
		size_t n_words = sizeof(words) / sizeof(*words) - 1; \
		assert_line(TO_DUMP, dumped, words + 1, n_words);    \
		assert_line(TO_RUN, ran, words + 1, n_words);        \
	} while (0)

static void the_default_machine_is_that_of_the_guide(void **state)
{
	(void)state;
	assert_lines(MACHINE DUMP, MACHINE " -nographic" PASSED);
}

#define OWN                                                     \
	"qemu-system-aarch64 -M virt,gic-version=2 -accel tcg " \
	"-cpu cortex-a57 -m 1G -smp 4"

static void a_machine_of_the_user_is_in_both_lines(void **state)
{
	(void)state;
	assert_lines(OWN DUMP, OWN " -nographic" PASSED, "-M", "virt,gic-version=2", "-accel",
		     "tcg", "-cpu", "cortex-a57", "-m", "1G", "-smp", "4");
}

#define MAX "qemu-system-aarch64 -M virt,gic-version=max -cpu max -m 512M -accel tcg"

/* With KVM, "max" is the host's; other accelerators have no "host". */
static void an_accelerator_of_the_user_has_what_every_one_has(void **state)
{
	(void)state;
	assert_lines(MAX DUMP, MAX " -nographic" PASSED, "-accel", "tcg");
	assert_lines(
		"qemu-system-aarch64 -cpu max -m 512M -M virt,accel=tcg" DUMP,
		"qemu-system-aarch64 -cpu max -m 512M -M virt,accel=tcg -nographic" PASSED,
		"-M", "virt,accel=tcg");
}

static void properties_are_added_to_the_default_machine(void **state)
{
	(void)state;
	assert_lines(MACHINE " -M highmem=off" DUMP,
		     MACHINE " -M highmem=off -nographic" PASSED, "-M", "highmem=off");
}

static void other_arguments_are_only_in_the_run(void **state)
{
	(void)state;
	assert_lines(MACHINE DUMP,
		     MACHINE " -drive file=a,if=virtio -display none -S disk" PASSED, "-drive",
		     "file=a,if=virtio", "-display", "none", "-S", "disk");
}

/* lib/cmdline.c of Linux: what is after "--" is for init. */
static void the_kernel_gets_what_it_needs_before_all_else(void **state)
{
	(void)state;
	assert_lines(MACHINE DUMP,
		     MACHINE " -kernel Image -nographic -append "
			     "clk_ignore_unused pd_ignore_unused" PASSED,
		     "-kernel", "Image");
	assert_lines(MACHINE DUMP,
		     MACHINE " -kernel Image -append clk_ignore_unused pd_ignore_unused ro -- "
			     "single -nographic" PASSED,
		     "-kernel", "Image", "-append", "ro -- single");
	assert_lines(MACHINE DUMP,
		     MACHINE " -kernel Image -append clk_ignore_unused pd_ignore_unused "
			     "pd_ignore_unused -nographic" PASSED,
		     "-kernel", "Image", "-append", "pd_ignore_unused");
}

static void a_dump_has_serial_ports_without_a_connection(void **state)
{
	(void)state;
	assert_lines(MACHINE " -serial null -serial none" DUMP,
		     MACHINE " -serial tcp::1,server=on -serial none -nographic" PASSED,
		     "-serial", "tcp::1,server=on", "-serial", "none");
}

static void assert_displays_nothing(const char *name, const char *value)
{
	char want[512];

	strcat(strcat(strcpy(want, MACHINE " "), name), " ");
	strcat(strcat(want, value), " -display none" PASSED);
	assert_line(TO_RUN, want, (const char *[]){ name, value }, 2);
}

/* With -nographic, QEMU's own monitor and serial port are there. */
static void stdio_of_the_user_is_not_used_twice(void **state)
{
	(void)state;
	assert_displays_nothing("-serial", "stdio");
	assert_displays_nothing("-serial", "mon:stdio");
	assert_displays_nothing("-monitor", "stdio");
	assert_displays_nothing("-qmp", "stdio");
	assert_displays_nothing("-qmp-pretty", "stdio");
	assert_displays_nothing("-chardev", "stdio,id=c,signal=off");
	assert_displays_nothing("-chardev", "id=c,backend=stdio");
	assert_lines(MACHINE " -serial null" DUMP,
		     MACHINE " -serial stdio -monitor none -vnc :1" PASSED, "-serial", "stdio",
		     "-monitor", "none", "-vnc", ":1");
	assert_lines(MACHINE " -serial null" DUMP,
		     MACHINE " -chardev file,id=stdio,path=stdio -serial file:stdio "
			     "-nographic" PASSED,
		     "-chardev", "file,id=stdio,path=stdio", "-serial", "file:stdio");
}

static void a_bus_device_of_the_user_is_before_the_passed_ones(void **state)
{
	static const char tpm[] = " -tpmdev passthrough,id=t -device tpm-tis-device,tpmdev=t";
	char dump[256], run[512];

	(void)state;
	strcat(strcat(strcpy(dump, MACHINE), tpm), DUMP);
	strcat(strcat(strcat(strcpy(run, MACHINE), tpm), " -nographic"), PASSED);
	assert_lines(dump, run, "-tpmdev", "passthrough,id=t", "-device",
		     "tpm-tis-device,tpmdev=t");
}

static void a_kernel_of_the_user_is_reported(void **state)
{
	const char *words[] = { "-kernel", "Image" };

	(void)state;
	assert_int_equal(make(TO_RUN, words, 2), 0);
	assert_true(line.has_kernel);
	line_free(&line.words);
	assert_int_equal(make(TO_RUN, words, 0), 0);
	assert_false(line.has_kernel);
	line_free(&line.words);
}

static bool has_gicv2(const char *first, const char *second)
{
	const char *words[] = { "-M", first, "-M", second };

	assert_int_equal(make(TO_RUN, words, second ? 4 : first ? 2 : 0), 0);
	line_free(&line.words);
	return line.has_gicv2;
}

/* A machine of the user has GICv2 by default; the last version is used. */
static void gicv2_is_reported(void **state)
{
	(void)state;
	assert_false(has_gicv2(NULL, NULL));
	assert_false(has_gicv2("highmem=off", NULL));
	assert_true(has_gicv2("gic-version=2", NULL));
	assert_true(has_gicv2("virt,gic-version=2", NULL));
	assert_true(has_gicv2("virt", NULL));
	assert_true(has_gicv2("virt-7.2,highmem=off", NULL));
	assert_false(has_gicv2("virt,gic-version=3", NULL));
	assert_false(has_gicv2("virt,gic-version=max", NULL));
	assert_false(has_gicv2("gic-version=3", "virt"));
	assert_false(has_gicv2("virt,gic-version=2", "gic-version=3"));
	assert_true(has_gicv2("virt,firmware=a,,gic-version=3", NULL));
	assert_false(has_gicv2("gic-version=host", "firmware=a,,gic-version=2"));
}

/* QEMU reads two commas in a value as one; the kernel prints the address with %llx. */
static void a_device_has_the_name_that_the_kernel_gives_it(void **state)
{
	static const struct profile odd = { .pass = { { .node = { "x", "fsl,odd@0005B" } } },
					    .n_pass = 1 };

	(void)state;
	memset(&fault, 0, sizeof(fault));
	assert_int_equal(qemu_line_make(&odd, TO_RUN, NULL, 0, &line, &fault), 0);
	assert_string_equal(line.words.v[line.words.n - 1],
			    "vfio-platform,id=x,host=5b.fsl,,odd");
	line_free(&line.words);
}

static void a_refused_line_can_be_freed(void **state)
{
	const char *words[] = { "-m", "1G", "-dtb", "x" };

	(void)state;
	assert_int_equal(make(TO_RUN, words, 4), -EINVAL);
	line_free(&line.words);
	assert_int_equal(line.words.n, 0);
	assert_int_equal(make(TO_DUMP, words, 4), -EINVAL);
	line_free(&line.words);
}

static void too_many_words_are_refused(void **state)
{
	const char *words[LINE_WORDS_MAX];
	char name[8192];
	struct profile p = profile;

	(void)state;
	for (size_t i = 0; i < LINE_WORDS_MAX; i++)
		words[i] = "-S";
	assert_int_equal(make(TO_RUN, words, LINE_WORDS_MAX), -E2BIG);
	line_free(&line.words);

	memset(name, 'x', sizeof(name));
	strcpy(name + sizeof(name) - sizeof("@1"), "@1");
	p.pass[0].node.name = name;
	assert_int_equal(qemu_line_make(&p, TO_RUN, NULL, 0, &line, &fault), -E2BIG);
	line_free(&line.words);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_machine_is_that_of_the_guide),
		cmocka_unit_test(a_machine_of_the_user_is_in_both_lines),
		cmocka_unit_test(an_accelerator_of_the_user_has_what_every_one_has),
		cmocka_unit_test(properties_are_added_to_the_default_machine),
		cmocka_unit_test(other_arguments_are_only_in_the_run),
		cmocka_unit_test(the_kernel_gets_what_it_needs_before_all_else),
		cmocka_unit_test(a_dump_has_serial_ports_without_a_connection),
		cmocka_unit_test(stdio_of_the_user_is_not_used_twice),
		cmocka_unit_test(a_bus_device_of_the_user_is_before_the_passed_ones),
		cmocka_unit_test(a_kernel_of_the_user_is_reported),
		cmocka_unit_test(gicv2_is_reported),
		cmocka_unit_test(a_device_has_the_name_that_the_kernel_gives_it),
		cmocka_unit_test(a_refused_line_can_be_freed),
		cmocka_unit_test(too_many_words_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
