/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch - what has to change in a board's tree so that it is a host's.
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_PATCH_H
#define IMXPT_HOST_PATCH_H

#include "dt/edit.h"
#include "host/resolve.h"

/*
 * Add to the empty list out what makes b's tree a host tree.  With as_documented
 * it becomes the tree of the source document: without fsl,sc_rsrc_id and
 * dma-coherent, with the pads and gpios that are not Ethernet's.
 * A list that stays empty means that the tree is patched already.
 *
 * A /domu that is there is merged: what others put there stays, lists get what
 * they lack.
 *
 * -EINVAL: the tree hands over a node that this profile does not pass;
 * -ENOENT: nothing tells a bus master's resource, or a GPIO controller is missing;
 * -ENOTUNIQ: a controller's name is ambiguous; -EEXIST: the profile wants two
 * things of one property.
 */
int patch_plan(const struct resolved *b, bool as_documented, struct edits *out,
	       struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif
