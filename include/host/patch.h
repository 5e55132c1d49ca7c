/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch - the edits that make a board's tree a host tree.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_PATCH_H
#define IMXPT_HOST_PATCH_H

#include "dt/edit.h"
#include "dt/refs.h"
#include "host/resolve.h"

/*
 * Add the edits for r's tree, whose references are refs, to the empty list out; a
 * list that stays empty means that the tree is patched already.  An existing /domu
 * is merged: its properties keep what they list.  An exact profile makes the tree of
 * the Ghaf guide: without fsl,sc_rsrc_id and dma-coherent.
 *
 * -EINVAL: the tree passes a node that the profile does not; -ENOENT: the tree names
 * no resource of a device, or a GPIO controller is missing; -ENOTUNIQ: several nodes match
 * a controller's name; -EEXIST: the profile sets one property in two ways.
 */
int patch_plan(const struct resolved *r, const struct refs *refs, struct edits *out,
	       struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
