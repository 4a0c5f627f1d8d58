package httpapi

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
