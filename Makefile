# make            build build/diagnose        make check      every test
# make run        the main job on this machine make SAN=1 ...  address and undefined-behaviour sanitizers
# make install    PREFIX, DESTDIR              make bench      ratios against peers, build/bench.json
# make fuzz       look for inputs that break something, with clang's libFuzzer: FUZZ_SECONDS=60 for each target of tests/fuzz
# make macos      its collectors, here, for tests: build/macos   make windows    build/diagnose-windows.zip
# make score      plans on cases that really happened, beside simpler ways: build/score.json
# DEVICE=none     build without libimobiledevice     WERROR=1   warnings are errors    V=1   show commands

VERSION = 1.0.0
PREFIX ?= /usr/local
CC     ?= cc
CFLAGS ?= -O2 -g
B      ?= build$(if $(SAN),/san)
Q       = $(if $(V),,@)
,      := ,
ON     := $(patsubst darwin,macos,$(shell uname -s | tr A-Z a-z))

PKGS    = yaml-0.1 libpcre2-8 jansson libsodium
ifneq ($(shell pkg-config --exists libimobiledevice-1.0 libusbmuxd-2.0 libplist-2.0 && echo yes),)
DEVICE ?= ios
endif
DEVICE ?= none
ifeq ($(DEVICE),ios)
DEVPKGS := libimobiledevice-1.0 libusbmuxd-2.0 libplist-2.0
DEVFLAGS := -DDX_DEVICE_VERSION='"$(shell pkg-config --modversion libimobiledevice-1.0)"'
# The device libraries are loaded when needed (device_ios_library.h); what stands in for their functions must be seen then (device_ios_link.c).
DEVLIBS  := -ldl $(if $(filter-out macos,$(ON)),-Wl$(,)--export-dynamic-symbol=lockdownd_pair$(,)--export-dynamic-symbol=lockdownd_validate_pair)
endif
HOST   ?= $(or $(filter linux macos,$(ON)),none)
SYSTEM ?= unix
ifeq ($(SYSTEM),windows)
SYSFLAGS := -include engine/base/windows.h -D__USE_MINGW_ANSI_STDIO=1 -D_WIN32_WINNT=0x0A00 -DYAML_DECLARE_STATIC -DPCRE2_STATIC \
	-DSODIUM_STATIC -Wno-format -Wno-conversion -Wno-float-conversion
SYSLIBS  := -lws2_32 -liphlpapi -lsetupapi -lcfgmgr32 -lwevtapi -ladvapi32 -lshell32 -lpsapi -lole32 -loleaut32 -lwbemuuid
endif
# The collectors of another system, built here for tests: their commands are scripts below --root.
STAND_IN := $(if $(filter macos,$(HOST))$(STANDS_IN),$(if $(filter-out macos,$(ON)),-DDX_STAND_IN))
# macOS declares lgamma_r only then.
ifeq ($(ON),macos)
SYSFLAGS := -D_REENTRANT
endif
TESTPKGS = check
SIMPKGS  = libplist-2.0 openssl

WARN = -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes $(if $(WERROR),-Werror)
SANFLAGS = $(if $(FUZZER),-fsanitize=fuzzer-no-link) $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALL_CFLAGS := -std=c11 -ffp-contract=off -D_GNU_SOURCE -Iengine -I$B/gen -MMD -MP $(WARN) $(SANFLAGS) \
	-DDX_VERSION='"$(VERSION)"' -DDX_RULES_DIR='"$(PREFIX)/share/diagnose/rules"' \
	$(DEVFLAGS) $(STAND_IN) $(SYSFLAGS) \
	$(shell pkg-config --cflags $(PKGS) $(DEVPKGS)) $(CFLAGS)
LIBS     := $(if $(filter-out macos,$(ON)),-Wl$(,)--as-needed) $(shell pkg-config --libs $(PKGS)) $(DEVLIBS) $(SYSLIBS) -lm -pthread
TESTLIBS := $(shell pkg-config --libs $(TESTPKGS))

# Files whose names end in the system, and those of the collectors, are chosen here and not by #ifdef.
CHOSEN = engine/facts/host_% engine/facts/device_% engine/base/system_% engine/facts/collect_child_%
HOSTS  = $(HOST) $(if $(filter linux macos,$(HOST)),unix)
LIBSRC = $(filter-out $(CHOSEN),$(wildcard engine/*.c engine/*/*.c)) engine/base/system_$(SYSTEM).c engine/facts/collect_child_$(SYSTEM).c \
	$(wildcard $(foreach h,$(HOSTS),engine/facts/host_$h.c engine/facts/host_$h_*.c) engine/facts/device_$(DEVICE).c engine/facts/device_$(DEVICE)_*.c)
LIBOBJ = $(LIBSRC:%.c=$B/%.o)
CLIOBJ = $(patsubst %.c,$B/%.o,$(wildcard cli/*.c))
UNITSRC = $(filter-out $(if $(filter none,$(DEVICE)),tests/unit/check_device%),$(wildcard tests/unit/*.c))
UNITOBJ = $(UNITSRC:%.c=$B/%.o)
SUITES  = $(patsubst tests/unit/%.c,%,$(filter tests/unit/check_%,$(UNITSRC)))
SIMOBJ = $(patsubst %.c,$B/%.o,$(filter-out tests/sim/selftest.c,$(wildcard tests/sim/*.c)))

FUZZOBJ = $(patsubst %.c,$B/%.o,$(filter-out $(if $(filter none,$(HOST)),%/tree.c %/mux.c),$(wildcard tests/fuzz/*.c)))
FUZZERS = $(patsubst $B/tests/fuzz/%.o,$B/fuzz/%,$(filter-out %/common.o %/main.o,$(FUZZOBJ)))

all: $B/diagnose$(EXE)

$B/diagnose$(EXE): $(CLIOBJ) $B/libdx.a ; $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$B/unit: $(UNITOBJ) $B/libdx.a    ; $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(TESTLIBS)
$B/sim: $(SIMOBJ)                 ; $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs $(SIMPKGS)) -lpthread
$B/oracle: $B/tests/oracle/oracle.o ; $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs jansson) -lm
$B/simtest: $B/tests/sim/selftest.o $B/tests/sim/modes.o ; $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs $(DEVPKGS))
$(FUZZERS): $B/fuzz/%: $B/tests/fuzz/%.o $B/tests/fuzz/common.o $(if $(FUZZER),,$B/tests/fuzz/main.o) $B/libdx.a
	$(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(if $(FUZZER),-fsanitize=fuzzer) $(LDFLAGS) -o $@ $^ $(LIBS) -lpthread
$B/libdx.a: $(LIBOBJ)             ; $(Q)rm -f $@ && $(AR) rcs $@ $^
$B/%.o: %.c Makefile              ; $(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) -c -o $@ $<

# The list of test suites, from the file names.
$B/gen/suites.h: $(wildcard tests/unit/check_*.c) ; $(Q)mkdir -p $(@D) && printf 'SUITE(%s)\n' $(SUITES) > $@
$B/tests/unit/main.o: $B/gen/suites.h

# The main job on this machine. Finding a problem (1) or too little to go by (4) is an answer, not a failure.
run: $B/diagnose
	$(Q)$B/diagnose --rules rules/apple-trust; test $$? -eq 0 -o $$? -eq 1 -o $$? -eq 4

# The collectors of macOS, built here over stand-ins for its commands (tests/macos).
macos: ; $(Q)$(MAKE) B=$B/macos HOST=macos DEVICE=none SYSTEM=unix all

# diagnose.exe, static, with the rules beside it, zipped: build/diagnose-windows.zip. Needs gcc-mingw-w64-x86-64, zip and Debian's sources (windows/dependencies).
# In MSYS2, where pkg-config finds the libraries: make SYSTEM=windows HOST=windows EXE=.exe (docs/platforms.md).
WINDEPS ?= $B/windows-libraries
CROSS = PKG_CONFIG_LIBDIR=$(WINDEPS)/lib/pkgconfig $(MAKE) SYSTEM=windows HOST=windows DEVICE=none EXE=.exe \
	CC=x86_64-w64-mingw32-gcc-posix AR=x86_64-w64-mingw32-ar LDFLAGS="-static -s"
windows:
	$(Q)windows/dependencies $(WINDEPS) > $(WINDEPS).log 2>&1 || { tail -n 20 $(WINDEPS).log; exit 1; }
	+$(Q)$(CROSS) B=$B/windows all
	$(Q)rm -rf $B/windows/diagnose $B/diagnose-windows.zip && mkdir -p $B/windows/diagnose && cp $B/windows/diagnose.exe LICENSE README.md $B/windows/diagnose/
	$(Q)cp -r rules $B/windows/diagnose/ && cd $B/windows && zip -q -r ../diagnose-windows.zip diagnose

# The same, but what Wine cannot show (device nodes, the Store's packages) comes from files below --root: for tests/windows.
windows-tests: windows
	+$(Q)$(CROSS) B=$B/windows-tests STANDS_IN=yes all
	$(Q)x86_64-w64-mingw32-gcc-posix -O2 -Wall -Wextra -static -o $B/windows-tests/helper.exe tests/windows/helper.c -lws2_32

check: $B/diagnose $B/unit $B/sim $B/oracle $(FUZZERS) $B/bench/gen_facts $B/bench/records $(if $(filter ios,$(DEVICE)),$B/simtest) macos
	$(Q)B=$B SAN=$(SAN) tests/run

# In a build of its own: libFuzzer wants the engine instrumented. FUZZ: only these targets.
FUZZ_SECONDS ?= 60
fuzz:
	$(Q)$(MAKE) CC=clang SAN=1 FUZZER=1 B=$B/fuzzer CFLAGS='-O1 -g' fuzzers
	$(Q)B=$B/fuzzer tests/fuzz/run -f $(FUZZ_SECONDS) $(FUZZ)
fuzzers: $(FUZZERS)

# What is measured and what measures: BENCH=full for all sizes, CLIPS641 for the binary of a newer CLIPS (see tests/bench/run.sh).
BENCHBIN = $(patsubst tests/bench/%.c,$B/bench/%,$(wildcard tests/bench/*.c))
$B/bench/%: tests/bench/%.c $B/libdx.a Makefile ; $(Q)mkdir -p $(@D) && $(CC) $(ALL_CFLAGS) $(BENCHFLAGS) $(LDFLAGS) -o $@ $< $B/libdx.a $(LIBS)
$B/bench/wide_floor: BENCHFLAGS = -O3 -march=native

bench: $B/diagnose $B/oracle $(BENCHBIN)
	$(Q)B=$B tests/bench/run.sh

score: $B/diagnose
	$(Q)python3 -B tests/score/score.py $B/diagnose rules/apple-trust -o $B/score.json

bindir = $(DESTDIR)$(PREFIX)/bin
libdir = $(DESTDIR)$(PREFIX)/lib
incdir = $(DESTDIR)$(PREFIX)/include
mandir = $(DESTDIR)$(PREFIX)/share/man/man1
datadir = $(DESTDIR)$(PREFIX)/share/diagnose

# What a program that links libdx.a needs, for pkg-config.
define PC
prefix=$(PREFIX)
libdir=$${prefix}/lib
includedir=$${prefix}/include

Name: dx
Description: rule-based diagnosis engine
Version: $(VERSION)
Libs: -L$${libdir} -ldx
Libs.private: $(DEVLIBS) -lm -pthread
Requires.private: $(PKGS)
Cflags: -I$${includedir}
endef
export PC

install: $B/diagnose $B/libdx.a
	install -d $(bindir) $(libdir)/pkgconfig $(incdir) $(mandir) $(datadir)/schema
	install -m 755 $B/diagnose $(bindir)/
	install -m 644 $B/libdx.a $(libdir)/
	install -m 644 engine/dx.h $(incdir)/
	printf '%s\n' "$$PC" > $(libdir)/pkgconfig/dx.pc
	install -m 644 docs/diagnose.1 $(mandir)/
	install -m 644 docs/schema/*.json $(datadir)/schema/
	for f in $$(find rules -name '*.yaml'); do install -d $(datadir)/$$(dirname $$f) && install -m 644 $$f $(datadir)/$$f || exit 1; done

uninstall:
	rm -f $(bindir)/diagnose $(libdir)/libdx.a $(incdir)/dx.h $(libdir)/pkgconfig/dx.pc $(mandir)/diagnose.1
	rm -rf $(datadir)

clean: ; rm -rf build

.PHONY: all macos windows windows-tests run check fuzz fuzzers bench score install uninstall clean
-include $(LIBOBJ:.o=.d) $(CLIOBJ:.o=.d) $(UNITOBJ:.o=.d) $(SIMOBJ:.o=.d) $(FUZZOBJ:.o=.d) $B/tests/sim/selftest.d
