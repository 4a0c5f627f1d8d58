package fraud

import "fmt"

// The codes of reasons. The list is closed: hosts filter by them, and pages translate them.
const (
	ReasonNewDevice      = "new_device"      // fingerprint: resembles no device of the baseline
	ReasonDeviceChanged  = "device_changed"  // fingerprint: resembles one, with a difference
	ReasonNewNetwork     = "new_network"     // IP change: far from every network of the baseline
	ReasonNearNetwork    = "near_network"    // IP change: beside one
	ReasonAutomation     = "automation"      // missing signals: the class is automation
	ReasonContradiction  = "contradiction"   // missing signals: two devices claimed at once
	ReasonMissingHeaders = "missing_headers" // missing signals: no language or no user agent
	ReasonManyDevices    = "many_devices"    // repeated access: more than two devices within 24 hours
	ReasonBurst          = "burst"           // repeated access: many uses within ten minutes
	ReasonKnownDevice    = "known_device"    // takes points away: the guest's own cookie
	ReasonCapped         = "capped"          // takes points away: only one kind of evidence, see Score
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

func countTexts(format string) (texts [HistoryLimit + 2]string) {
	for n := range texts {
		texts[n] = fmt.Sprintf(format, n)
	}
	return texts
}
