/* SPDX-License-Identifier: Apache-2.0 */
#include "vfio/symptoms.h"

#define DEVICES PATH_PLATFORM "/devices"

static bool has(const struct sysfs *s, const char *name, const char *what)
{
	char path[PATH_SIZE];
	struct stat st;

	return !sysfs_stat(s, path_make(path, DEVICES "/%s/%s", name, what), &st);
}

void symptoms_read(const struct sysfs *s, const char *name, int err, struct symptoms *out)
{
	char text[PATH_SIZE];
	struct stat st;

	*out = (struct symptoms){
		.err = err,
		.has_driver = !sysfs_stat(s, PATH_DRIVER, &st),
		.has_compatible = has(s, name, "of_node/compatible"),
		.has_iommus = has(s, name, "of_node/iommus"),
		.has_group = has(s, name, "iommu_group"),
		/* one entry for each IOMMU whose driver has registered it */
		.has_smmu =
			!sysfs_list(s, "sys/class/iommu", text, sizeof(text)) && *text,
	};
	if (!sysfs_read(s, PATH_RESET_REQUIRED, text, sizeof(text)))
		out->reset = *text == 'N' ? RESET_NOT_REQUIRED : RESET_REQUIRED;
}
