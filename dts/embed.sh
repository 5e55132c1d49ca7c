#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Print the profiles FILE.dtb ... as C source: the arrays that profile/profile.h declares.
set -eu

cat <<'EOF'
#include "profile/profile.h"

EOF
for dtb; do
	printf 'static const _Alignas(8) unsigned char blob_%s[] = {\n' \
		"$(basename "$dtb" .dtb | tr -c '[:alnum:]\n' _)"
	od -An -v -t u1 "$dtb" | sed 's/ *\([0-9][0-9]*\)/\1,/g'
	echo '};'
done
echo
echo 'const struct builtin_profile builtin_profiles[] = {'
for dtb; do
	name=$(basename "$dtb" .dtb)
	id=$(echo "$name" | tr -c '[:alnum:]\n' _)
	printf '\t{ "%s", blob_%s, sizeof(blob_%s) },\n' "$name" "$id" "$id"
done
echo '};'
echo
echo 'const size_t n_builtin_profiles = sizeof(builtin_profiles) / sizeof(builtin_profiles[0]);'
