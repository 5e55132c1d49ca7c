/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/link.h"

bool link_repeats(const struct closure *c, const struct link *l)
{
	const struct link *before = l - 1;

	return l->to < 0 || (l > c->links && before->from == l->from && before->to == l->to &&
			     before->property == l->property);
}
