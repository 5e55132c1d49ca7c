#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# the same with the commit that fixes it, which only a bind can show
# kernel: 6.1
. ../tap.sh

modprobe -a vfio_iommu_type1 vfio_virqfd
insmod /fixed/vfio-platform-base.ko
insmod /fixed/vfio-platform.ko reset_required=0
before=$(state)
capture imxpt check
prints "Linux 6.1 and 6.2 require a reset driver"
expect "bind" 0 imxpt bind
is_bound
capture imxpt check
prints ", and it bound devices"
expect "unbind" 0 imxpt unbind
is "all is as it was" "$before" "$(state)"
