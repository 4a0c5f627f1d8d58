package baseline

import (
	"net/netip"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// finding is what one heuristic has to say of an access.
type finding struct {
	code  string // of its reason; "" when silent
	text  string
	score int // 0–100
}

// strong is the sub-score from which a heuristic counts as a second voice, see score.
const strong = 70

// fingerprint compares the device with the one of the baseline that it resembles most.
func (p *past) fingerprint() finding {
	if p.known == 0 || p.matched || p.atDoor() {
		return finding{}
	}
	switch {
	case p.nearest == 0:
		return finding{}
	case p.nearest < otherDevice:
		return finding{reasonDeviceChanged, textDeviceChanged, p.nearest}
	default:
		return finding{reasonNewDevice, textNewDevice, p.nearest}
	}
}

// What a change of network is worth when it is the known device that moved: carriers give a phone a new
// address for every walk around the block, and relays for every visit.
const (
	networkRoaming  = 30
	networkChurning = 20 // when it has been seen on many networks before
	churnFrom       = 3  // networks in the baseline
)

// network compares the address with the nearest of the baseline.
func (p *past) network() finding {
	if p.known == 0 || p.atDoor() {
		return finding{}
	}
	nearest := p.nearestNetwork()
	switch {
	case nearest == 0:
		return finding{}
	case nearest < networkFamily:
		return finding{reasonNearNetwork, textNearNetwork, nearest}
	}
	if p.matched || p.nearest < otherDevice {
		nearest = networkRoaming
		if p.isChurning() {
			nearest = networkChurning
		}
	}
	return finding{reasonNewNetwork, textNewNetwork, nearest}
}

func (p *past) nearestNetwork() int {
	nearest := networkOther
	for i := range p.n {
		if e := &p.entries[i]; e.baseline {
			nearest = min(nearest, networkDistance(p.now.IP, e.access.Signals.IP))
		}
	}
	return nearest
}

// isChurning reports whether the baseline was on churnFrom networks or more.
func (p *past) isChurning() bool {
	var networks [churnFrom]netip.Addr // one address of each
	n := 0
	for i := 0; i < p.n && n < churnFrom; i++ {
		e := &p.entries[i]
		if e.baseline && !isNearAny(networks[:n], e.access.Signals.IP) {
			networks[n] = e.access.Signals.IP
			n++
		}
	}
	return n == churnFrom
}

// isNearAny reports whether an address is on the network of one of others.
func isNearAny(others []netip.Addr, ip netip.Addr) bool {
	for _, other := range others {
		if networkDistance(other, ip) <= networkSite {
			return true
		}
	}
	return false
}

// What is missing or does not fit together.
const (
	missingAutomation    = 95
	missingContradiction = 75
	missingAgent         = 25
	missingLanguage      = 15
)

// missing judges what the client leaves out. Only what no browser can say counts for much: a browser
// without JavaScript or with a taste for privacy leaves out a lot.
func (p *past) missing(class doorward.Class) finding {
	if p.atDoor() {
		return finding{}
	}
	if class == doorward.ClassAutomation {
		return finding{reasonAutomation, textAutomation, missingAutomation}
	}
	if p.contradicts() {
		return finding{reasonContradiction, textContradiction, missingContradiction}
	}
	score := 0
	if p.now.UserAgent == "" {
		score += missingAgent
	}
	if p.now.AcceptLanguage == "" {
		score += missingLanguage
	}
	if score == 0 {
		return finding{}
	}
	return finding{reasonMissingHeaders, textMissingHeaders, score}
}

// tabletSide is the shortest side, in CSS pixels, that no iPhone's screen reaches.
const tabletSide = 600

// contradicts reports whether the client names two devices at once.
func (p *past) contradicts() bool {
	ua := p.now.UserAgent
	if hint := p.now.Headers["sec-ch-ua-platform"]; hint != "" {
		hinted, claimed := hintedPlatform(hint), platformOf(p.device.system)
		if hinted != platformUnknown && claimed != platformUnknown && hinted != claimed {
			return true
		}
	}
	if p.now.Headers["sec-ch-ua-mobile"] == "?0" && strings.Contains(ua, " Mobile") {
		return true
	}
	return p.device.short > tabletSide && strings.Contains(ua, "iPhone")
}

// platform is a group of systems that are told apart on no client's word: tablets pass for desktops of
// the same maker when their owner wants the full page.
type platform uint8

const (
	platformUnknown platform = iota
	platformApple
	platformWindows
	platformLinux // Android and ChromeOS too
)

func platformOf(s system) platform {
	switch s {
	case systemIOS, systemMac:
		return platformApple
	case systemWindows:
		return platformWindows
	case systemLinux, systemAndroid, systemChromeOS:
		return platformLinux
	default:
		return platformUnknown
	}
}

func hintedPlatform(hint string) platform {
	switch strings.Trim(hint, `"`) {
	case "iOS", "macOS":
		return platformApple
	case "Windows":
		return platformWindows
	case "Android", "Linux", "Chrome OS", "Chromium OS":
		return platformLinux
	default:
		return platformUnknown
	}
}

const (
	deviceWindow = 24 * time.Hour
	burstWindow  = 10 * time.Minute

	burstFree = 8  // uses within burstWindow that nobody minds: a reload, a changed answer
	burstStep = 10 // for each one beyond
	burstMax  = 80

	// ownShare divides repeated access for the known device: that a link goes round is not its
	// owner's doing.
	ownShare = 3
)

// devicesScore is the sub-score by the number of devices in halves: two devices are a phone and a
// laptop, and say nothing.
var devicesScore = [...]int{5: 13, 6: 26, 7: 40, 8: 54, 9: 64, 10: 74, 11: 80, 12: 86, 13: 91, 14: 95, 15: 98, 16: 100}

// repeated judges how many devices used the link within a day, and how often it was used within minutes.
func (p *past) repeated() finding {
	halves, devices := p.devicesToday()
	f := finding{reasonManyDevices, manyDevicesTexts[devices], devicesScore[min(halves, len(devicesScore)-1)]}
	if uses := p.usesNow(); !p.atDoor() {
		if score := min((uses-burstFree)*burstStep, burstMax); score > f.score {
			f = finding{reasonBurst, burstTexts[uses], score}
		}
	}
	if p.matched {
		f.score /= ownShare
	}
	if f.score == 0 {
		return finding{}
	}
	return f
}

// devicesToday counts the devices within deviceWindow, the one at hand included. In halves, a device
// on the network of another one counts one, and any other two: a household shares its link at home, and
// strangers are each somewhere else. The known device is not counted again.
func (p *past) devicesToday() (halves, devices int) {
	var networks [historyLimit + 1]netip.Addr // of each device counted, where it was first
	var counted [historyLimit]bool            // by group
	count := func(ip netip.Addr) {
		halves += 2
		if isNearAny(networks[:devices], ip) {
			halves--
		}
		networks[devices] = ip
		devices++
	}
	for i := range p.n {
		if e := &p.entries[i]; !counted[e.group] && p.within(e, deviceWindow) {
			counted[e.group] = true
			count(e.access.Signals.IP)
		}
	}
	if p.matched || p.atDoor() {
		return halves, devices
	}
	if same := p.sameDevice(&p.now, &p.device); same == nil || !counted[same.group] {
		count(p.now.IP)
	}
	return halves, devices
}

// usesNow counts the uses within burstWindow, the one at hand included.
func (p *past) usesNow() int {
	uses := 1
	for i := range p.n {
		if p.within(&p.entries[i], burstWindow) {
			uses++
		}
	}
	return uses
}

// atDoor reports whether the address and the agent are the door's and say nothing of the guest.
func (p *past) atDoor() bool { return p.now.Kind == doorward.AccessScan }
