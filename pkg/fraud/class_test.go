package fraud_test

import (
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
)

// previews are agents as the services' own documents and server logs give them.
var previews = []string{
	"WhatsApp/2.23.20.0 A",
	"WhatsApp/2.2634.9 W",
	"WhatsApp/26.32.74 i",
	"WhatsApp/2", // Signal
	"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
	"facebookexternalhit/1.1",
	"Facebot",
	"Twitterbot/1.0",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
	"TelegramBot (like TwitterBot)",
	"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
	"Slack-ImgProxy (+https://api.slack.com/robots)",
	"Slackbot 1.0 (+https://api.slack.com/robots)",
	"Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
	"LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
	"Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
	"Viber",
	"Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots",
	"SnapURLPreview/1.0",
	"Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)",
	"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b",
	"Mozilla/5.0 (compatible; Yahoo Link Preview; https://help.yahoo.com/kb/mail/yahoo-link-preview-SLN23615.html)",
	"YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
	"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
	"Iframely/1.3.1 (+https://iframely.com/docs/about)",
	"Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)",
	"Mastodon/4.2.1 (http.rb/5.1.1; +https://mastodon.social/)",
	"http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.social/)",
	"Mozilla/5.0 (compatible; Linespider/1.1; +https://lin.ee/4dwXkTH)",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
	"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Safari/537.36 Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/)",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; Google Web Preview) Chrome/27.0.1453 Safari/537.36",
	"Pinterest/0.2 (+https://www.pinterest.com/bot.html)",
	"Synapse (bot; +https://github.com/matrix-org/synapse)", // not in the table: by its contact address
	"Mozilla/5.0 (compatible; SomeNewBot/1.0)",              // not in the table: by its place
}

var scanners = []string{
	"CiscoSecureEmail/1.0",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Safari/537.36 BarracudaCentral",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) TMES/2.0",
	"Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
	"Mozilla/5.0 (Proofpoint URL Defense)",
	"Mimecast URL Protect",
}

var scripts = []string{
	"curl/8.5.0", "Wget/1.21.4", "python-requests/2.32.3", "python-httpx/0.27.0", "Python/3.12 aiohttp/3.9.5", "Go-http-client/2.0",
	"okhttp/4.12.0", "Java/21.0.1", "axios/1.7.2", "Apache-HttpClient/4.5.14 (Java/21)",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
	"Faraday v2.9.0", "undici", // not in the table: a name of its own, and no header of a browser
}

// browsers are what guests hold, and what has fooled lists of bots: phones and apps called like one,
// apps that name themselves as their previewers do, browsers that say little.
var browsers = []string{
	iPhoneSafari, iPhoneNext, iPhoneInstagram, pixelChrome, galaxySamsung, macChrome, macSafari, windowsEdge, windowsFirefox, linuxFirefox,
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/510.0.0.45.100;FBBV/737000000;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/18.5;FBSS/3;FBID/phone;FBLC/de_DE;FBOP/5]",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 WhatsApp/25.10.72",
	"Mozilla/5.0 (Linux; Android 15; SM-S931B Build/AP3A.240905.015; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.7390.43 Mobile Safari/537.36 WhatsApp/2.25.20.79",
	"Mozilla/5.0 (Linux; Android 15; SM-S931B Build/AP3A.240905.015; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.7390.43 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/510.0.0.45.100;]",
	"Mozilla/5.0 (Linux; Android 15; Pixel 9 Build/AP3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36 MetaIAB Facebook",
	"Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 20 Build/UP1A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Snapchat/13.40.0.35 (like Safari/8620.2.4, panda)",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.31.2",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Twitter for iPhone/10.90",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/15.8.0",
	"Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36 Viber/24.5.0",
	"Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36 Telegram-Android/11.4.2 (Pixel 9; Android 15; SDK 35)",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/370.0.760000000 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/144.0 Mobile/15E148 Safari/605.1.15",
	"Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0",
	"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile DuckDuckGo/5 Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", // Tor Browser
	"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
	"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
	"Opera/9.80 (Android; Opera Mini/36.2/191.0; U; de) Presto/2.12.423 Version/12.16",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) discord/0.0.70 Chrome/130.0.0.0 Electron/33.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack_SSB/4.40.0 Chrome/130.0.0.0 Safari/537.36",
	"", // a proxy that removes it
}

func TestClassify_agents(t *testing.T) {
	const human, preview = doorward.ClassHuman, doorward.ClassPreview
	const scanner, automation = doorward.ClassScanner, doorward.ClassAutomation
	for _, c := range []struct {
		name              string
		agents            []string
		fetch, open, rsvp doorward.Class
	}{
		{"previews", previews, preview, automation, automation},
		{"scanners", scanners, scanner, scanner, automation},
		{"scripts", scripts, automation, automation, automation},
		{"browsers", browsers, human, human, human},
	} {
		for _, agent := range c.agents {
			for kind, want := range map[doorward.AccessKind]doorward.Class{
				doorward.AccessFetch: c.fetch, doorward.AccessOpen: c.open, doorward.AccessRSVP: c.rsvp, doorward.AccessScan: human,
			} {
				// The barest of requests: browsers must pass even so.
				if got := fraud.Classify(&fraud.Access{Signals: doorward.Signals{Kind: kind, UserAgent: agent}}); got != want {
					t.Errorf("%s: %s by %q is %s, want %s", c.name, kind, agent, got, want)
				}
			}
		}
	}
}

func TestClassify_headersAndBeacon(t *testing.T) {
	for _, c := range []struct {
		name    string
		signals doorward.Signals
		want    doorward.Class
	}{
		{"prefetch", doorward.Signals{Kind: doorward.AccessFetch, Headers: map[string]string{"sec-purpose": "prefetch"}}, doorward.ClassPrefetch},
		{"prerender", doorward.Signals{Kind: doorward.AccessFetch, Headers: map[string]string{"sec-purpose": "prefetch;prerender"}}, doorward.ClassPrefetch},
		{"old Chrome's", doorward.Signals{Kind: doorward.AccessFetch, Headers: map[string]string{"purpose": "prefetch"}}, doorward.ClassPrefetch},
		{"Safari's", doorward.Signals{Kind: doorward.AccessFetch, Headers: map[string]string{"purpose": "preview"}}, doorward.ClassPrefetch},
		{"old Safari's", doorward.Signals{Kind: doorward.AccessFetch, Headers: map[string]string{"x-purpose": "preview"}}, doorward.ClassPrefetch},
		{"Firefox's", doorward.Signals{Kind: doorward.AccessFetch, Headers: map[string]string{"x-moz": "prefetch"}}, doorward.ClassPrefetch},
		{"another purpose", doorward.Signals{Kind: doorward.AccessFetch, Headers: map[string]string{"sec-purpose": "other"}}, doorward.ClassHuman},
		{"an answer cannot be a prefetch", doorward.Signals{Kind: doorward.AccessRSVP, Headers: map[string]string{"sec-purpose": "prefetch"}}, doorward.ClassHuman},
		{"a beacon cannot be a prefetch", doorward.Signals{Kind: doorward.AccessOpen, Headers: map[string]string{"purpose": "prefetch"}}, doorward.ClassHuman},
		{"webdriver", doorward.Signals{Kind: doorward.AccessOpen, UserAgent: macChrome, WebDriver: true}, doorward.ClassAutomation},
		{"headless by its hint", doorward.Signals{
			Kind: doorward.AccessOpen, UserAgent: macChrome,
			Headers: map[string]string{"sec-ch-ua": `"HeadlessChrome";v="141", "Not?A_Brand";v="8"`},
		}, doorward.ClassAutomation},
		{"an app's own agent with a language", doorward.Signals{Kind: doorward.AccessOpen, UserAgent: "PartyApp/3.1", AcceptLanguage: "de"}, doorward.ClassHuman},
		{"nothing known", doorward.Signals{}, doorward.ClassHuman},
		{"a page on plain http gets few headers", doorward.Signals{Kind: doorward.AccessOpen, UserAgent: macChrome, AcceptLanguage: "de"}, doorward.ClassHuman},
		{"the door's agent does not matter", doorward.Signals{Kind: doorward.AccessScan, UserAgent: "curl/8.5.0", WebDriver: true}, doorward.ClassHuman},
	} {
		if got := fraud.Classify(&fraud.Access{Signals: c.signals}); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestClassify_allocatesNothing(t *testing.T) {
	for _, agent := range []string{iPhoneInstagram, previews[8], "curl/8.5.0"} {
		s := &fraud.Access{Signals: doorward.Signals{Kind: doorward.AccessFetch, UserAgent: agent, Headers: map[string]string{"sec-fetch-mode": "navigate"}}}
		if n := testing.AllocsPerRun(100, func() { fraud.Classify(s) }); n != 0 {
			t.Errorf("%v allocations for %q", n, agent)
		}
	}
}

func BenchmarkClassify(b *testing.B) {
	s := &fraud.Access{Signals: doorward.Signals{Kind: doorward.AccessOpen, UserAgent: iPhoneInstagram, AcceptLanguage: "de"}}
	b.ReportAllocs()
	for b.Loop() {
		fraud.Classify(s)
	}
}

// Mail scanners pass for a desktop's browser; their network, or what they leave out, gives them away. Only a fetch
// can be theirs: a person on the same network is a person again with the page's beacon.
func TestClassify_scannersInDisguise(t *testing.T) {
	chrome := map[string]string{"sec-fetch-mode": "navigate"}
	for _, c := range []struct {
		name    string
		kind    doorward.AccessKind
		network doorward.NetworkKind
		agent   string
		headers map[string]string
		cookie  string
		want    doorward.Class
	}{
		{"a scanner's network", doorward.AccessFetch, doorward.NetworkScanner, windowsEdge, chrome, "", doorward.ClassScanner},
		{"with a cookie it is somebody at work", doorward.AccessFetch, doorward.NetworkScanner, windowsEdge, chrome, "c", doorward.ClassHuman},
		{"a phone on a company's VPN", doorward.AccessFetch, doorward.NetworkScanner, iPhoneSafari, chrome, "", doorward.ClassHuman},
		{"the beacon is a person's", doorward.AccessOpen, doorward.NetworkScanner, windowsEdge, chrome, "", doorward.ClassHuman},
		{"a data centre's Chrome without Chrome's headers", doorward.AccessFetch, doorward.NetworkHosting, windowsEdge, nil, "", doorward.ClassScanner},
		{"a VPN's Chrome with them", doorward.AccessFetch, doorward.NetworkVPN, windowsEdge, chrome, "", doorward.ClassHuman},
		{"at home, on plain http", doorward.AccessFetch, doorward.NetworkUnknown, windowsEdge, nil, "", doorward.ClassHuman},
	} {
		a := &fraud.Access{
			Signals: doorward.Signals{Kind: c.kind, UserAgent: c.agent, Headers: c.headers, DeviceToken: c.cookie},
			Place:   doorward.Place{Network: c.network},
		}
		if got := fraud.Classify(a); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
