/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "check/facts.h"
#include "fixture.h"
#include "oom.h"
#include "scratch.h"

#define ROOT "tests/roots/imx8qm-mek"

static struct tree profile_tree;
static struct profile profile;
static struct sysroot root;
static struct facts facts;
static struct fault f;
static char dtb[256];

static int begin(void **state)
{
	const char *build = getenv("BUILD");
	const struct builtin_profile *b = profile_builtin("imx8qm-fec1");

	(void)state;
	snprintf(dtb, sizeof(dtb), "%s/tests/dts/mek-like.dtb", build ? build : "build");
	return tree_open(b->blob, b->size, &profile_tree, &f)	 ?:
		       profile_read(&profile_tree, &profile, &f) ?:
								   sysroot_open(ROOT, &root, &f);
}

static int end(void **state)
{
	(void)state;
	sysroot_close(&root);
	tree_close(&profile_tree);
	return 0;
}

static int read_facts(const char *tree)
{
	const struct facts_source l = { .sys = &root, .profile = &profile, .dtb = tree };

	f = (struct fault){ 0 };
	return facts_read_all(&l, &facts, &f);
}

static void a_recorded_board_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_facts(NULL), 0);
	assert_int_equal(f.code, 0);
	assert_string_equal(facts.host_unseen, "");
	assert_false(facts.live);
	assert_true(*facts.tree.unseen && facts.tree.booted);
	assert_string_equal(facts.kernel.release, "6.12.20-imx8");
	assert_int_equal(facts.kernel.version.major, 6);
	assert_int_equal(facts.kernel.version.minor, 12);
	assert_non_null(strstr(facts.kernel.config, "CONFIG_VFIO_PLATFORM=m"));
	assert_int_equal(facts.kernel.unsafe_interrupts, PARAMETER_ON);
	assert_int_equal(facts.kernel.disable_bypass, PARAMETER_ABSENT);
	assert_int_equal(facts.snapshot.n_devices, 3);
	assert_int_equal(facts.module, MODULE_UNKNOWN);
	assert_true(facts.memlock_known);
	assert_int_equal(facts.memlock, 1024 * 1024 * 1024);
	assert_true(*facts.qemu.unseen);
	facts_free(&facts);
	assert_int_equal(read_facts(dtb), 0);
	assert_false(*facts.tree.unseen || facts.tree.booted);
	facts_free(&facts);
}

/* Whichever allocation fails: an answer or -ENOMEM, and no leak. */
static void out_of_memory_is_reported(void **state)
{
	int k, ret, failed = 0;

	(void)state;
	for (k = 1;; k++) {
		oom_arm(k);
		ret = read_facts(dtb);
		if (!oom_hit())
			break;
		assert_true(ret == 0 || ret == -ENOMEM);
		assert_int_equal(f.code, ret);
		failed += ret == -ENOMEM;
		facts_free(&facts);
	}
	assert_int_equal(ret, 0);
	assert_true(failed > 10 && failed <= k - 1);
	facts_free(&facts);
}

static void install(const char *name, const char *script)
{
	scratch_write(name, script);
	assert_int_equal(chmod(name, 0755), 0);
}

static void install_qemu(void)
{
	install("qemu-system-aarch64", "#!/bin/sh\n"
				       "echo 'QEMU emulator version 7.2 host='\n");
}

/* Its help text is long, and answers "run --help" only. */
static void install_crosvm(const char *options)
{
	char script[512];

	snprintf(script, sizeof(script),
		 "#!/bin/sh\n"
		 "[ \"$*\" = 'run --help' ] || exit 1\n"
		 "printf '%%50000s\\n' ''\n"
		 "echo '%s'\n",
		 options);
	install("crosvm", script);
}

/* On a running board, with the programs in the current directory. */
static int read_vmm(enum vmm vmm)
{
	const struct facts_source from = { .sys = &root, .profile = &profile, .vmm = vmm };
	char *path = strdup(getenv("PATH") ?: "");
	int ret;

	assert_non_null(path);
	setenv("PATH", ".", 1);
	facts = (struct facts){ .live = true };
	f = (struct fault){ 0 };
	ret = facts_read_vmm(&from, &facts, &f);
	assert_int_equal(f.code, ret);
	setenv("PATH", path, 1);
	free(path);
	return ret;
}

static void assert_vmm(enum vmm asked, enum vmm found, const char *qemu, const char *crosvm)
{
	assert_int_equal(read_vmm(asked), 0);
	assert_int_equal(facts.vmm, found);
	assert_string_equal(facts.qemu.unseen, qemu);
	assert_string_equal(facts.crosvm.unseen, crosvm);
}

#define NO_QEMU "qemu-system-aarch64: No such file or directory"
#define NO_CROSVM "crosvm: No such file or directory"

static void the_installed_vmm_is_found(void **state)
{
	(void)state;
	assert_vmm(VMM_INSTALLED, VMM_QEMU, NO_QEMU, NO_CROSVM);
	assert_vmm(VMM_CROSVM, VMM_CROSVM, "", NO_CROSVM);
	install_crosvm("--device-tree-overlay --vfio dt-symbol");
	assert_vmm(VMM_INSTALLED, VMM_CROSVM, NO_QEMU, "");
	assert_vmm(VMM_QEMU, VMM_QEMU, NO_QEMU, "");
	install_qemu();
	assert_vmm(VMM_INSTALLED, VMM_QEMU, "", "");
	assert_true(facts.qemu.has_device);
	assert_true(facts.memlock == (geteuid() ? 1024 * 1024 * 1024 : UINT64_MAX));
	assert_false(facts.crosvm.has_overlay);
	assert_vmm(VMM_CROSVM, VMM_CROSVM, "", "");
	assert_true(facts.crosvm.has_overlay);
	assert_null(facts.qemu.path);
}

static void qemu_has_the_device_or_not(void **state)
{
	(void)state;
	install("qemu-system-aarch64", "#!/bin/sh\n"
				       "echo 'QEMU emulator version 10.2 host='\n"
				       "[ $1 = --version ]\n");
	assert_vmm(VMM_QEMU, VMM_QEMU, "", "");
	assert_string_equal(facts.qemu.version, "QEMU emulator version 10.2 host=");
	assert_false(facts.qemu.has_device);
	install("qemu-system-aarch64", "#!/bin/sh\necho 'QEMU emulator version 9'\n");
	assert_vmm(VMM_QEMU, VMM_QEMU, "", "");
	assert_false(facts.qemu.has_device);
	install("qemu-system-aarch64", "#!/bin/sh\necho 'QEMU emulator'; exit 1\n");
	assert_vmm(VMM_QEMU, VMM_QEMU, "qemu-system-aarch64: not a QEMU", "");
}

static void a_qemu_that_dies_at_one_question_is_not_seen(void **state)
{
	(void)state;
	install("qemu-system-aarch64",
		"#!/bin/sh\n[ $1 = --version ] && kill -9 $$\necho host=\n");
	assert_vmm(VMM_QEMU, VMM_QEMU, "qemu-system-aarch64: a signal ended it", "");
	install("qemu-system-aarch64", "#!/bin/sh\n[ $1 = --version ] || kill -9 $$\n"
				       "echo 'QEMU emulator version 9'\n");
	assert_vmm(VMM_QEMU, VMM_QEMU, "qemu-system-aarch64: a signal ended it", "");
}

static void the_help_text_of_crosvm_is_read(void **state)
{
	(void)state;
	install_crosvm("--vfio dt-symbol");
	assert_int_equal(read_vmm(VMM_CROSVM), 0);
	assert_false(facts.crosvm.has_overlay);
	assert_true(facts.crosvm.has_symbol);
	install_crosvm("--device-tree-overlay");
	assert_int_equal(read_vmm(VMM_CROSVM), 0);
	assert_true(facts.crosvm.has_overlay);
	assert_false(facts.crosvm.has_symbol);
}

static void the_help_text_may_not_fit_into_memory(void **state)
{
	int k = 0, failed = 0;

	(void)state;
	install_crosvm("--device-tree-overlay dt-symbol");
	do {
		oom_arm(++k);
		if (read_vmm(VMM_CROSVM) == 0)
			continue;
		assert_int_equal(f.code, -ENOMEM);
		failed++;
	} while (oom_hit());
	assert_true(failed > 0);
	assert_true(facts.crosvm.has_symbol);
}

static void reads_an_option_of_the_configuration(void **state)
{
	static const char config[] = "# a comment on CONFIG_KVM\n"
				     "CONFIG_VFIO_PLATFORM_BASE=m\n"
				     "# CONFIG_VFIO_PLATFORM is not set\n"
				     "CONFIG_KVM=y\n"
				     "CONFIG_OLD=n\n"
				     "CONFIG_NAME=\"x\"\n"
				     "CONFIG_VFIO=m";

	(void)state;
	assert_int_equal(kconfig_option(config, "KVM"), CONFIG_BUILT_IN);
	assert_int_equal(kconfig_option(config, "VFIO"), CONFIG_MODULE);
	assert_int_equal(kconfig_option(config, "VFIO_PLATFORM"), CONFIG_OFF);
	assert_int_equal(kconfig_option(config, "VFIO_PLATFORM_BASE"), CONFIG_MODULE);
	assert_int_equal(kconfig_option(config, "OLD"), CONFIG_OFF);
	assert_int_equal(kconfig_option(config, "VFIO_GROUP"), CONFIG_ABSENT);
	assert_int_equal(kconfig_option("", "KVM"), CONFIG_ABSENT);
	assert_int_equal(kconfig_option("#CONFIG_KVM=y\n CONFIG_KVM=y", "KVM"), CONFIG_ABSENT);
}

static void reads_an_argument_of_the_kernel(void **state)
{
	static const struct {
		const char *cmdline;
		enum parameter_state is;
	} cases[] = {
		{ "", PARAMETER_ABSENT },
		{ "quiet\n", PARAMETER_ABSENT },
		{ "a_b.c", PARAMETER_ON },
		{ "a-b.c=1\n", PARAMETER_ON },
		{ "a_b.c=Y quiet", PARAMETER_ON },
		{ "a_b.c=on", PARAMETER_ON },
		{ "quiet a-b.c=0", PARAMETER_OFF },
		{ "a_b.c=n", PARAMETER_OFF },
		{ "a_b.c=N", PARAMETER_OFF },
		{ "a_b.c=f", PARAMETER_OFF },
		{ "a_b.c=F", PARAMETER_OFF },
		{ "a_b.c=off", PARAMETER_OFF },
		{ "a_b.c=0 a_b.c=1", PARAMETER_ON },
		{ "a_b.c=1 a_b.c=0", PARAMETER_OFF },
		{ "a_b.c=OFF", PARAMETER_OFF },
		{ "a_b.c=On", PARAMETER_ON },
		{ "a_b.c=T", PARAMETER_ON },
		/* the kernel refuses these values */
		{ "a_b.c=2", PARAMETER_ABSENT },
		{ "a_b.c=", PARAMETER_ABSENT },
		{ "a_b.c=o", PARAMETER_ABSENT },
		{ "a_b.c=0 a_b.c=old", PARAMETER_OFF },
		/* quotes, and what is for init */
		{ "a_b.c=\"0\"", PARAMETER_OFF },
		{ "\"a_b.c=1\"", PARAMETER_ON },
		{ "x=\"y a_b.c=1 z\"", PARAMETER_ABSENT },
		{ "x=\"y\" a_b.c=1", PARAMETER_ON },
		{ "a_b.c=0 -- a_b.c=1", PARAMETER_OFF },
		{ "--a_b.c=1 a_b.c=0", PARAMETER_OFF },
		{ "xa_b.c=1 a_b.cc=1 a_b=1", PARAMETER_ABSENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(cmdline_argument(cases[i].cmdline, "a_b.c", PARAMETER_ON),
				 cases[i].is);
	assert_int_equal(cmdline_argument("a_b.c=0 a_b.c", "a_b.c", PARAMETER_ABSENT),
			 PARAMETER_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recorded_board_is_read),
		cmocka_unit_test(out_of_memory_is_reported),
		scratch_test(the_installed_vmm_is_found),
		scratch_test(qemu_has_the_device_or_not),
		scratch_test(a_qemu_that_dies_at_one_question_is_not_seen),
		scratch_test(the_help_text_of_crosvm_is_read),
		scratch_test(the_help_text_may_not_fit_into_memory),
		cmocka_unit_test(reads_an_option_of_the_configuration),
		cmocka_unit_test(reads_an_argument_of_the_kernel),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
