// SPDX-License-Identifier: GPL-2.0-only
/*
 * scu_client - a client of the mailbox, in place of the system controller's driver.
 *
 * Debian's kernels have that driver's mailbox, but not the driver.  This one opens every
 * channel that the node names, so that the mailbox's own driver finds them and asks for its
 * interrupt; it sends no message.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/mailbox_client.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>

static int scu_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	int n = of_count_phandle_with_args(dev->of_node, "mboxes", "#mbox-cells");
	struct mbox_client *client = devm_kzalloc(dev, sizeof(*client), GFP_KERNEL);
	int i;

	if (!client)
		return -ENOMEM;
	client->dev = dev;
	/* never freed: nothing unloads this */
	for (i = 0; i < n; i++) {
		struct mbox_chan *chan = mbox_request_channel(client, i);

		if (IS_ERR(chan))
			return dev_err_probe(dev, PTR_ERR(chan), "channel %d\n", i);
	}
	return n > 0 ? 0 : -EINVAL;
}

static const struct of_device_id scu_ids[] = {
	{ .compatible = "fsl,imx-scu" },
	{},
};
MODULE_DEVICE_TABLE(of, scu_ids);

static struct platform_driver scu_driver = {
	.probe = scu_probe,
	.driver = {
		.name = "scu-client",
		.of_match_table = scu_ids,
		.suppress_bind_attrs = true,
	},
};
builtin_platform_driver(scu_driver);

MODULE_DESCRIPTION("A client of the system controller's mailbox");
MODULE_LICENSE("GPL");
