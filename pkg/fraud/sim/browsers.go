package sim

import (
	"strconv"
	"strings"
	"time"
)

// model is a kind of device with its browser. User agents are what these browsers send, with the
// versions in braces filled in by the day; shares are of fraud.md §2 (#5, whose desktops are moved to
// Profile.mobile) and of the given worlds.
type model struct {
	system  string // "iPhone", "Android", "Windows", "macOS", "Linux"
	share   float64
	agent   string
	inApp   []string // what apps on it send instead
	screens *[]weight
	hints   bool // sends client hints
}

func (m *model) isPhone() bool { return m.system == "iPhone" || m.system == "Android" }

const (
	iOS     = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	iOSFull = "Mozilla/5.0 (iPhone; CPU iPhone OS {ios} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
	webView = "Mozilla/5.0 (Linux; Android {release}; {build}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/{chrome}.0.7{patch}.60 Mobile Safari/537.36"
	windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
	macOS   = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
	linux   = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
)

var (
	iPhoneApps = []string{
		iOS + "Mobile/15E148",
		iOS + "Mobile/22H31 Instagram 4{patch}.0.0.28.79 (iPhone{apple}; iOS 18_7; {lang}; scale=3.00; {pixels}; 7{patch}{patch})",
		iOS + "Mobile/22H31 [FBAN/FBIOS;FBAV/5{patch}.0.0.45.107;FBBV/8{patch}{patch};FBDV/iPhone{apple};FBMD/iPhone;FBSN/iOS;FBSV/18.7;FBSS/3;FBCR/;FBID/phone;FBLC/{lang};FBOP/80]",
	}
	androidApps = []string{
		webView, webView + " MetaIAB Facebook",
		webView + " [FB_IAB/FB4A;FBAV/5{patch}.0.0.49.74;]",
		webView + " Instagram 4{patch}.0.0.47.82 Android",
	}
)

// models are the devices that people have.
var models = []model{
	{"iPhone", 70, iOS + "Version/{safari} Mobile/15E148 Safari/604.1", iPhoneApps, &iPhoneScreens, false},
	{"iPhone", 14, iOSFull + "CriOS/{chrome}.0.7{patch}.55 Mobile/15E148 Safari/604.1", iPhoneApps, &iPhoneScreens, false},
	{"iPhone", 13, iOS + "GSA/{gsa}.4.9{patch}{patch} Mobile/15E148 Safari/604.1", iPhoneApps, &iPhoneScreens, false},
	{"iPhone", 3, iOS + "FxiOS/{firefox}.0 Mobile/15E148 Safari/605.1.15", iPhoneApps, &iPhoneScreens, false},
	{"Android", 86, android + "Chrome/{chrome}.0.0.0 Mobile Safari/537.36", androidApps, &androidScreens, true},
	{"Android", 11, android + "SamsungBrowser/{samsung}.0 Chrome/{samsungchrome}.0.0.0 Mobile Safari/537.36", androidApps, &androidScreens, true},
	{"Android", 3, "Mozilla/5.0 (Android {release}; Mobile; rv:{firefox}.0) Gecko/{firefox}.0 Firefox/{firefox}.0", androidApps, &androidScreens, false},
	{"Windows", 42, windows + "Chrome/{chrome}.0.0.0 Safari/537.36", nil, &deskScreens, true},
	{"Windows", 15, windows + "Chrome/{chrome}.0.0.0 Safari/537.36 Edg/{chrome}.0.0.0", nil, &deskScreens, true},
	{"Windows", 6, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{firefox}.0) Gecko/20100101 Firefox/{firefox}.0", nil, &deskScreens, false},
	{"macOS", 22, macOS + "537.36 (KHTML, like Gecko) Chrome/{chrome}.0.0.0 Safari/537.36", nil, &macScreens, true},
	{"macOS", 11, macOS + "605.1.15 (KHTML, like Gecko) Version/{safari} Safari/605.1.15", nil, &macScreens, false},
	{"Linux", 4, linux + "Chrome/{chrome}.0.0.0 Safari/537.36", nil, &deskScreens, true},
}

// Screens in CSS pixels, with the device pixels to each; iPhones as their makers list them.
var (
	iPhoneScreens = []weight{
		{"402x874@3", 20}, {"393x852@3", 20}, {"390x844@3", 18}, {"440x956@3", 12}, {"430x932@3", 9}, {"414x896@2", 7},
		{"414x896@3", 5}, {"375x812@3", 5}, {"428x926@3", 3}, {"375x667@2", 1},
	}
	androidScreens = []weight{
		{"384x832@2.8125", 22}, {"360x780@3", 18}, {"412x915@2.625", 14}, {"412x892@2.625", 10}, {"360x800@2", 9},
		{"393x873@2.75", 8}, {"412x919@3.5", 5}, {"448x998@3", 4}, {"411x914@2.625", 4}, {"360x804@3", 3}, {"432x960@2.5", 3},
	}
	deskScreens = []weight{
		{"1920x1080@1", 36}, {"1536x864@1.25", 20}, {"1280x720@1.5", 9}, {"2560x1440@1", 10}, {"1366x768@1", 9},
		{"1440x900@1", 5}, {"1707x1067@1.5", 4}, {"3440x1440@1", 3}, {"1280x800@1", 4},
	}
	macScreens = []weight{
		{"1440x900@2", 32}, {"1470x956@2", 24}, {"1512x982@2", 16}, {"1710x1107@2", 10}, {"1728x1117@2", 9}, {"2560x1440@2", 9},
	}
)

// modelsOf returns the indices of the models of some systems, with their shares.
func modelsOf(systems ...string) (at []int, shares []float64) {
	for i := range models {
		for _, s := range systems {
			if models[i].system == s {
				at, shares = append(at, i), append(shares, models[i].share)
			}
		}
	}
	return at, shares
}

// cookie is what a browser keeps of an event's page, from when it was given.
type cookie struct {
	value string
	given time.Time
}

// at is what the browser presents at a time.
func (c *cookie) at(t time.Time) string {
	if t.Before(c.given) {
		return ""
	}
	return c.value
}

// device is one phone or computer with the cookies of its own browser and of the app's on it.
type device struct {
	model       *model
	screen      string
	language    string
	app         string // template of the agent inside the app that its owner uses
	lag         float64
	patch       int  // of app builds
	noCookies   bool // browses privately
	own, inside cookie
	english     bool // has English as a second language
}

// newDevice draws a device; language is its owner's.
func (c chance) newDevice(p *Profile, phone bool, language string) *device {
	systems := []string{"Windows", "macOS", "Linux"}
	if phone {
		systems = []string{"Android"}
		if c.is(p.apple) {
			systems = []string{"iPhone"}
		}
	}
	at, shares := modelsOf(systems...)
	m := &models[at[c.index(shares)]]
	d := &device{
		model: m, screen: c.one(*m.screens), language: language, patch: 10 + c.IntN(89), noCookies: c.is(privately), english: c.is(.4),
	}
	d.lag = 9 * c.ExpFloat64()
	if c.is(.12) {
		d.lag += 30 + 60*c.Float64() // who does not update for months
	}
	if len(m.inApp) > 0 {
		d.app = pick(c, m.inApp)
	}
	return d
}

// twin returns another device of the same model and screen, as set up by somebody else of the same place.
func (c chance) twin(d *device) *device {
	t := *d
	t.own, t.inside, t.patch, t.noCookies = cookie{}, cookie{}, 10+c.IntN(89), c.is(privately)
	return &t
}

// versionsFrom is when Chrome 153 came; the next ones every four weeks. The other browsers follow from
// it, §5.3: updates are monthly, and reach devices after their lag.
var versionsFrom = time.Date(2026, time.September, 2, 0, 0, 0, 0, time.UTC)

// safaris are versions with the day of their release, from versionsFrom.
var safaris = []struct {
	day     float64
	version string
	system  string
}{
	{-200, "26.2", "26_2"}, {-120, "26.4", "26_4"}, {-70, "26.5.2", "26_5_2"}, {-40, "26.6", "26_6"}, {-15, "26.6.1", "26_6_1"},
	{14, "26.6.2", "26_6_2"}, {24, "27.0", "27_0"}, {45, "27.0.1", "27_0_1"}, {75, "27.1", "27_1"}, {130, "27.2", "27_2"},
}

// agent is the user agent at a time, of the device's own browser or of the app's.
func (d *device) agent(at time.Time, inApp bool) string {
	day := at.Sub(versionsFrom).Hours()/24 - d.lag
	month := int(day/28+100) - 100
	safari := safaris[0]
	for _, s := range safaris {
		if s.day <= day {
			safari = s
		}
	}
	template := d.model.agent
	if inApp {
		template = d.app
	}
	fields := []string{
		"{chrome}", strconv.Itoa(153 + month), "{firefox}", strconv.Itoa(155 + month), "{gsa}", strconv.Itoa(438 + month),
		"{samsung}", strconv.Itoa(30 + month/2), "{samsungchrome}", strconv.Itoa(142 + month/2),
		"{safari}", safari.version, "{ios}", safari.system, "{patch}", strconv.Itoa(d.patch),
		"{lang}", strings.ReplaceAll(d.language, "-", "_"), "{apple}", strconv.Itoa(13+d.patch%5) + "," + strconv.Itoa(1+d.patch%4),
		"{pixels}", strings.Split(d.screen, "@")[0], "{release}", strconv.Itoa(13 + d.patch%4),
		"{build}", "SM-S9" + strconv.Itoa(d.patch) + "B Build/AP3A." + strconv.Itoa(2400+d.patch),
	}
	return strings.NewReplacer(fields...).Replace(template)
}

// acceptLanguage is the header that the device's browser makes of its language.
func (d *device) acceptLanguage() string {
	base, _, _ := strings.Cut(d.language, "-")
	switch {
	case strings.Contains(d.model.agent, "irefox") || strings.Contains(d.model.agent, "FxiOS"):
		if base == "en" {
			return d.language + ",en;q=0.5"
		}
		return base + ",en-US;q=0.7,en;q=0.3"
	case d.model.hints && d.english && base != "en":
		return d.language + "," + base + ";q=0.9,en-US;q=0.8,en;q=0.7"
	default:
		return d.language + "," + base + ";q=0.9"
	}
}

// headers are those of a request in a mode, "navigate" or "cors".
func (d *device) headers(mode string) map[string]string {
	h := map[string]string{"sec-fetch-mode": mode}
	if d.model.hints {
		h["sec-ch-ua-mobile"] = "?0"
		if d.model.isPhone() {
			h["sec-ch-ua-mobile"] = "?1"
		}
		h["sec-ch-ua-platform"] = strconv.Quote(d.model.system)
	}
	return h
}

// onScreen is the screen as the page sees it, sideways when the phone is turned.
func (d *device) onScreen(isTurned bool) string {
	if !isTurned || !d.model.isPhone() {
		return d.screen
	}
	size, ratio, _ := strings.Cut(d.screen, "@")
	w, h, _ := strings.Cut(size, "x")
	return h + "x" + w + "@" + ratio
}
