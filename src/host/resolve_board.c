/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of tree it is, of those that are about for boards with an i.MX 8. */
#include <errno.h>
#include <string.h>

#include "host/resolve.h"

/*
 * Power domains as NXP's Linux 4.14 and older have them, each in a node of its own, not in
 * the one controller that newer kernels have.
 */
static bool is_linux_4(const struct profile *p, const struct tree *t)
{
	(void)p;
	if (tree_compatible(t, "fsl,scu-pd") >= 0)
		return false;
	return tree_compatible(t, "nxp,imx8-pd") >= 0 ||
	       tree_compatible(t, "fsl,imx8-pd") >= 0;
}

/* NXP's imx8qm-mek-dom0.dts has the SMMU's old binding; Xen adds a node to what it boots. */
static bool is_xen(const struct profile *p, const struct tree *t)
{
	int smmu = tree_compatible(t, p->iommu), size;
	struct cells n;

	if (tree_compatible(t, "xen,xen") >= 0)
		return true;
	if (smmu < 0)
		return false;
	n = tree_cells(t, smmu, "#iommu-cells");
	return tree_prop(t, smmu, "mmu-masters", &size) || (n.n == 1 && cells_get(n, 0) == 0);
}

/* NXP's imx8qm-mek-root.dts. */
static bool is_jailhouse(const struct profile *p, const struct tree *t)
{
	int smmu = tree_compatible(t, p->iommu), memory = tree_child(t, 0, "reserved-memory");

	if (smmu < 0 || tree_is_enabled(t, smmu) || memory < 0)
		return false;
	for (int i = memory + 1; i < t->nodes[memory].end; i = t->nodes[i].end) {
		if (!strncmp(t->nodes[i].name, "jh", 2))
			return true;
	}
	return false;
}

/* Trees of the right board that lack what the patch needs; the first that matches counts. */
static const struct kind {
	bool (*is)(const struct profile *p, const struct tree *t);
	int code;
	const char *text, *fix;
} kinds[] = {
	{ is_linux_4, -EINVAL,
	  "the tree is of Linux 4: its power domains (nxp,imx8-pd) and clocks have another form",
	  "start from the tree of a newer kernel: NXP's since 5.4, or Linux 6.9 or newer" },
	{ is_xen, -EOPNOTSUPP,
	  "the tree is for Xen, which keeps the SMMU for itself (mmu-masters, #iommu-cells "
	  "0, or xen,xen)",
	  "start from the board's tree for Linux without Xen, such as imx8qm-mek.dtb" },
	{ is_jailhouse, -EOPNOTSUPP,
	  "the tree is for Jailhouse, which keeps the SMMU for itself: it is disabled",
	  "start from the board's tree for Linux without Jailhouse, such as imx8qm-mek.dtb" },
};

/* What imxpt does not support, by the compatible of the root. */
static const struct soc {
	const char *compatible, *name;
} socs[] = {
	{ "fsl,imx8qxp", "i.MX 8QXP" },
	{ "fsl,imx8dxl", "i.MX 8DXL" },
	{ "fsl,imx8dx", "i.MX 8DX" },
};

static int refuse_board(const struct profile *p, const struct tree *t, struct fault *f)
{
	const char *compatible = tree_string(t, 0, "compatible");

	for (size_t i = 0; i < sizeof(socs) / sizeof(*socs); i++) {
		if (!tree_is_compatible(t, 0, socs[i].compatible))
			continue;
		fault_set(f, -EINVAL, "the tree is of an %s (%s), and the profile is for %s",
			  socs[i].name, compatible, p->fits.v);
		return fault_fix(f,
				 "only a board with an i.MX 8QM or 8QP can pass devices: the "
				 "%s has no SMMU",
				 socs[i].name);
	}
	fault_set(f, -EINVAL, "the tree is of another board: %s, and the profile is for %s",
		  compatible ? compatible : "its root has no compatible", p->fits.v);
	return fault_fix(f, "give the tree of your board, or another profile with -p");
}

int resolve_board(const struct profile *p, const struct tree *t, struct fault *f)
{
	if (!tree_is_compatible_with(t, 0, p->fits))
		return refuse_board(p, t, f);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!kinds[i].is(p, t))
			continue;
		fault_set(f, kinds[i].code, "%s", kinds[i].text);
		return fault_fix(f, "%s", kinds[i].fix);
	}
	return 0;
}
