# SPDX-License-Identifier: Apache-2.0
# What reads the sources instead of running them.

# Each is a target of its own; with make -k all of them run.
ANALYZERS = format gcc clang-tidy cppcheck shellcheck mandoc
analyze: $(ANALYZERS:%=analyze-%)

# Is the tree as "make format" prints it?  Versions differ in where they break lines.
analyze-format:
	$(Q)if clang-format --version | grep -q 'version 14\.'; then \
		clang-format --dry-run -Werror $(C_FILES); \
	else \
		echo "analyze-format: skipped: it is for clang-format 14, and this is" \
			"$$(clang-format --version)"; \
	fi

analyze-gcc:
	$(Q)$(MAKE) --no-print-directory CC=gcc BUILD=build/analyze WERROR=1 all \
		CFLAGS="-O1 -g -fanalyzer"

TIDY = $(patsubst %.c,build/analyze/%.tidy,$(wildcard src/*.c src/*/*.c tests/*.c))
analyze-clang-tidy: $(TIDY)

build/analyze/%.tidy: %.c .clang-tidy $(shell find include -name '*.h')
	@echo '  TIDY   $<' && mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- $(filter-out -MMD -MP,$(ALL_CFLAGS)) $(CMOCKA_CFLAGS) \
		2>/dev/null && touch $@

analyze-cppcheck:
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --error-exitcode=1 -Iinclude src

analyze-shellcheck:
	shellcheck -x $(SHELL_FILES)

analyze-mandoc:
	mandoc -T lint -W warning $(wildcard man/*.[1-9]) | \
		{ ! grep -v 'out of conventional order: Sh ENVIRONMENT'; }

.PHONY: analyze $(ANALYZERS:%=analyze-%)
