package baseline

import "fmt"

// The codes of reasons.
const (
	reasonNewDevice      = "new_device"      // fingerprint: resembles no device of the baseline
	reasonDeviceChanged  = "device_changed"  // fingerprint: resembles one, with a difference
	reasonNewNetwork     = "new_network"     // IP change: far from every network of the baseline
	reasonNearNetwork    = "near_network"    // IP change: beside one
	reasonAutomation     = "automation"      // missing signals: the class is automation
	reasonContradiction  = "contradiction"   // missing signals: two devices claimed at once
	reasonMissingHeaders = "missing_headers" // missing signals: no language or no user agent
	reasonManyDevices    = "many_devices"    // repeated access: more than two devices within 24 hours
	reasonBurst          = "burst"           // repeated access: many uses within ten minutes
	reasonKnownDevice    = "known_device"    // takes points away: the guest's own cookie
	reasonCapped         = "capped"          // takes points away: only one kind of evidence, see score
)

const (
	textNewDevice      = "Opened on a device not seen before for this guest"
	textDeviceChanged  = "Opened on a device that differs a little from the one seen before"
	textNewNetwork     = "Opened from a network not seen before for this guest"
	textNearNetwork    = "Opened from a network next to one seen before"
	textAutomation     = "Opened by a script, not by a person's browser"
	textContradiction  = "The browser claims to be two different devices"
	textMissingHeaders = "The browser leaves out what browsers usually tell"
	textKnownDevice    = "This device was used for this guest before"
	textCapped         = "Held at 59, because only one kind of evidence speaks against it"
)

// Texts that name a number are made once, so that scoring makes none. A count never exceeds the
// history and the access at hand.
var (
	manyDevicesTexts = countTexts("The link was opened on %d different devices within 24 hours")
	burstTexts       = countTexts("The link was used %d times within ten minutes")
)

func countTexts(format string) (texts [historyLimit + 2]string) {
	for n := range texts {
		texts[n] = fmt.Sprintf(format, n)
	}
	return texts
}
