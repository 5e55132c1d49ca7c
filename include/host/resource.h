/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resource - what the i.MX 8QM's system controller calls its resources.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_RESOURCE_H
#define IMXPT_HOST_RESOURCE_H

#include <stdint.h>

/* Numbers go from 0 up to, but not including, these (rsrc.h and pads-imx8qm.h of Linux). */
#define RESOURCE_LAST 546
#define PAD_LAST 269
#define PIN_CELLS 3 /* of an entry of fsl,pins: pad, mux, configuration */

/* The resource's name as in dts/include/imx-rsrc.h, without its prefix; NULL: not known. */
const char *resource_name(uint32_t id);

#define RESOURCE_TEXT_MAX 32

/* As people read it, "ENET_0 (251)" or its number alone, in buf; returns buf. */
const char *resource_text(uint32_t id, char buf[static RESOURCE_TEXT_MAX]);

#endif
