package fraud

import (
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

// Classify says what kind of client made an access, from what the client claims of itself and whose network it is on.
//
// A preview, a scanner and a prefetch only ever fetch the page. Whoever runs the page's beacon or
// answers under the name of one is a script that borrowed it, and so automation; the exception is a
// mail scanner, some of which do run the page but none of which answers. At the door the agent is the
// door's own, so a scan is always a person's.
//
// A browser is never taken for a bot for what it leaves out: privacy browsers, in-app browsers and old
// ones omit headers, and a page on plain http gets few of them in the first place.
func Classify(a *Access) doorward.Class { return classify(a, agentClass(a.Signals.UserAgent)) }

func (e *Event) classify(a *Access) doorward.Class {
	if c, ok := e.agents[a.Signals.UserAgent]; ok {
		return classify(a, c.class)
	}
	return Classify(a)
}

func classify(a *Access, claimed doorward.Class) doorward.Class {
	s := &a.Signals
	if s.Kind == doorward.AccessScan {
		return doorward.ClassHuman
	}
	if s.WebDriver || strings.Contains(s.Headers["sec-ch-ua"], "HeadlessChrome") {
		return doorward.ClassAutomation
	}
	switch claimed {
	case doorward.ClassPreview:
		if s.Kind != doorward.AccessFetch {
			return doorward.ClassAutomation
		}
		return claimed
	case doorward.ClassScanner:
		if s.Kind == doorward.AccessRSVP {
			return doorward.ClassAutomation
		}
		return claimed
	case doorward.ClassAutomation:
		return claimed
	}
	switch {
	case s.Kind == doorward.AccessFetch && isPrefetch(s.Headers):
		return doorward.ClassPrefetch
	case isScanner(a):
		return doorward.ClassScanner
	case isLibrary(s):
		return doorward.ClassAutomation
	}
	return doorward.ClassHuman
}

// isScanner tells the mail scanners that pass for a browser. They fetch under the name of a desktop, without a cookie,
// from the networks of the services they work for; or from a data centre, and then as a Chrome that leaves out the
// headers which Chrome sends with every page. People come from such networks too, through a company's VPN; one who is
// taken for a scanner when the page loads is a person again with the page's beacon.
func isScanner(a *Access) bool {
	s := &a.Signals
	if s.Kind != doorward.AccessFetch || s.DeviceToken != "" || !strings.Contains(s.UserAgent, "Windows NT") {
		return false
	}
	switch a.Place.Network {
	case doorward.NetworkScanner:
		return true
	case doorward.NetworkHosting, doorward.NetworkVPN:
		return s.Headers["sec-fetch-mode"] == "" && strings.Contains(s.UserAgent, " Chrome/")
	default:
		return false
	}
}

// isPrefetch reads the headers by which browsers, today's and yesterday's, mark a page that nobody has
// asked for yet. Only a fetch may carry them: on anything else they are a claim that would buy an
// attacker silence.
func isPrefetch(headers map[string]string) bool {
	return strings.HasPrefix(headers["sec-purpose"], "prefetch") ||
		headers["purpose"] == "prefetch" || headers["purpose"] == "preview" || // Safari's top sites
		headers["x-purpose"] == "preview" ||
		headers["x-moz"] == "prefetch"
}

// isLibrary tells an HTTP library by three things together: it names itself, but not in the form that
// every browser keeps for the sake of old servers, and it sends neither header that browsers send.
func isLibrary(s *doorward.Signals) bool {
	if s.UserAgent == "" || strings.HasPrefix(s.UserAgent, "Mozilla/") || strings.HasPrefix(s.UserAgent, "Opera/") {
		return false
	}
	return s.AcceptLanguage == "" && s.Headers["sec-fetch-mode"] == ""
}
