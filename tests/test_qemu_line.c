/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guest/qemu_line.h"

#define MACHINE "qemu-system-aarch64 -M virt,gic-version=host -enable-kvm -cpu host -m 512M"
#define DUMP " -nic none -display none -M dumpdtb=virt.dtb"
#define PASSED                                                                  \
	" -dtb guest.dtb -device vfio-platform,id=fec1,host=5b040000.ethernet " \
	"-device vfio-platform,id=mu2,host=5d1d0000.mailbox"

static const struct profile profile = {
	.pass = { { .node = { "fec1", "ethernet@5b040000" } },
		  { .node = { "mu2", "mailbox@5d1d0000" } } },
	.n_pass = 2,
};

static struct qemu_lines lines;
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

#define assert_lines(dumped, ran, ...)                                                    \
	do {                                                                              \
		const char *words[] = { "", ##__VA_ARGS__ };                              \
		char buf[2048];                                                           \
		assert_int_equal(make(words + 1, sizeof(words) / sizeof(*words) - 1), 0); \
		assert_string_equal(joined(&lines.dump, buf), dumped);                    \
		assert_string_equal(joined(&lines.run, buf), ran);                        \
		qemu_lines_free(&lines);                                                  \
	} while (0)

static int make(const char **words, size_t n)
{
	char *user[COMMAND_LINE_WORDS_MAX] = { NULL };
	int ret;

	for (size_t i = 0; i < n; i++)
		user[i] = strdup(words[i]);
	memset(&fault, 0, sizeof(fault));
	ret = qemu_lines_make(&profile, user, n, &lines, &fault);
	while (n)
		free(user[--n]);
	return ret;
}

static void silence_gets_the_documents_machine(void **state)
{
	(void)state;
	assert_lines(MACHINE DUMP, MACHINE " -nographic" PASSED);
}

static void a_decided_machine_is_kept_in_both(void **state)
{
	static const char own[] = "qemu-system-aarch64 -M virt,gic-version=2 -accel tcg "
				  "-cpu cortex-a57 -m 1G -smp 4";
	char dump[256], run[512];

	(void)state;
	strcat(strcpy(dump, own), DUMP);
	strcat(strcat(strcpy(run, own), " -nographic"), PASSED);
	assert_lines(dump, run, "-M", "virt,gic-version=2", "-accel", "tcg", "-cpu",
		     "cortex-a57", "-m", "1G", "-smp", "4");
}

static void properties_join_the_default_machine(void **state)
{
	(void)state;
	assert_lines(MACHINE " -M highmem=off" DUMP,
		     MACHINE " -M highmem=off -nographic" PASSED, "-M", "highmem=off");
}

static void what_is_not_the_machine_is_for_the_run(void **state)
{
	(void)state;
	assert_lines(MACHINE DUMP,
		     MACHINE " -drive file=a,if=virtio -display none -S disk" PASSED, "-drive",
		     "file=a,if=virtio", "-display", "none", "-S", "disk");
}

static void the_kernel_gets_its_words_once(void **state)
{
	(void)state;
	assert_lines(MACHINE DUMP,
		     MACHINE " -kernel Image -nographic -append "
			     "clk_ignore_unused pd_ignore_unused" PASSED,
		     "-kernel", "Image");
	assert_lines(MACHINE DUMP,
		     MACHINE " -kernel Image -append ro pd_ignore_unused clk_ignore_unused "
			     "-nographic" PASSED,
		     "-kernel", "Image", "-append", "ro pd_ignore_unused");
	assert_lines(MACHINE DUMP,
		     MACHINE " -kernel Image -append clk_ignore_unused no_pd_ignore_unused_x "
			     "pd_ignore_unused -nographic" PASSED,
		     "-kernel", "Image", "-append", "clk_ignore_unused no_pd_ignore_unused_x");
}

static void a_dump_has_the_serial_ports_without_their_ends(void **state)
{
	(void)state;
	assert_lines(MACHINE " -serial null -serial none" DUMP,
		     MACHINE " -serial tcp::1,server=on -serial none -nographic" PASSED,
		     "-serial", "tcp::1,server=on", "-serial", "none");
}

static void the_users_bus_device_stands_in_front(void **state)
{
	static const char tpm[] = " -tpmdev passthrough,id=t -device tpm-tis-device,tpmdev=t";
	char dump[256], run[512];

	(void)state;
	strcat(strcat(strcpy(dump, MACHINE), tpm), DUMP);
	strcat(strcat(strcat(strcpy(run, MACHINE), tpm), " -nographic"), PASSED);
	assert_lines(dump, run, "-tpmdev", "passthrough,id=t", "-device",
		     "tpm-tis-device,tpmdev=t");
}

static void it_tells_what_the_user_chose(void **state)
{
	const char *words[] = { "-kernel", "Image", "-M", "gic-version=2" };

	(void)state;
	assert_int_equal(make(words, 4), 0);
	assert_true(lines.has_kernel && lines.has_gicv2);
	qemu_lines_free(&lines);
	assert_int_equal(make(words, 0), 0);
	assert_false(lines.has_kernel || lines.has_gicv2);
	qemu_lines_free(&lines);
}

/* A comma within a value is doubled for QEMU; the address is the kernel's %llx. */
static void a_device_is_called_as_the_kernel_calls_it(void **state)
{
	static const struct profile odd = { .pass = { { .node = { "x", "fsl,odd@0005B" } } },
					    .n_pass = 1 };

	(void)state;
	memset(&fault, 0, sizeof(fault));
	assert_int_equal(qemu_lines_make(&odd, NULL, 0, &lines, &fault), 0);
	assert_string_equal(lines.run.v[lines.run.n - 1],
			    "vfio-platform,id=x,host=5b.fsl,,odd");
	qemu_lines_free(&lines);
}

static void a_refusal_leaves_nothing_behind(void **state)
{
	const char *words[] = { "-m", "1G", "-dtb", "x" };

	(void)state;
	assert_int_equal(make(words, 4), -EINVAL);
	qemu_lines_free(&lines);
	assert_int_equal(lines.dump.n + lines.run.n, 0);
}

static void too_many_words_are_refused(void **state)
{
	const char *words[COMMAND_LINE_WORDS_MAX];
	char name[8192];
	struct profile p = profile;

	(void)state;
	for (size_t i = 0; i < COMMAND_LINE_WORDS_MAX; i++)
		words[i] = "-S";
	assert_int_equal(make(words, COMMAND_LINE_WORDS_MAX), -E2BIG);
	qemu_lines_free(&lines);

	memset(name, 'x', sizeof(name));
	strcpy(name + sizeof(name) - sizeof("@1"), "@1");
	p.pass[0].node.name = name;
	assert_int_equal(qemu_lines_make(&p, NULL, 0, &lines, &fault), -E2BIG);
	qemu_lines_free(&lines);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_gets_the_documents_machine),
		cmocka_unit_test(a_decided_machine_is_kept_in_both),
		cmocka_unit_test(properties_join_the_default_machine),
		cmocka_unit_test(what_is_not_the_machine_is_for_the_run),
		cmocka_unit_test(the_kernel_gets_its_words_once),
		cmocka_unit_test(a_dump_has_the_serial_ports_without_their_ends),
		cmocka_unit_test(the_users_bus_device_stands_in_front),
		cmocka_unit_test(it_tells_what_the_user_chose),
		cmocka_unit_test(a_device_is_called_as_the_kernel_calls_it),
		cmocka_unit_test(a_refusal_leaves_nothing_behind),
		cmocka_unit_test(too_many_words_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
