package fraud

import (
	"fmt"

	"github.com/doorward/doorward/pkg/doorward"
)

// The codes of reasons. The list is closed: hosts filter by them, and pages translate them.
const (
	ReasonNewDevice     = "new_device"     // device: resembles none that was seen on this link
	ReasonKnownLook     = "known_look"     // device: one that was seen, without its cookie
	ReasonKnownDevice   = "known_device"   // device: one that was seen, with its cookie
	ReasonOtherDevice   = "other_device"   // device: a cookie of this link, on another device
	ReasonDoubtedDevice = "doubted_device" // device: one that was doubtful when it came first
	ReasonContested     = "contested"      // device: one that was seen, before others that do not fit it
	ReasonForeignCookie = "foreign_cookie" // device: the cookie of another guest's link, on a first access
	ReasonKnownNetwork  = "known_network"  // network: seen on this link, or beside one that was
	ReasonNewNetwork    = "new_network"    // network: another
	ReasonSameCountry   = "same_country"   // country: that of before
	ReasonNewCountry    = "new_country"    // country: another
	ReasonTravel        = "travel"         // country: too far from the visit before for the time between
	ReasonDataCentre    = "data_centre"    // infra: a data centre or VPN
	ReasonManyDevices   = "many_devices"   // fan-out
	ReasonManyGuests    = "many_guests"    // harvest
	ReasonAutomation    = "automation"     // a script
	ReasonShownAgain    = "shown_again"    // state: the code was shown at the door before
	ReasonCondemned     = "condemned"      // state: the host called the device suspicious
	ReasonContradiction = "contradiction"  // missing: two devices claimed at once
	ReasonMissing       = "missing"        // missing: no language or no user agent
	ReasonHeldOwn       = "held_own"       // takes points away: the guest's circle
	ReasonHeldFirst     = "held_first"     // takes points away: a first access
	ReasonCapped        = "capped"         // takes points away: only one group of evidence
	ReasonBase          = "base"           // what every visit starts with
)

// Texts that name a number are made once, so that explaining makes none.
var (
	manyDevicesTexts = countTexts("The link was opened on %d devices that fit nobody it invites, within 24 hours")
	manyGuestsTexts  = countTexts("This device used the links of %d guests within 24 hours")
	manyAlikeTexts   = countTexts("Devices of just this look used the links of %d guests within hours")
)

func countTexts(format string) (texts [16]string) {
	for n := range texts {
		texts[n] = fmt.Sprintf(format, n)
	}
	return texts
}

func countText(texts *[16]string, n int) string { return texts[min(max(n, 0), len(texts)-1)] }

// word is the reason that stands for what a family found.
func (r *Result) word(f Family) (code, text string) {
	against := r.Families[f] > 0
	switch f {
	case FamilyDevice:
		return r.deviceWord(against)
	case FamilyNetwork:
		if against {
			return ReasonNewNetwork, "Opened from a network not seen for this guest"
		}
		return ReasonKnownNetwork, "Opened from a network seen for this guest, or from nearby"
	case FamilyGeo:
		switch {
		case r.speed > speedDoubtful:
			return ReasonTravel, "Too far from the visit before for the time between"
		case against:
			return ReasonNewCountry, "Opened in another country"
		}
		return ReasonSameCountry, "Opened in the same country as before"
	case FamilyInfra:
		return ReasonDataCentre, "Opened through a data centre or a VPN"
	case FamilyFanOut:
		return ReasonManyDevices, countText(&manyDevicesTexts, r.devices)
	case FamilyHarvest:
		if r.guests > r.exact {
			return ReasonManyGuests, countText(&manyAlikeTexts, r.guests)
		}
		return ReasonManyGuests, countText(&manyGuestsTexts, r.guests)
	case FamilyAutomation:
		return ReasonAutomation, "Used by a script, not by a person's browser"
	case FamilyState:
		if r.condemned {
			return ReasonCondemned, "You called this device suspicious"
		}
		return ReasonShownAgain, "This code was shown at the door before, as often as it has heads"
	default:
		if r.families[f] >= missingContradiction {
			return ReasonContradiction, "The browser claims to be two different devices"
		}
		return ReasonMissing, "The browser leaves out what browsers usually tell"
	}
}

func (r *Result) deviceWord(against bool) (code, text string) {
	switch {
	case r.theft:
		return ReasonOtherDevice, "The cookie of this guest's device came from another device"
	case r.first:
		return ReasonForeignCookie, "This device opened another guest's link before"
	case r.matched && !against:
		return ReasonKnownDevice, "A device seen for this guest"
	case r.matched:
		return ReasonContested, "Other devices claim this link too"
	case r.profile >= 0 && !against:
		return ReasonKnownLook, "Looks like a device seen for this guest"
	case r.profile >= 0:
		return ReasonDoubtedDevice, "A device that fitted nobody of this invitation when it came first"
	case against:
		return ReasonNewDevice, "Opened on a device not seen before for this guest"
	}
	return ReasonKnownLook, "Resembles the devices of this guest"
}

// Assessment puts the result into words. The points of what speaks against the guest are shares of the score that it
// would make alone; those of what speaks for the guest, and of a cap, take away from it, to the score exactly.
func (r *Result) Assessment() doorward.Assessment {
	a := doorward.Assessment{Class: r.Class, Score: r.Score, Capped: r.Capped, Evaluated: true, Reasons: []doorward.Reason{}}
	a.IfKnown, a.Evidence = r.ifKnown(), r.families[:]
	if !r.scored {
		return a
	}
	var against, spoken float64
	for _, found := range r.Families {
		against += max(found, 0)
		spoken += min(found, 0)
	}
	uncapped := r.Score + r.held
	worst := uncapped
	if spoken < 0 {
		worst = max(scoreOf(r.Sum-spoken), uncapped)
	}
	a.Reasons = r.share(a.Reasons, worst, against, 1)
	a.Reasons = r.share(a.Reasons, uncapped-worst, spoken, -1)
	switch r.holder {
	case holderOwn:
		a.Reasons = append(a.Reasons, doorward.Reason{Code: ReasonHeldOwn, Points: -r.held, Text: "Held low: this device is known, and the link does not go round"})
	case holderFirst:
		a.Reasons = append(a.Reasons, doorward.Reason{Code: ReasonHeldFirst, Points: -r.held, Text: "Held at 59: the first use of a link has nothing to be compared with"})
	case holderGroup:
		a.Reasons = append(a.Reasons, doorward.Reason{Code: ReasonCapped, Points: -r.held, Text: "Held at 59, because only one kind of evidence speaks against it"})
	case holderNone:
	}
	return a
}

// ifKnown is the score if the device were one of the guest's circle: without what speaks against device and network, and
// without what a link that goes round says of unknown ones.
func (r *Result) ifKnown() int {
	sum := r.Sum
	if r.condemned {
		sum -= r.Families[FamilyState]
	}
	for _, f := range [...]Family{FamilyDevice, FamilyNetwork, FamilyGeo, FamilyInfra, FamilyFanOut} {
		sum -= max(r.Families[f], 0)
	}
	return min(scoreOf(sum), r.Score)
}

// share hands points to the families of one sign, in proportion to what each found, by largest remainder, so that they
// add up. A score that nothing speaks for, of an honest visit, is left without a reason.
func (r *Result) share(reasons []doorward.Reason, points int, total, sign float64) []doorward.Reason {
	if points == 0 || total == 0 {
		if points != 0 {
			reasons = append(reasons, doorward.Reason{Code: ReasonBase, Points: points, Text: "What every visit starts with"})
		}
		return reasons
	}
	var given [Families]int
	var rest [Families]float64
	left := points
	for f, found := range r.Families {
		if found*sign <= 0 {
			rest[f] = -1
			continue
		}
		exact := float64(points) * found / total
		given[f] = int(exact)
		rest[f] = (exact - float64(given[f])) * sign
		left -= given[f]
	}
	for ; left != 0; left -= int(sign) {
		most := 0
		for f := range rest {
			if rest[f] > rest[most] {
				most = f
			}
		}
		given[most] += int(sign)
		rest[most] = -1
	}
	for f, n := range given {
		if n != 0 {
			code, text := r.word(Family(f))
			reasons = append(reasons, doorward.Reason{Code: code, Points: n, Text: text})
		}
	}
	return reasons
}
