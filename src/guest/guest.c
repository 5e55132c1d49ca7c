/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest.h"

#define ETHERNET "ethernet" /* start of the alias of an Ethernet port */

int guest_device_name(const struct pass *p, char *buf, size_t size)
{
	const char *node = p->node.name, *at = strchr(node, '@');

	return snprintf(buf, size, "%" PRIx64 ".%.*s", (uint64_t)strtoull(at + 1, NULL, 16),
			(int)(at - node), node);
}

bool guest_is_ethernet(const struct pass *p)
{
	return p->alias && !strncmp(p->alias, ETHERNET, strlen(ETHERNET));
}

bool guest_mac_is_valid(const void *mac, size_t size)
{
	static const uint8_t zeros[GUEST_MAC_SIZE];

	return size == sizeof(zeros) && !(*(const uint8_t *)mac & 1) &&
	       memcmp(mac, zeros, sizeof(zeros)) != 0;
}

const uint8_t *guest_mac(const struct guest *g, size_t i)
{
	static const char *const names[] = { "mac-address", "local-mac-address", "address" };
	int size;

	if (g->mac[i])
		return g->mac[i];
	for (int k = 0; k < 3; k++) {
		const void *mac = tree_prop(g->host, g->pass[i], names[k], &size);

		if (mac && guest_mac_is_valid(mac, (size_t)size))
			return mac;
	}
	return NULL;
}

int guest_check_refs(const struct tree *made, struct fault *f)
{
	const struct ref *r;
	struct refs refs;
	int ret = refs_collect(made, &refs, f);

	if (ret)
		return ret;
	r = refs_broken(&refs);
	if (r)
		ret = ref_check(made, r, f);
	refs_free(&refs);
	return ret;
}
