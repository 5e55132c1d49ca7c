#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The unit makes the partition from Linux, with what its sandbox lets it open
# tree: partition-linux
# initrd: systemd.initrd
# models: scfw
. ../tap.sh

unit=imxpt@imx8qm-fec1
is "without --partition the unit fails" failed "$(systemctl is-failed $unit)"
load_scu_drivers
echo 'BIND_OPTIONS=--partition' >/etc/imxpt/imx8qm-fec1.conf
expect "with it, it starts" 0 systemctl restart $unit
is_bound
is "the guest's partition has port and mailbox" "2 2" \
	"$(count scfw owner-251) $(count scfw owner-215)"
expect "stopped" 0 systemctl stop $unit
is "all is the host's" "1 1" "$(count scfw owner-251) $(count scfw owner-215)"
is "none is bound" 0 "$(bound)"
finish
