/* SPDX-License-Identifier: Apache-2.0 */
/* The pads and properties of the two Ethernet ports of an i.MX 8QM. */

#define FEC1_PADS \
	IMX8QM_ENET0_MDIO IMX8QM_ENET0_MDC IMX8QM_ENET0_REFCLK_125M_25M \
	IMX8QM_ENET0_RGMII_TXC IMX8QM_ENET0_RGMII_TX_CTL \
	IMX8QM_ENET0_RGMII_TXD0 IMX8QM_ENET0_RGMII_TXD1 \
	IMX8QM_ENET0_RGMII_TXD2 IMX8QM_ENET0_RGMII_TXD3 \
	IMX8QM_ENET0_RGMII_RXC IMX8QM_ENET0_RGMII_RX_CTL \
	IMX8QM_ENET0_RGMII_RXD0 IMX8QM_ENET0_RGMII_RXD1 \
	IMX8QM_ENET0_RGMII_RXD2 IMX8QM_ENET0_RGMII_RXD3 \
	IMX8QM_COMP_CTL_GPIO_1V8_3V3_ENET_ENETB

/* Its MDIO bus is the first port's. */
#define FEC2_PADS \
	IMX8QM_ENET1_REFCLK_125M_25M \
	IMX8QM_ENET1_RGMII_TXC IMX8QM_ENET1_RGMII_TX_CTL \
	IMX8QM_ENET1_RGMII_TXD0 IMX8QM_ENET1_RGMII_TXD1 \
	IMX8QM_ENET1_RGMII_TXD2 IMX8QM_ENET1_RGMII_TXD3 \
	IMX8QM_ENET1_RGMII_RXC IMX8QM_ENET1_RGMII_RX_CTL \
	IMX8QM_ENET1_RGMII_RXD0 IMX8QM_ENET1_RGMII_RXD1 \
	IMX8QM_ENET1_RGMII_RXD2 IMX8QM_ENET1_RGMII_RXD3 \
	IMX8QM_COMP_CTL_GPIO_1V8_3V3_ENET_ENETA

/*
 * Linux uses power-domains, assigned-clocks and pinctrl-0 before any driver probes,
 * also before vfio-platform, and waits for the suppliers that the others name.
 */
#define LPCG_REMOVE \
	"power-domains", "clocks", "clock-names", "assigned-clocks", \
	"assigned-clock-rates", "pinctrl-0"

#define FEC_REMOVE \
	"power-domains", "clocks", "clock-names", "assigned-clocks", \
	"assigned-clock-rates", "phy-handle", "pinctrl-names", "pinctrl-0"
