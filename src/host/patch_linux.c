/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <string.h>

#include "host/patch.h"

static int plan_mailbox(const struct resolved *r, int node, uint32_t resource, struct edits *l,
			struct fault *f)
{
	const struct prop none = { "fsl,sc_rsrc_id", NULL, 0, 0 };
	uint32_t phandle, *v = edits_keep(l, 2 * sizeof(*v), f);
	const struct prop power = { "power-domains", v, 2 * sizeof(*v), 0 };
	int provider = tree_compatible(r->tree, "fsl,scu-pd"), ret;

	if (!v)
		return -ENOMEM;
	if (provider < 0) {
		fault_set(
			f, -ENOENT,
			"the tree has no power domains (fsl,scu-pd), so Linux cannot power the "
			"mailbox");
		return fault_fix(
			f, "use the tree of Linux 6.9 or newer, or of NXP's kernels since "
			   "5.4");
	}
	ret = edits_phandle(l, provider, "power-domains refers to it", &phandle, f);
	if (ret)
		return ret;
	v[0] = htobe32(phandle);
	v[1] = htobe32(resource);
	ret = edits_set(l, node, &power, "the kernel powers it when VFIO opens it", f);
	return ret ? ret :
		     edits_set(l, node, &none,
			       "U-Boot sets stream ids for this in place of power-domains", f);
}

int patch_linux(const struct resolved *r, int domain, struct edits *l, struct fault *f)
{
	static const char disabled[] = "disabled";
	const struct prop status = { "status", disabled, sizeof(disabled), 0 };
	size_t n = 0;
	int ret = edits_set(l, domain, &status,
			    "Linux makes the partition: U-Boot's scu_rm skips a disabled one",
			    f);

	for (size_t i = 0; ret == 0 && i < r->profile->n_pass; i++) {
		int resource = resolved_mailbox(r, i);

		if (resource < 0)
			continue;
		ret = plan_mailbox(r, r->pass[i], (uint32_t)resource, l, f);
		n++;
	}
	if (ret == 0 && n == 0) {
		fault_set(
			f, -ENOENT,
			"the profile passes no mailbox, through which Linux could ask for the "
			"partition");
		ret = fault_fix(f, "choose a profile that passes MU_2A");
	}
	return ret;
}

bool patch_linux_keeps(const struct resolved *r, size_t i, const char *property)
{
	return r->by_linux && resolved_mailbox(r, i) >= 0 &&
	       (!strcmp(property, "power-domains") || !strcmp(property, "power-domain-names"));
}
