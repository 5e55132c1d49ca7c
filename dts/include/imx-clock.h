/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks and controls of a resource, by the names and numbers of Linux,
 * include/dt-bindings/firmware/imx/rsrc.h: the second cell of a clock
 * specifier, after the resource.
 */
#define IMX_SC_PM_CLK_SLV_BUS 0
#define IMX_SC_PM_CLK_MST_BUS 1
#define IMX_SC_PM_CLK_PER 2
#define IMX_SC_PM_CLK_PHY 3
#define IMX_SC_PM_CLK_MISC 4
#define IMX_SC_C_TXCLK 24
#define IMX_SC_C_CLKDIV 25
