# SPDX-License-Identifier: Apache-2.0
# A recipe for Yocto.  NOT RUN: nobody has built it; it is what the Makefile asks for, in
# BitBake's words.  IMXPT_TARBALL is where you have the tarball that "make dist" makes; call
# this file imxpt_VERSION.bb, with the tarball's version, which S needs.
SUMMARY = "Pass devices of an i.MX 8QM to a KVM guest"
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE;md5=e4b2ef23b639072dd752822cb34a511b"
SRC_URI = "file://${IMXPT_TARBALL}"
S = "${WORKDIR}/imxpt-${PV}"

DEPENDS = "dtc dtc-native json-c kmod libudev zlib"
inherit pkgconfig bash-completion

# libudev is linked.  libkmod is opened when a module is to be loaded: without it, load
# vfio-platform before "imxpt bind".
PACKAGECONFIG ??= "kmod"
PACKAGECONFIG[kmod] = ",,,,libkmod"

EXTRA_OEMAKE = "PREFIX=${prefix} SBINDIR=${sbindir} DATADIR=${datadir} MANDIR=${mandir} \
	SYSCONFDIR=${sysconfdir} UNITDIR=${systemd_system_unitdir} DTC=${STAGING_BINDIR_NATIVE}/dtc VERSION=${PV}"

do_install() {
	oe_runmake DESTDIR=${D} install
}

FILES:${PN} += "${datadir}/imxpt ${datadir}/fish ${datadir}/zsh ${systemd_system_unitdir}"
