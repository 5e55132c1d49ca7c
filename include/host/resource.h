/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resource - numbers and names of the i.MX 8QM's resources, as its system controller has them.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_RESOURCE_H
#define IMXPT_HOST_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dt/refs.h"

/* The first numbers that are not in use (rsrc.h and pads-imx8qm.h of Linux). */
#define RESOURCE_LAST 546
#define PAD_LAST 269

/* The resource's name as in dts/include/imx-rsrc.h, without its prefix; NULL: not known. */
const char *resource_name(uint32_t id);

/*
 * The resource of the mailbox whose node has that name, by its address; -1: there is none.
 * MU_0A to MU_13A are one after the other from 0x5d1b0000 (Linux, imx8-ss-lsio.dtsi).
 */
int resource_of_mailbox(const char *node) __attribute__((nonnull));

/* Does the property of node refer to the mailbox through which Linux asks the controller? */
bool resource_is_scu_mailbox(const struct tree *t, int node, const char *property)
	__attribute__((nonnull));

/*
 * Store the resource that r names in *id.  False: r is no entry of power-domains, or has no
 * number.
 */
bool resource_of_ref(const struct ref *r, uint32_t *id) __attribute__((nonnull));

/*
 * Store the pad of the pin at cell *i of an fsl,pins, and step *i to the next pin.  False:
 * there is no whole pin.
 */
bool pins_next(struct cells pins, size_t *i, uint32_t *pad) __attribute__((nonnull));

#define RESOURCE_TEXT_MAX 32

/* Write "ENET_0 (251)", or only the number if the name is not known, to buf; returns buf. */
const char *resource_text(uint32_t id, char buf[static RESOURCE_TEXT_MAX]);

#endif
