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

// MaxStreamsEach is how many live streams one user may have.
const MaxStreamsEach = maxStreamsEach

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

// RouteLimits lists for every route as "METHOD path" by what it is limited.
func RouteLimits() map[string][]string {
	all := map[string][]string{}
	for _, r := range routes() {
		key := r.method + " " + r.path
		all[key] = nil
		if r.limits != nil {
			for _, rate := range r.limits.rates {
				all[key] = append(all[key], string(rate.by))
			}
		}
	}
	return all
}
