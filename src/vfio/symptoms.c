/* SPDX-License-Identifier: Apache-2.0 */
#include "vfio/symptoms.h"

static bool has(const struct sysfs *s, const char *name, const char *what)
{
	char path[PATH_SIZE];
	struct stat st;

	return !sysfs_stat(s, path_make(path, PATH_DEVICES "/%s/%s", name, what), &st);
}

void symptoms_of_host(const struct sysfs *s, const struct snapshot *seen, struct symptoms *out)
{
	char text[PATH_SIZE];

	*out = (struct symptoms){
		.has_driver = seen->has_driver,
		.reset = seen->reset,
		/* one entry for each IOMMU whose driver has registered it */
		.has_smmu = !sysfs_list(s, "sys/class/iommu", text, sizeof(text)) && *text,
	};
}

void symptoms_of_device(const struct sysfs *s, const char *name, struct symptoms *out)
{
	out->has_compatible = has(s, name, "of_node/compatible");
	out->has_iommus = has(s, name, "of_node/iommus");
	out->has_group = has(s, name, "iommu_group");
}
