# SPDX-License-Identifier: Apache-2.0
# A package for Nix.  NOT RUN: nobody has built it; it is what the Makefile asks for, in Nix's
# words.  Call it as "callPackage ./imxpt.nix { src = ./imxpt; }".
{
  lib,
  stdenv,
  src,
  dtc,
  json_c,
  kmod,
  pkg-config,
  udev,
  zlib,
}:

stdenv.mkDerivation {
  pname = "imxpt";
  version = "0.1.0";
  inherit src;

  nativeBuildInputs = [ dtc pkg-config ];
  buildInputs = [ dtc json_c kmod udev zlib ];

  makeFlags = [
    "CC=${stdenv.cc.targetPrefix}cc"
    "AR=${stdenv.cc.targetPrefix}ar"
    "PREFIX=${placeholder "out"}"
    "VERSION=0.1.0"
  ];

  # The user's profiles and the unit's options are in /etc, which no package makes here.
  postPatch = ''
    substituteInPlace Makefile --replace-fail '$(INSTALL) -d "$(DESTDIR)$(SYSCONFDIR)/imxpt"' ':'
  '';

  # libkmod is opened when a module is to be loaded.
  postFixup = ''
    patchelf --add-rpath ${lib.getLib kmod}/lib $out/sbin/imxpt
  '';

  meta = {
    description = "Pass devices of an i.MX 8QM to a KVM guest";
    license = lib.licenses.asl20;
    platforms = lib.platforms.linux;
    mainProgram = "imxpt";
  };
}
