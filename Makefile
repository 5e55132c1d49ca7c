# SPDX-License-Identifier: Apache-2.0
#
# make               builds build/imxpt
# make deps          installs Debian's packages that building and testing need
# make deps-dev      installs the analyzers, clang and what else a developer uses
# make demo          patches a real device tree and prints what changed; see README.md
# make check         runs the tests that need only what 'make deps' installs
# make check-real    runs imxpt patch on the i.MX 8Q trees of Debian's kernels
# make check-uboot   runs U-Boot's own code on those trees and compares; 'make deps-uboot'
#                    fetches it
# make check-qemu    compares imxpt with a real QEMU, and boots a kernel with a guest's tree;
#                    'make deps-qemu' installs what it needs; QEMU=newer takes Debian's
#                    backport
# make check-package builds, tests and packages the last commit in bare new Debians, as root;
#                    'make deps-package' installs what it needs; PACKAGES="..." chooses
# make check-board   boots real kernels in an emulated board, with packets; 'make deps-board' installs and
#                    fetches what it needs; SCENARIOS="..." chooses
# make board-shell   gives a prompt in the emulated board
# make analyze       runs the analyzers, and checks that the tree is as 'make format' prints it
# make format        formats the C files with clang-format, but for those in dts/
# make bench         measures time, memory and size
# make mutate        plants faults in the sources and lists those that no test sees
# make fuzz          feeds damaged input of each kind to the commands for FUZZ_SECONDS
# make install       installs program, man pages, completions and the sources of the
#                    profiles; 'make uninstall' removes them
# make dist          makes a tarball of the last commit, in build/
# make clean         removes build/
#
# Variables: CC AR CPPFLAGS CFLAGS LDFLAGS PKG_CONFIG DTC INSTALL as usual, VERSION: what -V prints, and for (un)install DESTDIR
# PREFIX SBINDIR DATADIR MANDIR SYSCONFDIR UNITDIR BASHDIR ZSHDIR FISHDIR; BUILD: where objects go; SAN=1: build with ASan and
# UBSan, in build/san; WERROR=1: warnings are errors; V=1: print the commands.

RELEASE = 0.1.0

PKG_CONFIG ?= pkg-config
DTC ?= dtc
INSTALL ?= install
# It runs for milliseconds, so its size is what counts.
CFLAGS ?= -Os -g
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
BASHDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FISHDIR ?= $(DATADIR)/fish/vendor_completions.d

ifdef SAN
BUILD ?= build/san
SAN_FLAGS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else
BUILD ?= build
endif

WARN = $(if $(filter 1,$(WERROR)),-Werror) -Wall -Wextra -Wformat=2 -Wshadow -Wundef -Wvla -Wpointer-arith -Wcast-qual \
       -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wnested-externs \
       -Wredundant-decls -Wswitch-enum -Wframe-larger-than=65536

# Tables for unwinding would be a tenth of the program, and C does not unwind; a debugger
# has its own.
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -iquote include -MMD -MP \
	     -fno-asynchronous-unwind-tables $(WARN) $(LIBS_CFLAGS) $(SAN_FLAGS) $(OWN_FLAGS) $(CPPFLAGS) $(CFLAGS)

# Debian 12's libfdt has no pkg-config file.  Of libkmod only the header is needed here: the
# library is opened when a module is to be loaded (src/vfio/run_modules.c).
# pkg-config is asked once, but not before a file is compiled: "make deps demo" installs it.
LIBRARIES = libudev json-c zlib
once = $(eval $(1) := $(2))$($(1))
pkg-config = $(shell $(PKG_CONFIG) $(1) 2>/dev/null)
LIBS = $(call once,LIBS,$(call pkg-config,--libs $(LIBRARIES)) \
	$(or $(call pkg-config,--libs libfdt),-lfdt))
LIBS_CFLAGS = $(call once,LIBS_CFLAGS,$(call pkg-config,--cflags $(LIBRARIES) libkmod) \
	$(call pkg-config,--cflags libfdt))

SRC = $(wildcard src/*/*.c)
OBJ = $(SRC:%.c=$(BUILD)/%.o) $(BUILD)/profiles.o
PROFILES = $(patsubst %,$(BUILD)/%.dtb,$(sort $(basename $(wildcard dts/*.dts))))

COMPLETIONS = $(patsubst %,$(BUILD)/completions/imxpt.%,bash zsh fish)
COMPLETION_SRC = include/cmd/command.h $(wildcard src/cmd/*.c) src/main.c

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@))

all: $(BUILD)/imxpt $(COMPLETIONS)

# The relocations of the tables would be a tenth of the program.  glibc reads them packed since
# 2.36; another C library may not.  Debian 12's linker packs them for x86 only.
PACK = $(call once,PACK,$(shell $(CC) $(CPPFLAGS) $(CFLAGS) -dM -E -include features.h \
	-x c /dev/null 2>/dev/null | awk '$$2 == "__GLIBC_MINOR__" { glibc = $$3 } \
		$$2 == "__x86_64__" { x86 = 1 } \
		END { if (x86 && glibc >= 36) print "-Wl,-z,pack-relative-relocs" }'))

$(BUILD)/imxpt: $(BUILD)/src/main.o $(BUILD)/imxpt.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN_FLAGS) $(CFLAGS) $(PACK) $(LDFLAGS) -o $@ $^ $(LIBS)

# A tarball has its version in .version; a checkout has the last tag's, or the release's, and
# the commit.
VERSION = $(call once,VERSION,$(or $(shell cat .version 2>/dev/null),$(git-version),$(RELEASE)))
git-version = $(shell [ ! -e .git ] || git describe --tags --match 'v[0-9]*' --always | \
	sed 's/^[0-9a-f]*$$/v$(RELEASE)+g&/; s/^v//; s/-\([0-9]*\)-\(g[0-9a-f]*\)$$/+\1.\2/; s/-/~/')
# What is compiled in is in a file, too, that is newer when it has changed.
keep-value = @mkdir -p $(@D); echo '$(1)' | cmp -s - $@ || echo '$(1)' >$@
$(BUILD)/version: always
	$(call keep-value,$(VERSION))
$(BUILD)/sysconfdir: always
	$(call keep-value,$(SYSCONFDIR))
$(BUILD)/src/main.o: OWN_FLAGS = -DIMXPT_VERSION='"$(VERSION)"'
$(BUILD)/src/main.o: $(BUILD)/version
$(BUILD)/src/cmd/files.o: OWN_FLAGS = -DIMXPT_SYSCONFDIR='"$(SYSCONFDIR)"'
$(BUILD)/src/cmd/files.o: $(BUILD)/sysconfdir

$(BUILD)/imxpt.a: $(OBJ)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# Print in one line what building needs and is missing.
missing = { echo "imxpt: $(1) is missing; on Debian, 'make deps' installs it" >&2; exit 1; }
$(BUILD)/found: Makefile
	@mkdir -p $(@D)
	@for tool in $(firstword $(CC)) $(firstword $(PKG_CONFIG)) $(firstword $(DTC)); do \
		command -v $$tool >/dev/null || $(call missing,$$tool); done
	@for library in $(LIBRARIES) libkmod; do \
		$(PKG_CONFIG) --exists $$library || $(call missing,the library $$library); done
	@echo '#include <libfdt.h>' | $(CC) $(LIBS_CFLAGS) $(CPPFLAGS) $(CFLAGS) -E - \
		>/dev/null 2>&1 || $(call missing,the library libfdt)
	@touch $@

$(BUILD)/%.o: %.c | $(BUILD)/found
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/profiles.o: $(BUILD)/profiles.c
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The profiles as an array of C; a new file in dts/ is a new profile.
$(BUILD)/profiles.c: dts/embed.sh $(PROFILES)
	$(call say,EMBED)
	$(Q)dts/embed.sh $(PROFILES) >$@.new && mv $@.new $@

# From the tables of options, without running the program: it may be for another machine.
$(BUILD)/completions/imxpt.%: src/dist/completions/imxpt.% src/dist/completions/%.awk \
		src/dist/completions/options.awk $(COMPLETION_SRC)
	$(call say,AWK)
	@mkdir -p $(@D)
	$(Q)awk -v template=$< -f src/dist/completions/options.awk \
		-f src/dist/completions/$*.awk $(COMPLETION_SRC) >$@.new && mv $@.new $@

$(BUILD)/%.dtb: %.dts | $(BUILD)/found
	$(call say,DTC)
	@mkdir -p $(@D)
	$(Q)$(CC) -E -P -nostdinc -undef -D__DTS__ -x assembler-with-cpp -I dts/include \
		-MMD -MP -MT $@ -MF $@.d $< -o $@.tmp
	$(Q)$(DTC) -q -I dts -O dtb $(DTC_FLAGS_$(*F)) -o $@ $@.tmp

demo: all $(BUILD)/tests/dts/mek-like.dtb
	$(Q)BUILD=$(BUILD) tests/demo.sh

# Debian's packages.  clang's runtime has clang's version in its name.
DEPS = gcc libc6-dev make pkg-config device-tree-compiler libfdt-dev libudev-dev libkmod-dev \
       libjson-c-dev zlib1g-dev libcmocka-dev strace jq python3-jsonschema
DEPS_DEV = clang clang-format clang-tidy cppcheck shellcheck mandoc valgrind bash-completion fish zsh graphviz
DEPS_QEMU = qemu-system-arm cpio swtpm
DEPS_PACKAGE = debootstrap musl-tools
DEPS_BOARD = qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross cpio kmod xz-utils

# Install those packages that are not there.
install-missing = $(Q)missing=$$(for p in $(1); do \
		dpkg-query -W -f '$${db:Status-Status}\n' $$p 2>/dev/null | grep -qx installed || \
			echo $$p; done); \
	[ -z "$$missing" ] || { \
		[ $$(id -u) -eq 0 ] || { echo "imxpt: root must install:" $$missing >&2; exit 1; }; \
		apt-get -q update && DEBIAN_FRONTEND=noninteractive \
			apt-get -qy --no-install-recommends install $$missing; }

deps:
	$(call install-missing,$(DEPS))

deps-dev: deps
	$(call install-missing,$(DEPS_DEV))
	$(call install-missing,libclang-rt-$$(clang -dumpversion | cut -d . -f 1)-dev)

deps-board: deps
	$(call install-missing,$(DEPS_BOARD))
	$(Q)tests/board/fetch.sh

deps-package:
	$(call install-missing,$(DEPS_PACKAGE))

deps-qemu: deps
	$(call install-missing,$(DEPS_QEMU))

deps-uboot: deps
	$(call install-missing,xz-utils bzip2)
	$(Q)tests/uboot/fetch.sh

# "make -j deps demo": nothing is built before its tools are there.
ifneq ($(filter deps%,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

# Under $(DATADIR)/imxpt there is what a user's own profile is written with, examples of
# configuration, and the schema of the JSON.
MAN_PAGES = $(wildcard man/*.[1-9])
PROFILE_SOURCES = $(wildcard dts/*.dts dts/include/*.h dts/include/*.dtsi)
EXAMPLES = $(addprefix src/dist/,modprobe.conf 60-imxpt.rules kernel.config imxpt.schema.json)
INSTALLED = $(SBINDIR)/imxpt $(foreach page,$(MAN_PAGES),$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(notdir $(page))) \
	    $(PROFILE_SOURCES:dts/%=$(DATADIR)/imxpt/%) $(EXAMPLES:src/dist/%=$(DATADIR)/imxpt/%) \
	    $(UNITDIR)/imxpt@.service $(BASHDIR)/imxpt $(ZSHDIR)/_imxpt $(FISHDIR)/imxpt.fish
install-files = for file in $(2); do $(INSTALL) -D -m $(1) "$$file" "$(DESTDIR)$(3)" || exit; done

# Where it is installed is not known before.
INSTALLED_TEXTS = $(BUILD)/installed/imxpt@.service $(MAN_PAGES:%=$(BUILD)/installed/%)
# "t": what was put in is not replaced again.
set-directories = sed -e 's|@SBINDIR@|$(SBINDIR)|' -e t \
	-e 's|/usr/local/share/imxpt|$(DATADIR)/imxpt|' -e t -e 's|/etc/imxpt|$(SYSCONFDIR)/imxpt|'
$(BUILD)/installed/imxpt@.service: src/dist/imxpt@.service.in always
	$(Q)mkdir -p $(@D) && $(set-directories) $< >$@
$(BUILD)/installed/man/%: man/% always
	$(Q)mkdir -p $(@D) && $(set-directories) $< >$@

# Some characters have a meaning in make's lists, in sed or in the unit.
DIRECTORIES = SBINDIR DATADIR MANDIR SYSCONFDIR UNITDIR BASHDIR ZSHDIR FISHDIR
check-directories:
	@for dir in $(foreach dir,$(DIRECTORIES),'$(dir)=$($(dir))'); do case $$dir in \
		*[[:space:]\&\|\\%]*) printf 'imxpt: a directory has a blank, &, |, %% or a backslash: %s\n' \
			"$$dir" >&2; exit 1 ;; esac; done

install: check-directories all $(INSTALLED_TEXTS)
	$(INSTALL) -D -m 755 $(BUILD)/imxpt "$(DESTDIR)$(SBINDIR)/imxpt"
	$(call install-files,644,$(MAN_PAGES:%=$(BUILD)/installed/%),$(MANDIR)/man$${file##*.}/$${file##*/})
	$(call install-files,644,$(PROFILE_SOURCES),$(DATADIR)/imxpt/$${file#dts/})
	$(call install-files,644,$(EXAMPLES),$(DATADIR)/imxpt/$${file##*/})
	$(INSTALL) -D -m 644 $(BUILD)/installed/imxpt@.service "$(DESTDIR)$(UNITDIR)/imxpt@.service"
	$(INSTALL) -D -m 644 $(BUILD)/completions/imxpt.bash "$(DESTDIR)$(BASHDIR)/imxpt"
	$(INSTALL) -D -m 644 $(BUILD)/completions/imxpt.zsh "$(DESTDIR)$(ZSHDIR)/_imxpt"
	$(INSTALL) -D -m 644 $(BUILD)/completions/imxpt.fish "$(DESTDIR)$(FISHDIR)/imxpt.fish"
	$(INSTALL) -d "$(DESTDIR)$(SYSCONFDIR)/imxpt"

# A directory with files of the user's stays.
uninstall: check-directories
	rm -f $(foreach file,$(INSTALLED),"$(DESTDIR)$(file)")
	for dir in $(DATADIR)/imxpt/include $(DATADIR)/imxpt $(SYSCONFDIR)/imxpt; do \
		[ ! -d "$(DESTDIR)$$dir" ] || rmdir --ignore-fail-on-non-empty "$(DESTDIR)$$dir" || exit; done

# The same commit makes the same bytes.
dist:
	$(Q)mkdir -p $(BUILD)
	$(Q)tar=$(BUILD)/imxpt-$(VERSION).tar; rm -f $$tar.gz; \
	why=$$(git archive --prefix=imxpt-$(VERSION)/ -o $$tar \
		--add-virtual-file=imxpt-$(VERSION)/.version:$(VERSION) HEAD 2>&1) || { rm -f $$tar; \
		echo "$$why" | sed 's/^/imxpt: git archive: /; q' >&2; exit 1; }; gzip -9n $$tar
	@echo $(BUILD)/imxpt-$(VERSION).tar.gz

# dts/ is not C: its headers are for dtc, and laid out as tables.
C_FILES = $(shell find src include tests -name '*.[ch]')
SHELL_FILES = $(wildcard .ci/run dts/*.sh tests/*.sh tests/*.t tests/*/*.sh \
	      tests/board/init tests/board/scenarios/*.sh)

format:
	clang-format -i $(C_FILES)

clean:
	rm -rf build $(BUILD)

include tests/tests.mk tests/analyze.mk
-include $(shell find $(BUILD)/src $(BUILD)/tests $(BUILD)/dts $(BUILD)/fuzz $(BUILD)/profiles.d \
	 -name '*.d' 2>/dev/null)

.PHONY: all always check-directories demo deps deps-dev deps-board deps-package deps-qemu deps-uboot install uninstall dist format clean
.SECONDARY:
