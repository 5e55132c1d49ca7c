/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch - the edits that make a board's tree a host tree.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_PATCH_H
#define IMXPT_HOST_PATCH_H

#include "dt/edit.h"
#include "host/resolve.h"

/*
 * Add the edits for r's tree to the empty list out; a list that stays empty means
 * that the tree is patched already.  With as_documented the result is the tree of
 * the Ghaf guide: without fsl,sc_rsrc_id and dma-coherent, with the profile's
 * additional pads and gpios.  An existing /domu is merged: its properties keep what
 * they list.
 *
 * -EINVAL: the tree passes a node that the profile does not; -ENOENT: a bus master
 * names no resource, or a GPIO controller is missing; -ENOTUNIQ: several nodes match
 * a controller's name; -EEXIST: the profile sets one property in two ways.
 */
int patch_plan(const struct resolved *r, bool as_documented, struct edits *out,
	       struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
