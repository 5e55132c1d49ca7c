# SPDX-License-Identifier: Apache-2.0
#
# make deps demo     what a newcomer needs; see README.md
# make check         the tests
# make check-real    imxpt patch on real trees, out of Debian's kernels
# make check-qemu    a real QEMU and a kernel with the guest's tree; make deps-qemu gets it;
#                    QEMU=newer is for the one that Debian has backported
# make check-board   real kernels in an emulated board; make deps-board gets what it needs
# make analyze bench fuzz
# Variables: CC CFLAGS LDFLAGS PKG_CONFIG DTC PREFIX DESTDIR, BUILD (where objects go),
# SAN=1 (the same under ASan and UBSan, in build/san).

VERSION = 0.1.0

PKG_CONFIG ?= pkg-config
DTC ?= dtc
INSTALL ?= install
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man

ifdef SAN
BUILD ?= build/san
SAN_FLAGS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else
BUILD ?= build
endif

WARN = -Wall -Wextra -Werror -Wformat=2 -Wshadow -Wundef -Wvla -Wpointer-arith -Wcast-qual \
       -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wnested-externs \
       -Wredundant-decls -Wswitch-enum

# Tables for unwinding would be a tenth of the program, and C does not unwind; a debugger
# has its own.
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DIMXPT_VERSION='"$(VERSION)"' -iquote include -MMD -MP \
	     -fno-asynchronous-unwind-tables $(WARN) $(SAN_FLAGS) $(CFLAGS)

# Debian 12's libfdt has no pkg-config file.  libkmod is opened when a module is to be
# loaded: see src/vfio/modules.c.
LIBS = $(shell $(PKG_CONFIG) --libs libfdt 2>/dev/null || echo -lfdt) \
       $(shell $(PKG_CONFIG) --libs libudev json-c zlib)

SRC = $(wildcard src/*/*.c)
OBJ = $(SRC:%.c=$(BUILD)/%.o) $(BUILD)/profiles.o
PROFILES = $(patsubst %,$(BUILD)/%.dtb,$(sort $(basename $(wildcard dts/*.dts))))

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@))

all: $(BUILD)/imxpt

$(BUILD)/imxpt: $(BUILD)/src/main.o $(BUILD)/imxpt.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN_FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/imxpt.a: $(OBJ)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c
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

$(BUILD)/%.dtb: %.dts
	$(call say,DTC)
	@mkdir -p $(@D)
	$(Q)$(CC) -E -P -nostdinc -undef -D__DTS__ -x assembler-with-cpp -I dts/include \
		-MMD -MP -MT $@ -MF $@.d $< -o $@.tmp
	$(Q)$(DTC) -q -I dts -O dtb $(DTC_FLAGS_$(*F)) -o $@ $@.tmp

demo: all $(BUILD)/tests/dts/mek-like.dtb
	$(Q)BUILD=$(BUILD) tests/demo.sh

# What Debian calls all that building and testing needs; installed is only what is missing.
DEPS = gcc libc6-dev make pkg-config device-tree-compiler libfdt-dev libudev-dev libkmod-dev \
       libjson-c-dev zlib1g-dev libcmocka-dev clang libclang-rt-14-dev clang-format clang-tidy cppcheck \
       shellcheck mandoc strace valgrind

DEPS_BOARD = qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross cpio kmod xz-utils

install-missing = $(Q)missing=$$(for p in $(1); do \
		dpkg-query -W -f '$${db:Status-Status}\n' $$p 2>/dev/null | grep -qx installed || \
			echo $$p; done); \
	[ -z "$$missing" ] || { apt-get -q update && \
		DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install $$missing; }

deps:
	$(call install-missing,$(DEPS))

deps-board: deps
	$(call install-missing,$(DEPS_BOARD))
	$(Q)tests/board/fetch.sh

deps-qemu: deps
	$(call install-missing,qemu-system-arm cpio swtpm)

# "make -j deps demo": nothing is built before its tools are there.
ifneq ($(filter deps%,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

install: all
	$(INSTALL) -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -m 755 $(BUILD)/imxpt $(DESTDIR)$(SBINDIR)/imxpt
	$(INSTALL) -m 644 man/imxpt.8 $(DESTDIR)$(MANDIR)/man8/imxpt.8

uninstall:
	rm -f $(DESTDIR)$(SBINDIR)/imxpt $(DESTDIR)$(MANDIR)/man8/imxpt.8

C_FILES = $(shell find src include tests -name '*.[ch]')
SHELL_FILES = $(wildcard .ci/run dts/*.sh tests/*.sh tests/*.t tests/*/*.sh \
	      tests/board/init tests/board/scenarios/*.sh)

format:
	clang-format -i $(C_FILES)

clean:
	rm -rf build $(BUILD)

include tests/tests.mk tests/analyze.mk
-include $(shell find $(BUILD)/src $(BUILD)/tests $(BUILD)/dts $(BUILD)/profiles.d \
	 -name '*.d' 2>/dev/null)

.PHONY: all demo deps deps-board deps-qemu install uninstall format clean
.SECONDARY:
