/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "check/facts.h"

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
		enum argument_state is;
	} cases[] = {
		{ "", ARGUMENT_ABSENT },
		{ "quiet\n", ARGUMENT_ABSENT },
		{ "a_b.c", ARGUMENT_ON },
		{ "a-b.c=1\n", ARGUMENT_ON },
		{ "a_b.c=Y quiet", ARGUMENT_ON },
		{ "a_b.c=on", ARGUMENT_ON },
		{ "quiet a-b.c=0", ARGUMENT_OFF },
		{ "a_b.c=n", ARGUMENT_OFF },
		{ "a_b.c=N", ARGUMENT_OFF },
		{ "a_b.c=f", ARGUMENT_OFF },
		{ "a_b.c=F", ARGUMENT_OFF },
		{ "a_b.c=off", ARGUMENT_OFF },
		{ "a_b.c=0 a_b.c=1", ARGUMENT_ON },
		{ "a_b.c=1 a_b.c=0", ARGUMENT_OFF },
		{ "xa_b.c=1 a_b.cc=1 a_b=1", ARGUMENT_ABSENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(cmdline_argument(cases[i].cmdline, "a_b.c"), cases[i].is);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_option_of_the_configuration),
		cmocka_unit_test(reads_an_argument_of_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
