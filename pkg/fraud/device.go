package fraud

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

// client is a user agent, read once.
type client struct {
	agent
	class doorward.Class // that it claims for itself
}

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

// device is what one access tells of its device. Whatever is zero is unknown.
type device struct {
	agent
	short, long uint16 // the screen's sides in CSS pixels, sorted so that a turned phone is the same phone
	timezone    uint32 // hash of the name
	language    uint32 // hash of the first tag
}

func deviceOf(s *doorward.Signals, a agent) device {
	d := device{agent: a}
	if s.Timezone != "" {
		d.timezone = uint32(hash(s.Timezone)) | 1
	}
	tag := s.AcceptLanguage
	if tag == "" && len(s.Languages) > 0 {
		tag = s.Languages[0]
	}
	d.language = languageOf(tag)
	if x := strings.IndexByte(s.Screen, 'x'); x >= 0 {
		d.short, d.long = leadingNumber(s.Screen), leadingNumber(s.Screen[x+1:])
		if d.short > d.long {
			d.short, d.long = d.long, d.short
		}
	}
	return d
}

// languageOf is a hash of the first tag of a list of languages, primary tag and region: "de-AT". Case tells nothing.
func languageOf(list string) uint32 {
	h := uint32(2166136261)
	n := 0
	for ; n < len(list); n++ {
		c := lower(list[n])
		if !isWordByte(c) && c != '-' {
			break
		}
		h = (h ^ uint32(c)) * 16777619
	}
	if n == 0 {
		return 0
	}
	return h | 1
}

// screenKey stands for the system and screen, by which devices are counted.
func (d *device) screenKey() uint64 {
	return uint64(d.system)<<32 | uint64(d.short)<<16 | uint64(d.long)
}

// look stands for all that the device tells, the browser's version too.
func (d *device) look(ua string) uint64 {
	h := mix(hash(ua), d.screenKey())
	return mix(h, uint64(d.timezone)<<32|uint64(d.language))
}
