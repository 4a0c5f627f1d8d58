package httpapi

import "strings"

// deviceName names a browser and its system for a host, like "Chrome · Android". It is for reading alone: the engine
// has its own view of user agents.
func deviceName(userAgent string) string {
	browser, system := firstMatch(userAgent, browsers), firstMatch(userAgent, systems)
	switch {
	case browser == "" && system == "":
		return "Unknown device"
	case browser == "" || system == "":
		return browser + system
	default:
		return browser + " · " + system
	}
}

// The order matters: Edge says Chrome as well, Chrome says Safari, an iPhone says Mac OS X.
var (
	browsers = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)

func firstMatch(userAgent string, table [][2]string) string {
	for _, row := range table {
		if strings.Contains(userAgent, row[0]) {
			return row[1]
		}
	}
	return ""
}
