package fraud

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// isListed reports whether the crawlers of the package have a word that a token begins with.
func isListed(text string) bool {
	return slices.ContainsFunc(moreAgentTokens[:], func(t agentToken) bool { return strings.HasPrefix(text, t.text) })
}

func TestAgentTokens_areSortedAndFound(t *testing.T) {
	if !slices.IsSortedFunc(agentTokens[:], func(a, b agentToken) int { return cmp.Compare(a.text, b.text) }) {
		t.Error("the table is not sorted by text")
	}
	for _, token := range agentTokens {
		if token.text != strings.ToLower(token.text) || token.text[0] < 'a' || token.text[0] > 'z' {
			t.Errorf("%q can never be found", token.text)
		}
		for ua, want := range map[string]bool{
			strings.ToUpper(token.text):       true,
			"Mozilla/5.0 " + token.text + "1": !token.start || isListed(token.text),
			"Mozilla/5.0 x" + token.text:      false,
		} {
			if got := agentClass(ua) == token.class; got != want {
				t.Errorf("%q claims to be a bot: %v", ua, got)
			}
		}
	}
}
