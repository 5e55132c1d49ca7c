# SPDX-License-Identifier: Apache-2.0
# What reads the sources instead of running them.

# All of them run, then any that found something fails the target.
ANALYZERS = gcc clang-tidy cppcheck shellcheck mandoc
analyze: $(ANALYZERS:%=analyze-%)

analyze-gcc:
	$(Q)$(MAKE) --no-print-directory CC=gcc BUILD=build/analyze all \
		CFLAGS="-O1 -g -fanalyzer"

TIDY = $(patsubst %.c,build/analyze/%.tidy,$(wildcard src/*.c src/*/*.c tests/*.c))
analyze-clang-tidy: $(TIDY)

build/analyze/%.tidy: %.c .clang-tidy $(shell find include -name '*.h')
	@echo '  TIDY   $<' && mkdir -p $(@D)
	$(Q)clang-tidy --quiet $< -- $(filter-out -MMD -MP,$(ALL_CFLAGS)) \
		2>/dev/null && touch $@

analyze-cppcheck:
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --error-exitcode=1 -Iinclude src

analyze-shellcheck:
	shellcheck -x $(SHELL_FILES)

analyze-mandoc:
	test ! -e man/imxpt.8 || mandoc -T lint -W warning man/imxpt.8

.PHONY: analyze $(ANALYZERS:%=analyze-%)
