package fraud

import (
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

// What is missing or does not fit together, in log-odds. A browser without JavaScript or with a taste for privacy
// leaves out a lot, so only what no browser can say counts for much.
const (
	missingContradiction = 1.3
	missingAgent         = 0.6
	missingLanguage      = 0.5
	missingMost          = 0.8
)

// missing judges what the client leaves out.
func missing(s *doorward.Signals, d *device) float64 {
	if contradicts(s, d) {
		return missingContradiction
	}
	found := 0.0
	if s.UserAgent == "" {
		found += missingAgent
	}
	if s.AcceptLanguage == "" {
		found += missingLanguage
	}
	return min(found, missingMost)
}

// tabletSide is the shortest side, in CSS pixels, that no iPhone's screen reaches.
const tabletSide = 600

// contradicts reports whether the client names two devices at once.
func contradicts(s *doorward.Signals, d *device) bool {
	ua := s.UserAgent
	if hint := s.Headers["sec-ch-ua-platform"]; hint != "" {
		hinted, claimed := hintedPlatform(hint), platformOf(d.system)
		if hinted != platformUnknown && claimed != platformUnknown && hinted != claimed {
			return true
		}
	}
	if s.Headers["sec-ch-ua-mobile"] == "?0" && strings.Contains(ua, " Mobile") {
		return true
	}
	return d.short > tabletSide && strings.Contains(ua, "iPhone")
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
