package baseline

import (
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
)

// agentLimit is how much of a user agent is looked at, in bytes. The longest of real browsers, those
// inside social networks' apps, stay below it.
const agentLimit = 512

// agentToken is a word by which a bot names itself.
type agentToken struct {
	text  string // lower case; found where a word begins, whatever follows
	class doorward.Class
	start bool // only at the start: apps put the same word at the end of their own browser's agent
}

// agentTokens are the bots that meet private links: chats and networks that draw a preview, mail
// scanners, and the tools that people write scripts with. It is sorted by text, which a test checks.
//
// WhatsApp stands for Signal too, which borrows the name. iMessage calls itself three bots at once, at
// the end of a Safari agent. Teams is SkypeUriPreview. Instagram and Messenger are facebookexternalhit.
var agentTokens = [...]agentToken{
	{text: "aiohttp/", class: doorward.ClassAutomation, start: true},
	{text: "apache-httpclient/", class: doorward.ClassAutomation, start: true},
	{text: "applebot", class: doorward.ClassPreview},
	{text: "axios/", class: doorward.ClassAutomation, start: true},
	{text: "barracuda", class: doorward.ClassScanner},
	{text: "bingbot", class: doorward.ClassPreview},
	{text: "bingpreview", class: doorward.ClassPreview},
	{text: "ciscosecureemail", class: doorward.ClassScanner},
	{text: "curl/", class: doorward.ClassAutomation, start: true},
	{text: "discordbot", class: doorward.ClassPreview},
	{text: "embedly", class: doorward.ClassPreview},
	{text: "facebookexternalhit", class: doorward.ClassPreview},
	{text: "facebot", class: doorward.ClassPreview},
	{text: "go-http-client/", class: doorward.ClassAutomation, start: true},
	{text: "google web preview", class: doorward.ClassPreview},
	{text: "google-pagerenderer", class: doorward.ClassPreview},
	{text: "googlebot", class: doorward.ClassPreview},
	{text: "googleimageproxy", class: doorward.ClassPreview},
	{text: "headlesschrome", class: doorward.ClassAutomation},
	{text: "iframely", class: doorward.ClassPreview},
	{text: "java/", class: doorward.ClassAutomation, start: true},
	{text: "linespider", class: doorward.ClassPreview},
	{text: "linkedinbot", class: doorward.ClassPreview},
	{text: "mastodon/", class: doorward.ClassPreview},
	{text: "mimecast", class: doorward.ClassScanner},
	{text: "ms-office", class: doorward.ClassScanner},
	{text: "okhttp/", class: doorward.ClassAutomation, start: true},
	{text: "phantomjs", class: doorward.ClassAutomation},
	{text: "pinterest/", class: doorward.ClassPreview, start: true},
	{text: "pinterestbot", class: doorward.ClassPreview},
	{text: "proofpoint", class: doorward.ClassScanner},
	{text: "python-", class: doorward.ClassAutomation, start: true},
	{text: "python/", class: doorward.ClassAutomation, start: true},
	{text: "redditbot", class: doorward.ClassPreview},
	{text: "skypeuripreview", class: doorward.ClassPreview},
	{text: "slack-imgproxy", class: doorward.ClassPreview},
	{text: "slackbot", class: doorward.ClassPreview},
	{text: "snap url preview", class: doorward.ClassPreview},
	{text: "snapurlpreview", class: doorward.ClassPreview},
	{text: "telegrambot", class: doorward.ClassPreview},
	{text: "tmes/", class: doorward.ClassScanner},
	{text: "twitterbot", class: doorward.ClassPreview},
	{text: "viber", class: doorward.ClassPreview, start: true},
	{text: "wget/", class: doorward.ClassAutomation, start: true},
	{text: "whatsapp/", class: doorward.ClassPreview, start: true},
	{text: "yahoo link preview", class: doorward.ClassPreview},
	{text: "yahoomailproxy", class: doorward.ClassPreview},
}

// agentTokensAt says for each letter where the tokens that begin with it start in agentTokens; the
// letter after it says where they end.
var agentTokensAt = func() (at ['z' - 'a' + 2]int) {
	for i, t := range agentTokens {
		for letter := int(t.text[0]-'a') + 1; letter < len(at); letter++ {
			at[letter] = i + 1
		}
	}
	return at
}()

// agentClass is the class that a user agent claims for itself, or ClassHuman. Bots that are not in the
// table mostly leave an address where to complain, as "+http…", or stand where Internet Explorer stood,
// as "(compatible; NAME". No browser of today does either; on a private link such a bot is somebody's
// preview.
func agentClass(ua string) doorward.Class {
	if len(ua) > agentLimit {
		ua = ua[:agentLimit]
	}
	inWord := false
	for i := range len(ua) {
		c := lower(ua[i])
		if !isWordByte(c) {
			inWord = false
			continue
		}
		if !inWord && 'a' <= c && c <= 'z' {
			if class, ok := tokenAt(ua, i, c); ok {
				return class
			}
		}
		inWord = true
	}
	if strings.Contains(ua, "+http") || isCompatible(ua) {
		return doorward.ClassPreview
	}
	return doorward.ClassHuman
}

func isCompatible(ua string) bool {
	_, name, ok := strings.Cut(ua, "(compatible; ")
	return ok && !strings.HasPrefix(name, "MSIE ") && !strings.HasPrefix(name, "Konqueror/")
}

// tokenAt looks for a token at position i of ua, where the lower-case letter c stands.
func tokenAt(ua string, i int, c byte) (doorward.Class, bool) {
	for _, t := range agentTokens[agentTokensAt[c-'a']:agentTokensAt[c-'a'+1]] {
		if (i == 0 || !t.start) && hasLowerPrefix(ua[i:], t.text) {
			return t.class, true
		}
	}
	return "", false
}

func hasLowerPrefix(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}

func isWordByte(lower byte) bool {
	return 'a' <= lower && lower <= 'z' || '0' <= lower && lower <= '9'
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
