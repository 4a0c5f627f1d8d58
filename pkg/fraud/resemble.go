package fraud

// How likely one device is to tell the same again, attribute by attribute. A visit months later tells the same as one
// a minute later, but for the browser's version.
const (
	sameSystem      = 0.997 // a tablet may pass for a desktop
	sameScreenPhone = 0.985 // built in
	sameScreenDesk  = 0.93  // a laptop meets other screens
	sameLanguage    = 0.99
	sameTimezone    = 0.985 // at home
	abroadTimezone  = 0.3   // of who travels: phones follow the clock of the place
	sameBrowser     = 0.75
	hopBrowser      = 0.20 // from a chat's browser to the phone's own, or back
	sameVersion     = 0.9  // not older than before

	// olderBy is how many major versions back count as going back; one is a second browser channel.
	olderBy = 2
)

// What the world has, where the event has not seen enough: how common a system, and a screen on its system, are.
const (
	worldScreen   = 0.04
	worldLanguage = 0.05
	worldZone     = 0.05
	worldASN      = 0.05
)

var worldSystem = [systemChromeOS + 1]float64{
	systemUnknown: .01, systemOther: .01, systemIOS: .40, systemAndroid: .25, systemWindows: .15, systemMac: .15, systemLinux: .02, systemChromeOS: .01,
}

// rarity is how common each thing that a device tells is at an event.
type rarity struct {
	system, screen, language, timezone float64

	settled float64 // how likely the time zone is that of before, if the device is
}

func (p *population) rarityOf(d *device) rarity {
	r := rarity{settled: sameTimezone, system: share(p.systems[d.system], p.total, worldSystem[d.system])}
	r.screen = share(p.screens[d.screenKey()], p.systems[d.system], worldScreen)
	r.language = share(p.tongues[d.language], p.total, worldLanguage)
	r.timezone = share(p.zones[d.timezone], p.total, worldZone)
	return r
}

// same is how much likelier one device is to tell a value again than any device is to tell it; changed how much
// likelier it is to tell another.
func same(rate, common float64) float64 { return rate / common }

func changed(rate, common float64) float64 { return (1 - rate) / max(1-common, 0.05) }

// resemblance is how much likelier the device is to be the one of the profile than any other of the event. What
// either does not tell counts as 1.
func (p *profile) resemblance(d *device, r *rarity) float64 {
	likely := 1.0
	if d.system != systemUnknown && p.system != systemUnknown {
		if d.system != p.system {
			return changed(sameSystem, r.system) * changed(sameScreenPhone, r.screen)
		}
		likely = same(sameSystem, r.system)
	}
	if d.long != 0 && p.long != 0 {
		rate := sameScreenDesk
		if d.system.isPhone() {
			rate = sameScreenPhone
		}
		if d.short == p.short && d.long == p.long {
			likely *= same(rate, r.screen)
		} else {
			likely *= changed(rate, r.screen)
		}
	}
	likely *= tell(d.language, p.language, sameLanguage, r.language, strangersSpeak)
	likely *= tell(d.timezone, p.timezone, r.settled, r.timezone, strangersLive)
	return likely * p.browserLikely(d)
}

// Links are passed on among people who speak and live alike: so often at least a stranger has the guest's language
// and time zone, however rare they are at the event.
const (
	strangersSpeak = 0.5
	strangersLive  = 0.7
)

func tell(a, b uint32, rate, common, least float64) float64 {
	switch {
	case a == 0 || b == 0:
		return 1
	case a == b:
		return same(rate, max(common, least))
	default:
		return changed(rate, common)
	}
}

// browserLikely is the same for the browser, of which a system has about two in common use.
func (p *profile) browserLikely(d *device) float64 {
	if d.browser == browserUnknown {
		return 1
	}
	if p.browsers&(1<<d.browser) != 0 {
		if d.browser == p.browser && d.major != 0 && d.major+olderBy <= p.major {
			return (1 - sameVersion) / 0.3
		}
		return sameBrowser / 0.5
	}
	if d.browser == browserInApp || p.browser == browserInApp {
		return hopBrowser / 0.25
	}
	return (1 - sameBrowser - hopBrowser) / 0.25
}

// liveAlike is how often the guest's circle lives in the guest's time zone.
const liveAlike = 0.88

// kin is how much likelier the guest's circle is to tell a language and time zone than anybody at the event: families
// share both.
func (g *guest) kin(d *device, r *rarity) float64 {
	const speakAlike = 0.75
	language, timezone := false, false
	for i := range g.profiles[:g.n] {
		if p := &g.profiles[i]; p.isTrusted() {
			language = language || p.language == d.language
			timezone = timezone || p.timezone == d.timezone
		}
	}
	likely := 1.0
	if d.language != 0 {
		likely *= alike(language, speakAlike, max(r.language, strangersSpeak))
	}
	if d.timezone != 0 {
		likely *= alike(timezone, min(r.settled, liveAlike), max(r.timezone, strangersLive))
	}
	return likely
}

func alike(same bool, rate, common float64) float64 {
	if same {
		return (rate + float64((1-rate)*common)) / common
	}
	return 1 - rate
}

// isSame reports whether a device without its cookie is taken for that of a profile: all that both tell agrees, but
// for the browser and the time zone, which are what changes.
func (p *profile) isSame(d *device) bool {
	return d.system == p.system && (d.long == 0 || p.long == 0 || d.short == p.short && d.long == p.long) &&
		(d.language == 0 || p.language == 0 || d.language == p.language)
}
