package baseline

import (
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

type system uint8

const (
	systemUnknown system = iota // no user agent
	systemOther                 // one that names no system of the list
	systemIOS
	systemAndroid
	systemWindows
	systemMac
	systemLinux
	systemChromeOS
)

func (o system) isPhone() bool { return o == systemIOS || o == systemAndroid }

type browser uint8

const (
	browserUnknown browser = iota
	browserOther
	browserInApp // a page shown inside an app
	browserChrome
	browserSafari
	browserFirefox
	browserEdge
	browserOpera
	browserSamsung
)

// agent is what a user agent tells that lasts: not the model, which browsers have stopped telling, nor
// the minor version.
type agent struct {
	system  system
	browser browser
	major   uint16 // 0: unknown
}

// Order matters in both tables: what imitates comes before what is imitated.
var (
	systemTokens = [...]struct {
		text   string
		system system
	}{
		{"iPhone", systemIOS}, {"iPad", systemIOS}, {"iPod", systemIOS}, {"Android", systemAndroid},
		{"Windows", systemWindows}, {"CrOS", systemChromeOS}, {"Macintosh", systemMac}, {"Linux", systemLinux},
	}
	browserTokens = [...]struct {
		text    string // the version follows
		browser browser
	}{
		{"Edg/", browserEdge}, {"EdgA/", browserEdge}, {"EdgiOS/", browserEdge}, {"OPR/", browserOpera},
		{"SamsungBrowser/", browserSamsung}, {"Firefox/", browserFirefox}, {"FxiOS/", browserFirefox},
		{"CriOS/", browserChrome}, {"Chrome/", browserChrome}, {"Version/", browserSafari},
	}
)

func parseAgent(ua string) agent {
	if ua == "" {
		return agent{}
	}
	if len(ua) > agentLimit {
		ua = ua[:agentLimit]
	}
	a := agent{system: systemOther, browser: browserOther}
	for _, t := range systemTokens {
		if strings.Contains(ua, t.text) {
			a.system = t.system
			break
		}
	}
	if isInApp(ua, a.system) {
		a.browser = browserInApp
		return a
	}
	for _, t := range browserTokens {
		if i := strings.Index(ua, t.text); i >= 0 {
			a.browser, a.major = t.browser, leadingNumber(ua[i+len(t.text):])
			break
		}
	}
	return a
}

// isInApp tells a page inside an app: Android marks its WebView, iOS leaves Safari out of its own, and
// Google's app says GSA.
func isInApp(ua string, on system) bool {
	switch on {
	case systemAndroid:
		return strings.Contains(ua, "; wv)") || strings.Contains(ua, " GSA/")
	case systemIOS:
		return !strings.Contains(ua, "Safari/") || strings.Contains(ua, " GSA/")
	default:
		return false
	}
}

// leadingNumber reads the digits at the start of s, and no more of them than a size or version has.
func leadingNumber(s string) uint16 {
	n := uint16(0)
	for i := 0; i < len(s) && i < 4 && '0' <= s[i] && s[i] <= '9'; i++ {
		n = n*10 + uint16(s[i]-'0')
	}
	return n
}

// device is what one access tells of its device. Whatever is zero or empty is unknown.
type device struct {
	agent
	short, long uint16 // the screen's sides in CSS pixels, sorted so that a turned phone is the same phone
	timezone    string
	language    string // primary tag, as written
}

func deviceOf(s *doorward.Signals, a agent) device {
	d := device{agent: a, timezone: s.Timezone, language: s.AcceptLanguage}
	if len(s.Languages) > 0 {
		d.language = s.Languages[0]
	}
	for i := range len(d.language) {
		if !isWordByte(lower(d.language[i])) {
			d.language = d.language[:i]
			break
		}
	}
	if x := strings.IndexByte(s.Screen, 'x'); x >= 0 {
		d.short, d.long = leadingNumber(s.Screen), leadingNumber(s.Screen[x+1:])
		if d.short > d.long {
			d.short, d.long = d.long, d.short
		}
	}
	return d
}

// complete adds what another access of the same device tells: an answer without the page's script tells
// neither screen nor time zone, and would then resemble every device.
func (d *device) complete(same *device) {
	if d.long == 0 {
		d.short, d.long = same.short, same.long
	}
	if d.timezone == "" {
		d.timezone = same.timezone
	}
}

// Distances between what two accesses tell of their devices, 0–100. Each is judged by how rarely one
// device shows the change to its owner (reference: the change rates of browser fingerprints over days,
// where languages change in 1 of 100, time zones in 5 and screens in 14, most of these at desks).
const (
	distanceSystem      = 80
	distanceScreenPhone = 70 // a phone's screen is built in
	distanceScreenDesk  = 35 // a laptop meets other screens
	distanceLanguage    = 30
	distanceBrowser     = 25
	distanceTimezone    = 15
	distanceOlder       = 15 // browsers go forward
	distanceInApp       = 10 // from a chat's browser to the phone's own
	distanceMax         = 100

	// otherDevice is the distance from which two accesses are of two devices. Below it is what happens
	// to one device: another browser, a laptop at another screen on a journey.
	otherDevice = 55

	// olderBy is how many major versions back count as going back; one is a second browser channel.
	olderBy = 2
)

// distance is how little d, the later one, looks like the device of an earlier access. What either of
// them does not tell adds nothing.
func (d *device) distance(earlier *device) int {
	n := d.agent.distance(earlier.agent)
	if d.long != 0 && earlier.long != 0 && (d.short != earlier.short || d.long != earlier.long) {
		if d.system.isPhone() {
			n += distanceScreenPhone
		} else {
			n += distanceScreenDesk
		}
	}
	if d.language != "" && earlier.language != "" && d.language != earlier.language && !strings.EqualFold(d.language, earlier.language) {
		n += distanceLanguage
	}
	if d.timezone != "" && earlier.timezone != "" && d.timezone != earlier.timezone {
		n += distanceTimezone
	}
	return min(n, distanceMax)
}

func (a agent) distance(earlier agent) int {
	switch {
	case a.system == systemUnknown || earlier.system == systemUnknown:
		return 0
	case a.system != earlier.system:
		return distanceSystem
	case a.browser != earlier.browser && (a.browser == browserInApp || earlier.browser == browserInApp):
		return distanceInApp
	case a.browser != earlier.browser:
		return distanceBrowser
	case a.major != 0 && a.major+olderBy <= earlier.major:
		return distanceOlder
	default:
		return 0
	}
}
