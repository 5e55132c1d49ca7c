// SPDX-License-Identifier: GPL-2.0-only
/*
 * board_driver - a host driver that does nothing, in place of the board's own.
 *
 * It takes all devices of one compatible: of those that imxpt patch has made, so
 * that they have a driver to come from and go back to, or of another that shares
 * a group with them.
 */
#include <linux/errno.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/string.h>

static char *takes = "fsl,dummy";
module_param(takes, charp, 0444);
MODULE_PARM_DESC(takes, "the compatible of the devices to take");

static struct of_device_id board_ids[2]; /* the second ends the list */

static int board_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver board_driver = {
	.probe = board_probe,
	.driver = {
		.name = "board-driver",
		.of_match_table = board_ids,
	},
};

static int __init board_init(void)
{
	if (strscpy(board_ids[0].compatible, takes, sizeof(board_ids[0].compatible)) < 0)
		return -EINVAL;
	return platform_driver_register(&board_driver);
}
module_init(board_init);

static void __exit board_exit(void)
{
	platform_driver_unregister(&board_driver);
}
module_exit(board_exit);

MODULE_DESCRIPTION("A host driver that does nothing");
MODULE_LICENSE("GPL");
