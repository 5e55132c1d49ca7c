# SPDX-License-Identifier: Apache-2.0
# The tests: check needs nothing but the tools, the others what README.md says.

CMOCKA = $(call once,CMOCKA,$(call pkg-config,--libs cmocka))
CMOCKA_CFLAGS = $(call once,CMOCKA_CFLAGS,$(call pkg-config,--cflags cmocka))
UNIT = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/test_*.c))
FIXTURES = $(patsubst %.dts,$(BUILD)/%.dtb,$(wildcard tests/dts/*.dts))

# Trees with symbols, as for a bootloader that applies overlays; most are without.
DTC_FLAGS_board-older = -@
DTC_FLAGS_board-domu = -@

# Every unit test may let an allocation fail, read fixtures, write files.
TEST_HELPERS = $(patsubst %,$(BUILD)/tests/%.o,oom fixture tree_fixture scratch capture)
WRAP = -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc

# The static library's allocations can be made to fail too.
LDFLAGS_test_json = -Wl,--undefined=json_object_new_object -l:libjson-c.a

# Counts how often names and records are compared.
LDFLAGS_test_edit_limits = $(foreach call,strcmp strncmp memcmp memmem,-Wl,--wrap=$(call))

# The C library's allocation for a search.
LDFLAGS_test_edit_hold = -Wl,--wrap=tsearch

# Counts how often a pin, or an entry of iommus, is read.
LDFLAGS_test_patch_conflict = -Wl,--wrap=pins_next
LDFLAGS_test_rules_group = -Wl,--wrap=tree_with_phandle

# Answers of the kernel, and a result that memory is missing for.
LDFLAGS_test_cmd_bind = -Wl,--wrap=guest_partition_by_linux,--wrap=guest_partition_change
LDFLAGS_test_cmd_oom = -Wl,--wrap=json_end
LDFLAGS_test_facts_root = -Wl,--wrap=klogctl
LDFLAGS_test_file = -Wl,--wrap=read
LDFLAGS_test_file_place = -Wl,--wrap=syscall
LDFLAGS_test_firmware_registers = -Wl,--wrap=ioctl
LDFLAGS_test_owner = -Wl,--wrap=getpwnam,--wrap=getgrnam
LDFLAGS_test_check_unseen = -Wl,--wrap=modules_find,--wrap=sysroot_try_open
LDFLAGS_test_report = $(foreach call,open_memstream putc fflush vasprintf __vasprintf_chk,-Wl,--wrap=$(call))
LDFLAGS_test_text_print = -Wl,--wrap=ioctl
LDFLAGS_test_sysroot_open = -Wl,--wrap=syscall,--wrap=readdir

LDFLAGS_test_run_kmod = $(foreach call,dlopen dlsym dlclose dlerror,-Wl,--wrap=$(call))
LDFLAGS_test_run_modules = $(foreach call,access $(addprefix udev_device_,get_is_initialized new_from_subsystem_sysname unref),-Wl,--wrap=$(call))

LDFLAGS_test_file_replace = $(foreach call,access close open write fsync fchown fchmod mkostemp link linkat rename syscall,-Wl,--wrap=$(call))

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(TEST_HELPERS) $(BUILD)/imxpt.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN_FLAGS) $(CFLAGS) $(LDFLAGS) $(WRAP) $(LDFLAGS_$(@F)) -o $@ \
		$(filter %.o,$^) $(filter %.a,$^) $(LIBS) $(CMOCKA)

$(BUILD)/tests/%.o: OWN_FLAGS = $(CMOCKA_CFLAGS)
$(UNIT:%=%.o) $(TEST_HELPERS): | $(BUILD)/tests/found
$(BUILD)/tests/found: | $(BUILD)/found
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --exists cmocka || $(call missing,the library cmocka)
	@touch $@

# These make a guest's tree.
$(addprefix $(BUILD)/tests/test_,copy guest copy_device qemu_layout guest_warning): $(BUILD)/tests/guest_case.o

$(addprefix $(BUILD)/tests/test_check_,devices firmware rows trees unseen): $(BUILD)/tests/check_row.o

# These are linked with a fake kernel: it is before the archive, so its functions are used.
$(addprefix $(BUILD)/tests/test_,cmd_bind step_run group_device run run_meanwhile run_undo snapshot): \
	$(addprefix $(BUILD)/tests/fake_,board.o sysfs.o)

# These are linked with the emulated board's model of the firmware, with fake registers.
SCFW_MODEL = $(patsubst tests/board/models/%.c,$(BUILD)/tests/board/models/%.o, \
	     $(wildcard tests/board/models/scfw*.c))
$(addprefix $(BUILD)/tests/test_,firmware firmware_open partition partition_signals): $(BUILD)/tests/fake_mailbox.o $(SCFW_MODEL)

check: all $(UNIT) $(FIXTURES)
	$(Q)BUILD=$(BUILD) CC="$(CC)" tests/check.sh tests/layers.sh $(UNIT) $(wildcard tests/*.t)

# Look for input that breaks a command; needs clang.  FUZZ_SECONDS is the time for all.
FUZZ_SECONDS ?= 60
FUZZ_KINDS = host virt profile arguments root
FUZZ_CC = clang $(ALL_CFLAGS) -fno-sanitize-recover=all -fsanitize=fuzzer-no-link,address,undefined
FUZZ_OBJ = $(SRC:%.c=$(BUILD)/fuzz/%.o) $(BUILD)/fuzz/src/main.o $(BUILD)/fuzz/profiles.o
FUZZ_ARGS = -max_total_time=$$(($(FUZZ_SECONDS) / 6)) -timeout=10 -max_len=131072 -len_control=0 \
	    -close_fd_mask=1 -artifact_prefix=$(BUILD)/fuzz/

$(BUILD)/fuzz/%.o: %.c
	$(call say,CLANG)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -c -o $@ $<

$(BUILD)/fuzz/profiles.o: $(BUILD)/profiles.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -c -o $@ $<

$(BUILD)/fuzz/src/main.o: OWN_FLAGS = -Dmain=imxpt_main -Wno-missing-prototypes

$(BUILD)/fuzz/patch $(BUILD)/fuzz/commands: $(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz_%.o $(FUZZ_OBJ)
	$(call say,LINK)
	$(Q)clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)

# Where a run has found something new, the next one begins.
fuzz: all $(FIXTURES) $(BUILD)/fuzz/patch $(BUILD)/fuzz/commands
	$(Q)for kind in patch $(FUZZ_KINDS); do \
		program=commands; \
		case $$kind in \
		patch) program=patch from=$(BUILD)/tests/dts ;; \
		host | virt) from=$(BUILD)/tests/dts ;; \
		profile) from=$(BUILD)/dts ;; \
		*) from=-max_len=4096 ;; \
		esac; \
		corpus=$(BUILD)/fuzz/corpus/$$kind log=$(BUILD)/fuzz/$$kind.log; \
		mkdir -p $$corpus; \
		BUILD=$(BUILD) IMXPT_FUZZ=$$kind $(BUILD)/fuzz/$$program $(FUZZ_ARGS) $$corpus $$from \
			2>$$log || { tail -n 60 $$log; exit 1; }; \
		echo "$$kind: $$(tail -n 1 $$log)"; \
	done

# Plant faults in the sources and list those that no test sees; see tests/mutate.sh.
mutate:
	$(Q)tests/mutate.sh

check-real: all $(addprefix $(BUILD)/tests/dts/,virt-new.dtb crosvm-base.dtb crosvm-base-cpus.dtb)
	$(Q)BUILD=$(BUILD) tests/check.sh tests/real.sh tests/real-drafts.sh \
		tests/real-changed.sh

# What U-Boot's own code does to a tree, against what "imxpt uboot" predicts.  The sources
# are Debian's, unchanged, and not ours to have warnings in.
UBOOT = build/uboot
UBOOT_LIBFDT = $(UBOOT)/source/scripts/dtc/libfdt
UBOOT_SRC = $(addprefix $(UBOOT)/,source/arch/arm/mach-imx/imx8/fdt.c \
	      source/drivers/misc/imx8/scu_api.c functions.c) \
	    $(patsubst %,$(UBOOT_LIBFDT)/%.c,fdt fdt_ro fdt_rw fdt_wip fdt_strerror)
UBOOT_CFLAGS = -std=gnu11 -w -include tests/uboot/stub.h -include $(UBOOT)/functions.h \
	       -I $(UBOOT_LIBFDT) -I $(UBOOT)/source/include -idirafter $(UBOOT)/include
UBOOT_WRAP = $(foreach call,fdt_getprop fdt_setprop fdtdec_parse_phandle_with_args,-Wl,--wrap=$(call))

$(BUILD)/tests/uboot/boot: $(BUILD)/tests/uboot/boot.o tests/uboot/stub.h $(UBOOT)/done
	$(call say,LINK)
	$(Q)$(CC) $(SAN_FLAGS) $(CFLAGS) $(UBOOT_CFLAGS) $(LDFLAGS) $(UBOOT_WRAP) -o $@ $< $(UBOOT_SRC)

# The messages that U-Boot sends to the firmware, against those that imxpt makes.
$(BUILD)/tests/uboot/calls: tests/uboot/calls.c tests/uboot/stub.h $(BUILD)/imxpt.a $(UBOOT)/done
	$(call say,LINK)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN_FLAGS) $(CFLAGS) $(UBOOT_CFLAGS) -iquote include $(LDFLAGS) -o $@ $< \
		$(UBOOT)/source/drivers/misc/imx8/scu_api.c $(BUILD)/imxpt.a $(LIBS)

$(UBOOT)/done:
	@echo "U-Boot's source is not here: run make deps-uboot" >&2; false

check-uboot: all $(FIXTURES) $(BUILD)/tests/uboot/boot $(BUILD)/tests/uboot/calls
	$(Q)BUILD=$(BUILD) tests/check.sh $(BUILD)/tests/uboot/calls tests/uboot/compare.sh

bench: all $(addprefix $(BUILD)/tests/,bench grow dts/mek-like.dtb dts/imx8qm-mek-running.dtb)
	$(Q)BUILD=$(BUILD) tests/bench.sh

$(BUILD)/tests/bench $(BUILD)/tests/grow: %: %.o
	$(call say,LINK)
	$(Q)$(CC) $(SAN_FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# In bare new Debians; tests/package/run.sh says what each name does.
PACKAGES ?= bookworm trixie bookworm-deb trixie-deb musl cross
check-package:
	$(Q)tests/package/run.sh $(PACKAGES)

check-board:
	$(Q)tests/board/run.sh $(SCENARIOS)

board-shell:
	$(Q)tests/board/run.sh --shell

# Compare with a real QEMU and a real kernel.  SEED=N repeats the random part; QEMU=newer is the
# one that Debian has backported.
QEMU ?= qemu-system-aarch64
CHECK_QEMU = $(addprefix $(BUILD)/tests/qemu/,compare guest_slots refs)

$(BUILD)/tests/qemu/compare: $(addprefix $(BUILD)/tests/qemu/,emulator.o rig.o sets.o)
$(BUILD)/tests/qemu/guest_slots: $(BUILD)/tests/qemu/emulator.o

$(CHECK_QEMU): %: %.o $(BUILD)/imxpt.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN_FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

# It is loaded into QEMU, which has no sanitizers.
$(BUILD)/tests/qemu/vfio.so: tests/qemu/vfio.c
	$(call say,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out $(SAN_FLAGS),$(ALL_CFLAGS)) -fPIC -shared -o $@ $<

check-qemu: all $(CHECK_QEMU) $(BUILD)/tests/qemu/vfio.so
	$(Q)BUILD=$(BUILD) QEMU=$(QEMU) SEED=$(SEED) tests/check.sh tests/qemu/layout.sh tests/qemu/guest.sh

.PHONY: check fuzz mutate check-real check-uboot check-package check-board board-shell check-qemu bench
