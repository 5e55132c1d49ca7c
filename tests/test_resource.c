/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "host/resource.h"

/* The header that profiles are written with is the only list of names. */
static void every_resource_of_the_profiles_has_its_name(void **state)
{
	FILE *in = fopen("dts/include/imx-rsrc.h", "r");
	char line[128], name[64];
	unsigned int id, n = 0;

	(void)state;
	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, "#define IMX_SC_R_%63s %u", name, &id) != 2)
			continue;
		assert_non_null(resource_name(id));
		assert_string_equal(resource_name(id), name);
		n++;
	}
	fclose(in);
	assert_in_range(n, 10, RESOURCE_LAST);
	assert_null(resource_name(512));
	assert_null(resource_name(RESOURCE_LAST));
}

static void a_resource_is_shown_with_its_number(void **state)
{
	char buf[RESOURCE_TEXT_MAX];

	(void)state;
	assert_string_equal(resource_text(251, buf), "ENET_0 (251)");
	assert_string_equal(resource_text(512, buf), "512");
	assert_string_equal(resource_text(UINT32_MAX, buf), "4294967295");
}

/* MU_0A to MU_13A stand one after the other. */
static void a_mailbox_is_known_by_its_address(void **state)
{
	(void)state;
	assert_int_equal(resource_of_mailbox("mailbox@5d1b0000"), 213);
	assert_int_equal(resource_of_mailbox("mailbox@5d1d0000"), 215);
	assert_int_equal(resource_of_mailbox("mailbox@5d280000"), 226);
	assert_int_equal(resource_of_mailbox("mailbox@5d290000"), -1);
	assert_int_equal(resource_of_mailbox("mailbox@5d1a0000"), -1);
	assert_int_equal(resource_of_mailbox("mailbox@5d1d8000"), -1);
	assert_int_equal(resource_of_mailbox("mailbox"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_resource_of_the_profiles_has_its_name),
		cmocka_unit_test(a_resource_is_shown_with_its_number),
		cmocka_unit_test(a_mailbox_is_known_by_its_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
