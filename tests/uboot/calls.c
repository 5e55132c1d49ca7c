/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calls - are the messages that imxpt sends to the firmware those of U-Boot's own code?
 *
 * Each function of U-Boot's scu_api.c is called once, and the bytes that it gives to the
 * mailbox's driver are compared with sc_pack()'s: the header, and the arguments.  What
 * U-Boot has after the arguments is not initialised, and not compared.  U-Boot has no
 * function for is_resource_master and get_resource_info; they are laid out as
 * is_resource_owned, and test_call.c has their numbers.  Prints TAP.
 */
#include <asm/arch/sci/sci.h>

#include "scfw/call.h"

#undef printf

#define ENET_0 251
#define PAD 243

static struct global_data data;
struct global_data *gd = &data;

static struct {
	struct sc_call call;
	size_t arguments; /* bytes */
	bool seen;
	int number, failures;
} want;

int misc_call(struct udevice *dev, int no_answer, void *tx, int tx_size, void *rx, int rx_size)
{
	uint32_t words[SC_WORDS_MAX];
	const uint8_t *message = tx;
	char text[SC_TEXT_MAX];
	size_t n = sc_pack(&want.call, words), bytes = 4 + want.arguments;
	bool same = n == message[1] && !memcmp(words, message, bytes) &&
		    bytes <= n * sizeof(*words);

	(void)dev;
	(void)no_answer;
	(void)tx_size;
	(void)rx_size;
	want.seen = true;
	want.failures += !same;
	printf("%sok %d - %s: %zu bytes as U-Boot's\n", same ? "" : "not ", ++want.number,
	       sc_text(&want.call, text), bytes);
	for (size_t i = 0; !same && i < bytes; i++)
		printf("# byte %zu: %02x, U-Boot %02x\n", i, ((uint8_t *)words)[i],
		       message[i]);
	memset(rx, 0, (size_t)rx_size);
	return 0;
}

#define COMPARE(op, subject, value, bytes, function)                \
	do {                                                        \
		want.call = (struct sc_call){ op, subject, value }; \
		want.arguments = bytes;                             \
		want.seen = false;                                  \
		function;                                           \
		if (!want.seen)                                     \
			abort();                                    \
	} while (0)

int main(void)
{
	sc_rm_pt_t partition;
	sc_pm_power_mode_t mode;

	data.arch.scu_dev = (struct udevice *)&data;
	COMPARE(SC_GET_PARTITION, 0, 0, 0, sc_rm_get_partition(-1, &partition));
	COMPARE(SC_PARTITION_ALLOC, 0, 0, 5,
		sc_rm_partition_alloc(-1, &partition, false, false, false, true, false));
	COMPARE(SC_PARTITION_FREE, 2, 0, 1, sc_rm_partition_free(-1, 2));
	COMPARE(SC_SET_PARENT, 2, 1, 2, sc_rm_set_parent(-1, 2, 1));
	COMPARE(SC_ASSIGN_RESOURCE, ENET_0, 2, 3, sc_rm_assign_resource(-1, 2, ENET_0));
	COMPARE(SC_SET_MASTER_SID, ENET_0, 0x12, 4, sc_rm_set_master_sid(-1, ENET_0, 0x12));
	COMPARE(SC_ASSIGN_PAD, PAD, 2, 3, sc_rm_assign_pad(-1, 2, PAD));
	COMPARE(SC_IS_PAD_OWNED, PAD, 0, 1, sc_rm_is_pad_owned(-1, PAD));
	COMPARE(SC_GET_RESOURCE_OWNER, ENET_0, 0, 2,
		sc_rm_get_resource_owner(-1, ENET_0, &partition));
	COMPARE(SC_SET_POWER_MODE, ENET_0, SC_POWER_ON, 3,
		sc_pm_set_resource_power_mode(-1, ENET_0, SC_PM_PW_MODE_ON));
	COMPARE(SC_GET_POWER_MODE, ENET_0, 0, 2,
		sc_pm_get_resource_power_mode(-1, ENET_0, &mode));
	printf("1..%d\n", want.number);
	return want.failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
