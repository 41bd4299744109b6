# make            build build/diagnose        make check      every test
# make run        the main job on this machine make SAN=1 ...  address and undefined-behaviour sanitizers
# make install    PREFIX, DESTDIR              make bench      ratios against peers, build/bench.json
# DEVICE=none     build without libimobiledevice     V=1        show commands

VERSION = 1.0.0
PREFIX ?= /usr/local
CC     ?= cc
CFLAGS ?= -O2 -g
B      ?= build$(if $(SAN),/san)
Q       = $(if $(V),,@)
,      := ,

PKGS    = yaml-0.1 libpcre2-8 jansson libsodium
ifneq ($(shell pkg-config --exists libimobiledevice-1.0 libusbmuxd-2.0 libplist-2.0 && echo yes),)
DEVICE ?= ios
endif
DEVICE ?= none
ifeq ($(DEVICE),ios)
DEVPKGS = libimobiledevice-1.0 libusbmuxd-2.0 libplist-2.0
endif
HOST   ?= $(or $(filter linux,$(shell uname -s | tr A-Z a-z)),none)
TESTPKGS = check
SIMPKGS  = libplist-2.0 openssl

WARN = -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes $(if $(WERROR),-Werror)
SANFLAGS = $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -Iengine -I$B/gen -MMD -MP $(WARN) $(SANFLAGS) \
	-DDX_VERSION='"$(VERSION)"' -DDX_RULES_DIR='"$(PREFIX)/share/diagnose/rules"' \
	$(shell pkg-config --cflags $(PKGS) $(DEVPKGS)) $(CFLAGS)
LIBS     = $(shell pkg-config --libs $(PKGS) $(DEVPKGS)) -lm
TESTLIBS = $(shell pkg-config --libs $(TESTPKGS))

LIBSRC = $(filter-out engine/facts/host_% engine/facts/device_%,$(wildcard engine/*.c engine/*/*.c)) \
	$(wildcard engine/facts/host_$(HOST).c engine/facts/host_$(HOST)_*.c engine/facts/device_$(DEVICE).c)
LIBOBJ = $(LIBSRC:%.c=$B/%.o)
CLIOBJ = $(patsubst %.c,$B/%.o,$(wildcard cli/*.c))
UNITSRC = $(wildcard tests/unit/*.c)
UNITOBJ = $(UNITSRC:%.c=$B/%.o)
SUITES  = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/check_*.c))
SIMOBJ = $(patsubst %.c,$B/%.o,$(filter-out tests/sim/selftest.c,$(wildcard tests/sim/*.c)))

all: $B/diagnose

$B/diagnose: $(CLIOBJ) $B/libdx.a ; $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$B/unit: $(UNITOBJ) $B/libdx.a    ; $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(TESTLIBS)
$B/sim: $(SIMOBJ)                 ; $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs $(SIMPKGS)) -lpthread
$B/libdx.a: $(LIBOBJ)             ; $(Q)rm -f $@ && $(AR) rcs $@ $^
$B/%.o: %.c Makefile              ; $(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -c -o $@ $<

# The list of test suites, from the file names.
$B/gen/suites.h: $(wildcard tests/unit/check_*.c) ; $(Q)mkdir -p $(@D) && printf 'SUITE(%s)\n' $(SUITES) > $@
$B/tests/unit/main.o: $B/gen/suites.h

run: $B/diagnose
	$B/diagnose --rules rules/apple-trust || test $$? -eq 1 -o $$? -eq 4

check: $B/diagnose $B/unit $B/sim
	tests/order engine/ORDER
	$B/unit
	B=$B tests/run

clean: ; rm -rf build

.PHONY: all run check clean
-include $(LIBOBJ:.o=.d) $(CLIOBJ:.o=.d) $(UNITOBJ:.o=.d) $(SIMOBJ:.o=.d)
