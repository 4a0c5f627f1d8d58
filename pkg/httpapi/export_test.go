package httpapi

import (
	"testing"
	"time"
)

// CheckStreamsEvery shortens how often live streams are checked, until the test ends.
func CheckStreamsEvery(t *testing.T, d time.Duration) {
	before := pingEvery
	pingEvery = d
	t.Cleanup(func() { pingEvery = before })
}

// Statuses is the table of codes, for the test that it covers them all.
var Statuses = statuses

// RouteKeys lists every route as "METHOD path", with whether it takes a JSON body.
func RouteKeys() map[string]bool {
	keys := map[string]bool{}
	for _, r := range routes() {
		keys[r.method+" "+r.path] = r.in != nil
	}
	return keys
}
