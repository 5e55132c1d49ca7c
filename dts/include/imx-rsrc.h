/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resources of the i.MX 8QM's system controller, by the names and numbers of
 * Linux, include/dt-bindings/firmware/imx/rsrc.h: those that a profile may name.
 */
#define IMX_SC_R_SPI_0 53
#define IMX_SC_R_SPI_2 55
#define IMX_SC_R_UART_0 57
#define IMX_SC_R_UART_1 58
#define IMX_SC_R_UART_2 59
#define IMX_SC_R_UART_3 60
#define IMX_SC_R_UART_4 61
#define IMX_SC_R_CAN_0 105
#define IMX_SC_R_CAN_1 106
#define IMX_SC_R_GPIO_0 199
#define IMX_SC_R_GPIO_1 200
#define IMX_SC_R_GPIO_4 203
#define IMX_SC_R_MU_0A 213
#define IMX_SC_R_MU_1A 214
#define IMX_SC_R_MU_2A 215
#define IMX_SC_R_MU_3A 216
#define IMX_SC_R_MU_4A 217
#define IMX_SC_R_SDHC_0 248
#define IMX_SC_R_SDHC_1 249
#define IMX_SC_R_SDHC_2 250
#define IMX_SC_R_ENET_0 251
#define IMX_SC_R_ENET_1 252
#define IMX_SC_R_USB_0 259
#define IMX_SC_R_USB_0_PHY 261
#define IMX_SC_R_USB_2 262
