#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# imxpt-demo, which the board's shell has, does the whole way
# initrd: nested.initrd
# models: scfw
. ../tap.sh

expect "imxpt-demo -y" 0 timeout 300 imxpt-demo -y
out=$(echo "$out" | tr -d '\r')
prints "replies 0 3 of 3"
prints "dma1 past-the-smmu 0"
out=$(echo "$out" | grep "exit status" || :)
is "lines that fail" "" "$out"
finish
