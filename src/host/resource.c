/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dts/include/imx-rsrc.h"
#include "host/resource.h"

#define MAILBOX_FIRST 0x5d1b0000
#define MAILBOX_SIZE 0x10000
#define N_MAILBOXES 14

#define PIN_CELLS 3 /* of a pin: pad, mux, configuration */

#define NAMED(name)                    \
	{                              \
		IMX_SC_R_##name, #name \
	}

static const struct {
	uint16_t id;
	char name[10];
} resources[] = {
	NAMED(SPI_0),  NAMED(SPI_2),  NAMED(UART_0), NAMED(UART_1),    NAMED(UART_2),
	NAMED(UART_3), NAMED(UART_4), NAMED(CAN_0),  NAMED(CAN_1),     NAMED(GPIO_0),
	NAMED(GPIO_1), NAMED(GPIO_4), NAMED(MU_0A),  NAMED(MU_1A),     NAMED(MU_2A),
	NAMED(MU_3A),  NAMED(MU_4A),  NAMED(SDHC_0), NAMED(SDHC_1),    NAMED(SDHC_2),
	NAMED(ENET_0), NAMED(ENET_1), NAMED(USB_0),  NAMED(USB_0_PHY), NAMED(USB_2),
};

const char *resource_name(uint32_t id)
{
	for (size_t i = 0; i < sizeof(resources) / sizeof(*resources); i++) {
		if (resources[i].id == id)
			return resources[i].name;
	}
	return NULL;
}

const char *resource_text(uint32_t id, char buf[static RESOURCE_TEXT_MAX])
{
	const char *name = resource_name(id);

	snprintf(buf, RESOURCE_TEXT_MAX, name ? "%s (%" PRIu32 ")" : "%s%" PRIu32,
		 name ? name : "", id);
	return buf;
}

int resource_of_mailbox(const char *node)
{
	const char *at = strchr(node, '@');
	uint64_t address = at ? strtoull(at + 1, NULL, 16) : 0;
	uint64_t n = (address - MAILBOX_FIRST) / MAILBOX_SIZE;

	return address >= MAILBOX_FIRST && address % MAILBOX_SIZE == 0 && n < N_MAILBOXES ?
		       IMX_SC_R_MU_0A + (int)n :
		       -1;
}

bool resource_is_scu_mailbox(const struct tree *t, int node, const char *property)
{
	return !strcmp(property, "mboxes") && tree_is_compatible(t, node, "fsl,imx-scu");
}

bool resource_of_ref(const struct ref *r, uint32_t *id)
{
	if (strcmp(r->property, "power-domains") != 0 || r->args.n == 0)
		return false;
	*id = cells_get(r->args, 0);
	return true;
}

bool pins_next(struct cells pins, size_t *i, uint32_t *pad)
{
	if (*i + PIN_CELLS > pins.n)
		return false;
	*pad = cells_get(pins, *i);
	*i += PIN_CELLS;
	return true;
}
