package baseline

import (
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

// classify says what kind of client made an access, from what the client claims of itself.
//
// A preview, a scanner and a prefetch only ever fetch the page. Whoever runs the page's beacon or
// answers under the name of one is a script that borrowed it, and so automation; the exception is a
// mail scanner, some of which do run the page but none of which answers. At the door the agent is the
// door's own, so a scan is always a person's.
//
// A browser is never taken for a bot for what it leaves out: privacy browsers, in-app browsers and old
// ones omit headers, and a page on plain http gets few of them in the first place.
func classify(s doorward.Signals) doorward.Class {
	if s.Kind == doorward.AccessScan {
		return doorward.ClassHuman
	}
	if s.WebDriver || strings.Contains(s.Headers["sec-ch-ua"], "HeadlessChrome") {
		return doorward.ClassAutomation
	}
	switch claimed := agentClass(s.UserAgent); claimed {
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
	if s.Kind == doorward.AccessFetch && isPrefetch(s.Headers) {
		return doorward.ClassPrefetch
	}
	if isLibrary(&s) {
		return doorward.ClassAutomation
	}
	return doorward.ClassHuman
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
