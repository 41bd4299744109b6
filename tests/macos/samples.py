# SPDX-License-Identifier: MIT
"""What commands print on Macs of several versions, in the shapes that public documentation and reports show, with made-up devices; and the states made of them."""
import json, os

HANG, FLOOD = object(), object()
UDID, OLD = "00008110-000A1B2C3D4E801E", "9f3c2b1a0d4e5f60718293a4b5c6d7e8f9012345"


# -- sw_vers ---------------------------------------------------------------------------------------------------------
def sw_vers(version, build):
    name = "Mac OS X" if version.startswith("10.") else "macOS"
    tabs = "\t" if name == "Mac OS X" else "\t\t"
    return "ProductName:%s%s\nProductVersion:%s%s\nBuildVersion:%s%s\n" % (tabs, name, tabs, version, tabs, build)


# -- ioreg -p IOUSB -l -w0 -----------------------------------------------------------------------------------------
def ioreg(devices, intel=False):
    """devices: (name, location, vendor, product, serial, depth below the controller)"""
    out = ["+-o Root  <class IORegistryEntry, id 0x100000100, retain 31>", "  | {", '  |   "IOKitBuildVersion" = "Darwin Kernel Version 23.5.0"',
           '  |   "OS Build Version" = "23F79"', "  | }", "  | "]
    bus = "AppleUSBXHCI Root Hub Simulation@14000000" if intel else "AppleT8112USBXHCI@01000000"
    out += ["  +-o %s  <class %s, id 0x100000342, registered, matched, active, busy 0 (12 ms), retain 12>" % (
            bus, "AppleUSBRootHubDevice" if intel else "AppleT8112USBXHCI"), "    | {", '    |   "locationID" = %d' % (0x14000000 if intel else 0x1000000),
            '    |   "IOClass" = "AppleUSBRootHubDevice"', "    | }", "    | "]
    for name, location, vendor, product, serial, depth in devices:
        pad = "    " + "| " * depth
        out += ["%s+-o %s@%08x  <class %s, id 0x1000eb7df, registered, matched, active, busy 0 (248 ms), retain 41>" % (
                pad, name, location, "AppleUSBDevice" if intel else "IOUSBHostDevice"), pad + "  {", pad + '    "sessionID" = 1284726384',
                pad + '    "USBSpeed" = 3', pad + '    "idProduct" = %d' % product, pad + '    "iManufacturer" = 1', pad + '    "bDeviceClass" = 0',
                pad + '    "IOPowerManagement" = {"PowerOverrideOn"=Yes,"CapabilityFlags"=32768,"MaxPowerState"=2}',
                pad + '    "bcdDevice" = 5120', pad + '    "Device Speed" = 2', pad + '    "idVendor" = %d' % vendor,
                pad + '    "USB Product Name" = "%s"' % name, pad + '    "locationID" = %d' % location,
                pad + '    "kUSBCurrentConfiguration" = %d' % (4 if vendor == 1452 else 1),
                pad + '    "IOCFPlugInTypes" = {"9dc7b780-9ec0-11d4-a54f-000a27052861"="IOUSBHostFamily.kext/Contents/PlugIns/IOUSBLib.bundle"}']
        if serial:
            out += [pad + '    "kUSBSerialNumberString" = "%s"' % serial, pad + '    "USB Serial Number" = "%s"' % serial]
        if not intel:
            out += [pad + '    "UsbLinkSpeed" = 480000000']
        out += [pad + "  }", pad]
    return "\n".join(out) + "\n"


def iphone(location, depth=0, serial=UDID.replace("-", "")):
    return ("iPhone", location, 1452, 0x12a8, serial, depth)


KEYBOARD = ("Apple Internal Keyboard / Trackpad", 0x14400000, 1452, 0x027e, None, 0)
HUB = ("USB2.1 Hub", 0x01100000, 0x0bda, 0x5411, None, 0)


# -- system_profiler -----------------------------------------------------------------------------------------------
def old_json(location="0x14100000 / 14", hub=False):
    phone = {"_name": "iPhone", "bcd_device": "14.02", "bus_power": "500", "bus_power_used": "500", "device_speed": "high_speed", "extra_current_used": "0",
             "location_id": location, "manufacturer": "Apple Inc.", "product_id": "0x12a8", "serial_num": UDID.replace("-", ""), "vendor_id": "apple_vendor_id"}
    inner = [{"_name": "USB2.1 Hub", "_items": [phone], "vendor_id": "0x0bda  (Realtek Semiconductor Corp.)", "product_id": "0x5411",
              "location_id": "0x14100000 / 3", "device_speed": "high_speed"}] if hub else [phone]
    return json.dumps({"SPUSBDataType": [{"_name": "USB31Bus", "_items": inner, "host_controller": "AppleT8112USBXHCI"}]}, indent=2)


def host_json(items):
    return json.dumps({"SPUSBHostDataType": [{"_name": "USB 3.1 Bus", "_items": items, "Driver": "AppleT8132USBXHCI", "USBKeyHardwareType": "Built-in",
                                              "USBKeyLocationID": "0x01000000"}]}, indent=2)


HOST_PHONE = {"_name": "iPhone", "USBDeviceKeyLinkSpeed": "480 Mb/s", "USBDeviceKeyPowerAllocation": "2.50 W (500 mA)", "USBDeviceKeyProductID": "0x12a8",
              "USBDeviceKeyProductVersion": "0x1602", "USBDeviceKeySerialNumber": UDID.replace("-", ""), "USBDeviceKeyVendorID": "0x05ac",
              "USBDeviceKeyVendorName": "Apple Inc.", "USBKeyHardwareType": "Removable", "USBKeyLocationID": "0x01100000"}
OLD_TEXT = """USB:

    USB 3.0 Bus:

      Host Controller Driver: AppleUSBXHCISPTLP
      PCI Device ID: 0x9d2f
      PCI Revision ID: 0x0021
      PCI Vendor ID: 0x8086

        iPhone:

          Product ID: 0x12a8
          Vendor ID: 0x05ac (Apple Inc.)
          Version: 9.05
          Serial Number: %s
          Speed: Up to 480 Mb/s
          Manufacturer: Apple Inc.
          Location ID: 0x14100000 / 14
          Current Available (mA): 500
          Current Required (mA): 500
          Extra Operating Current (mA): 1600

        Apple Internal Keyboard / Trackpad:

          Product ID: 0x027e
          Vendor ID: 0x05ac (Apple Inc.)
          Version: 9.33
          Location ID: 0x14400000 / 2

""" % OLD


def hardware(name, model):
    return json.dumps({"SPHardwareDataType": [{"_name": "hardware_overview", "chip_type": "Apple M2", "machine_model": model, "machine_name": name,
                                               "physical_memory": "16 GB"}]}, indent=2)


# -- the others ----------------------------------------------------------------------------------------------------
JOB = """system/com.apple.usbmuxd = {
	active count = 3
	path = /Library/Apple/System/Library/LaunchDaemons/com.apple.usbmuxd.plist
	type = LaunchDaemon
	state = running

	program = /Library/Apple/System/Library/PrivateFrameworks/MobileDevice.framework/Versions/A/Resources/usbmuxd
	arguments = {
		usbmuxd
		-launchd
	}

	runs = 1
	pid = 412
	immediate reason = ipc (socket)
	last exit code = (never exited)

	sockets = {
		"Listener" = {
			type = stream
			path = /var/run/usbmuxd
			state = active
		}
	}
}
"""
IDLE = JOB.replace("state = running", "state = not running").replace("	pid = 412\n", "").replace("(never exited)", "9")
PROCESSES = """/sbin/launchd
/usr/libexec/logd
/usr/libexec/remoted
%s
/System/Library/PrivateFrameworks/AMPDevices.framework/Versions/A/Support/AMPDevicesAgent
/System/Library/CoreServices/Finder.app/Contents/MacOS/Finder
/Applications/Safari.app/Contents/MacOS/Safari
"""
APPLE_USBMUXD = "/Library/Apple/System/Library/PrivateFrameworks/MobileDevice.framework/Versions/A/Resources/usbmuxd"
FIREWALL = "Firewall is disabled. (State = 0)\n"
EXTENSIONS = "0 extension(s)\n"
GUARD = """2 extension(s)
--- com.apple.system_extension.network_extension (Go to 'System Settings > General > Login Items & Extensions > Network Extensions' to modify these system extension(s))
enabled	active	teamID	bundleID (version)	name	[state]
*	*	ABCDE12345	com.example.guard.net (7.2/7.2.1)	Example Guard Firewall	[activated enabled]
--- com.apple.system_extension.endpoint_security (Go to 'System Settings' to modify these system extension(s))
enabled	active	teamID	bundleID (version)	name	[state]
		ABCDE12345	com.example.old (1.0/1)	Old Guard	[terminated waiting to uninstall on reboot]
"""
LOG = """Timestamp                       (process)[PID]
2026-01-31 11:58:02.120394+0100  localhost usbmuxd[412]: (MobileDevice) [com.apple.usbmuxd:device] attached device at location 0x1100000
2026-01-31 11:58:02.540394+0100  localhost AMPDevicesAgent[733]: Entered:_AMMuxedVersion2DeviceConnected, mux-device:17
"""
PLIST = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>CFBundleIdentifier</key>
	<string>%s</string>
	<key>CFBundleShortVersionString</key>
	<string>%s</string>
	<key>CFBundleVersion</key>
	<string>%s</string>
</dict>
</plist>
"""
SP = "/usr/sbin/system_profiler"
IOREG = ("/usr/sbin/ioreg", "-p", "IOUSB", "-l", "-w0")
SHOW = ("/usr/bin/log", "show", "--last", "10m", "--style", "syslog", "--predicate",
        'process == "usbmuxd" OR process == "AMPDevicesAgent" OR process == "MobileDeviceUpdater" OR process == "remotepairingd"')
FRAMEWORK = "/System/Library/PrivateFrameworks/MobileDevice.framework/Versions/A/Resources/Info.plist"


def mac(version="14.5", model="MacBookAir10,1", arm=True, usb=(iphone(0x01100000),), mux="answer", devices=((UDID, "USB"),), lockdown=0o700, usbmuxds=1,
        groups="20 12 61 79 80 81", **changes):
    """A healthy Mac; `changes` replaces what commands answer (by a short name), files are added by `files`."""
    old = version.startswith("10.")
    sysctl = "/usr/sbin/sysctl"
    commands = {
        ("/usr/bin/sw_vers",): sw_vers(version, "23F79"),
        (sysctl, "-n", "hw.model"): model, (sysctl, "-n", "hw.machine"): "arm64" if arm else "x86_64",
        (sysctl, "-n", "hw.optional.arm64"): "1" if arm else ("", 1), (sysctl, "-n", "kern.hv_vmm_present"): "0",
        ("/usr/bin/id", "-G"): groups, ("/usr/bin/id", "-u", "_usbmuxd"): str(os.getuid()),
        IOREG: ioreg(usb, not arm),
        ("/bin/launchctl", "print", "system/com.apple.usbmuxd"): JOB,
        ("/bin/ps", "-A", "-o", "comm="): PROCESSES % "\n".join([APPLE_USBMUXD] + (usbmuxds - 1) * ["/opt/homebrew/sbin/usbmuxd"]),
        ("/usr/libexec/ApplicationFirewall/socketfilterfw", "--getglobalstate"): FIREWALL,
        SHOW: LOG,
    }
    if not old or version.startswith("10.15"):
        commands["/usr/bin/systemextensionsctl", "list"] = EXTENSIONS
    commands.update(changes.pop("commands", {}))
    files = {"/Applications/Safari.app": None, "/System/Library/LaunchDaemons": None,
             "/Library/Apple/System/Library/LaunchDaemons/com.apple.usbmuxd.plist": PLIST % ("com.apple.usbmuxd", "1", "1"),
             FRAMEWORK: PLIST % ("com.apple.mobiledevice", "1784.120.3", "1784.120.3")}
    files.update(changes.pop("files", {}))
    assert not changes, changes
    return {"commands": {k: v for k, v in commands.items() if v is not None}, "files": files, "mux": mux, "devices": devices, "lockdown": lockdown}


def state(name, mac, given=(), status=1, issue=None, step=None, facts=(), longest=6):
    return {"name": name, "mac": mac, "given": list(given), "status": status, "issue": issue, "step": step, "facts": facts, "longest": longest}


USB = ("usb_device", None, {"mode": "normal", "udid": UDID, "speed": 480, "depth": 1})
NOTHING = {"usb": (), "devices": ()}
ITUNES = {"/Applications/iTunes.app/Contents/Info.plist": PLIST % ("com.apple.iTunes", "12.9.5", "12.9.5")}


def mojave(**changes):
    """10.14: no JSON, no system extensions; iTunes instead of Finder."""
    changes.setdefault("files", {}).update(ITUNES)
    return mac("10.14.6", "MacBookPro14,1", arm=False, usb=(KEYBOARD, iphone(0x14100000, serial=OLD)), devices=((OLD, "USB"),), **changes)


def without_registry(version, **answers):
    return mac(version, "Mac15,3", commands={IOREG: None, (SP, "SPHardwareDataType", "-json"): hardware("MacBook Pro", "Mac15,3"), **answers})


HOST, OLD_DATA, TEXT = (SP, "SPUSBHostDataType", "-json"), (SP, "SPUSBDataType", "-json"), (SP, "SPUSBDataType")

STATES = [
    # the states of the issue
    state("a healthy Mac and a phone that it lists", mac(), ["--answer", "device.trust=trusted", "--answer", "seen.app_shows=yes"], 0, facts=[
        USB, ("host", None, {"os": "macos", "os_name": "macOS 14.5", "os_version": "14.5", "architecture": "arm64", "admin": True, "laptop": True,
                             "apple_usb_devices": 1, "virtual_machine": "none", "firewall": "off", "security_software": "system-only",
                             "framework_version": "1784.120.3", "configurator": False, "journal": "read", "lockdown_mode": "700"}),
        ("mux", None, {"state": "answers", "default_state": "answers", "socket_mode": "0666", "devices": 1, "network_devices": 0, "process": "running",
                       "processes": 1, "installed": True, "address": "default"}),
        ("device", ("udid", UDID), {"connection": "usb"}), ("record_folder", None, {"state": "present", "mode": "0700"})]),
    state("no phone at all", mac(**NOTHING), ["--answer", "seen.app=finder"], 1, "faulty-cable", "unlock-device", [("host", None, {"apple_usb_devices": 0}), ("mux", None, {"devices": 0})]),
    state("Finder is open on macOS 10.14, where iTunes is needed", mojave(), ["--answer", "seen.app=finder", "--answer", "seen.app_shows=no"], 1,
          "wrong-program", "open-program-first", [("host", None, {"os_name": "Mac OS X 10.14.6", "itunes_version": "12.9.5", "laptop": True, "architecture": "x86-64"})]),
    state("iTunes is open on macOS 10.15, where Finder does it", mac("10.15.7", "iMac19,1", arm=False, usb=(iphone(0x14100000),)),
          ["--answer", "seen.app=itunes", "--answer", "seen.app_shows=no"], 1, "wrong-program", "open-program-first", [("host", None, {"laptop": False})]),
    state("a laptop that was not allowed to use the phone", mac("13.6", **NOTHING),
          ["--answer", "seen.charges=yes", "--answer", "seen.accessory_refused=yes", "--answer", "device.ios_version=17.5"], 1, "mac-accessory-not-approved", "approve-accessory-mac"),
    state("a phone behind a hub that comes and goes", mac("15.3", usb=(HUB, iphone(0x01120000, 1)), devices=()),
          ["--answer", "seen.drops=yes", "--answer", "seen.other_port_works=yes"], 1, "bad-port-or-hub", "change-port", [("usb_device", None, {"depth": 2, "path": "1-1.2"})]),
    state("a Mac whose device support is older than the phone", mac("12.6", "Macmini9,1", devices=()),
          ["--answer", "seen.update_wanted=yes", "--answer", "seen.updated_since=device"], 1, "mac-device-support-pending", "unlock-device"),
    state("old tools and a record folder that is closed to them", mojave(lockdown=0o700),
          ["--message", "ERROR: Could not connect to lockdownd, error code -21", "--answer", "seen.app=other", "--answer", "seen.works_as_root=yes"], 1,
          "mac-records-unreadable", "read-lockdown-folder-macos", [("host", None, {"lockdown_mode": "700"})]),
    state("a usbmuxd of a package manager beside Apple's", mac(usbmuxds=2, devices=()), [], 1, "interface-taken", "stop-competing-program",
          [("mux", None, {"processes": 2}), ("process", ("name", "usbmuxd"), {"kind": "multiplexer", "count": 2})]),
    state("a multiplexer that hangs", mac(mux="hang"), [], 1, "mac-daemon-hung", "restart-usbmuxd-macos", [("mux", None, {"state": "no-answer"})], longest=14),
    state("a multiplexer that refuses", mac(mux="refuse", commands={("/bin/launchctl", "print", "system/com.apple.usbmuxd"): IDLE}), [], 1,
          "mac-daemon-hung", "restart-usbmuxd-macos", [("mux", None, {"state": "refused", "process": "absent"})]),
    state("no socket at all", mac(mux="absent", commands={("/bin/launchctl", "print", "system/com.apple.usbmuxd"): ("", 113)}), [], 1,
          "mac-daemon-hung", "restart-usbmuxd-macos", [("mux", None, {"state": "absent"})]),
    state("a virtual machine that may have taken the phone",
          mac(devices=(), commands={("/bin/ps", "-A", "-o", "comm="): PROCESSES % (APPLE_USBMUXD + "\n/Applications/Parallels Desktop.app/Contents/MacOS/Parallels VM.app/Contents/MacOS/prl_vm_app")}),
          ["--answer", "seen.drops=yes"], 1, "virtual-machine-has-device", "give-device-to-one-side", [("process", ("name", "prl_vm_app"), {"kind": "virtual-machine"})]),
    state("a phone in recovery mode", mac(usb=(("Apple Mobile Device (Recovery Mode)", 0x01100000, 1452, 0x1281, "SDOM:01 CPID:8110", 0),), devices=()), [], 1,
          "recovery-mode", "leave-recovery", [("usb_device", None, {"mode": "recovery", "udid": None}), ("host", None, {"apple_usb_devices": 0})]),
    state("security software of another maker", mac(devices=(), commands={("/usr/bin/systemextensionsctl", "list"): GUARD}),
          ["--answer", "seen.works_security_off=yes"], 1, "security-software-blocks", "allow-apple-in-security-software",
          [("host", None, {"security_software": "third-party"}),
           ("security_product", ("name", "Example Guard Firewall"), {"kind": "firewall", "maker": "other", "state": "on"})]),
    # the same phone, told by other commands of other versions
    state("macOS 26 tells of USB in another data type", without_registry("26.0"), ["--answer", "seen.app_shows=yes"], 1, "trust-not-given", "tap-trust"),
    state("macOS 15 without a registry", without_registry("15.3"), ["--answer", "seen.app_shows=yes"], 1, "trust-not-given", "tap-trust"),
    state("macOS 10.14 without a registry", mojave(), ["--answer", "seen.app_shows=yes"], 1, "trust-not-given", "tap-trust"),
]
STATES[-3]["mac"]["commands"].update({HOST: host_json([HOST_PHONE]), OLD_DATA: json.dumps({"SPUSBDataType": []})})
STATES[-3]["facts"] = [USB, ("host", None, {"laptop": True, "model": "Mac15,3"})]
STATES[-2]["mac"]["commands"].update({HOST: json.dumps({"SPUSBHostDataType": []}), OLD_DATA: old_json()})
STATES[-2]["facts"] = [("usb_device", None, {"path": "20-1", "udid": UDID, "speed": 480, "depth": 1})]
STATES[-1]["mac"]["commands"].update({IOREG: ("", 1), HOST: "", OLD_DATA: ("", 64), TEXT: OLD_TEXT})
STATES[-1]["facts"] = [("usb_device", None, {"path": "20-1", "udid": OLD, "speed": 480, "depth": 1})]
STATES += [
    # commands that misbehave
    state("a registry that hangs", mac(commands={IOREG: (HANG, 0), HOST: (HANG, 0), OLD_DATA: (HANG, 0), TEXT: (HANG, 0)}, devices=()), ["--answer", "seen.other_cable_works=yes"], 1,
          "faulty-cable", "change-cable", [("mux", None, {"devices": 0})], longest=16),
    state("a registry that never ends", mac(commands={IOREG: (FLOOD, 0), HOST: host_json([HOST_PHONE])}), ["--answer", "seen.app_shows=yes"], 1, "trust-not-given", "tap-trust", facts=[USB]),
    state("garbage from every command", mac(commands={c: ("\x01\x02 } ] garbage = \n\n: :\n" * 50, 0) for c in mac()["commands"]} | {
          HOST: "}{", OLD_DATA: "[", TEXT: "USB", (SP, "SPHardwareDataType", "-json"): "x", (SP, "SPHardwareDataType"): "y"}),
          ["--answer", "seen.app_shows=yes"], 1, "trust-not-given", "tap-trust", facts=[("host", None, {"os": "macos", "os_version": None}), ("device", ("udid", UDID), {"connection": "usb"})]),
]
