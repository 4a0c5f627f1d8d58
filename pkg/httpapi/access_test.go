package httpapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/httpapi"
)

// who says who may use each route, written down a second time on purpose: a change of a guard must be made here too,
// and a route without a row fails.
var who = map[string]string{
	"GET /api/v1/setup": "public", "POST /api/v1/setup": "public", "POST /api/v1/auth/login": "public",
	"POST /api/v1/auth/refresh": "public", "POST /api/v1/auth/logout": "public", "POST /api/v1/auth/reset-password": "public",
	"POST /api/v1/auth/logout-all": "user", "POST /api/v1/auth/ws-ticket": "user", "GET /api/v1/me": "user", "PATCH /api/v1/me": "user",
	"POST /api/v1/auth/signup": "public", "POST /api/v1/auth/verify-email": "public", "POST /api/v1/auth/forgot-password": "public",
	"POST /api/v1/me/accept-terms": "user", "GET /api/v1/me/sessions": "user", "DELETE /api/v1/me/sessions/:session": "user",
	"GET /signup": "public", "GET /verify": "public", "GET /forgot": "public",
	"GET /api/v1/system/status": "administrator", "POST /api/v1/system/backup": "administrator", "POST /api/v1/system/drill": "administrator",
	"GET /api/v1/system/recovery": "administrator", "POST /api/v1/system/recovery-code": "administrator", "POST /api/v1/system/recover": "administrator",
	"GET /api/v1/events": "user", "POST /api/v1/events": "user",
	"GET /api/v1/events/:event": "viewer", "PATCH /api/v1/events/:event": "editor", "DELETE /api/v1/events/:event": "owner",
	"GET /api/v1/events/deleted": "user", "POST /api/v1/events/:event/restore": "owner", "POST /api/v1/events/:event/duplicate": "editor",
	"GET /api/v1/events/:event/activity": "viewer", "GET /api/v1/events/:event/access-logs": "viewer", "GET /api/v1/events/:event/live": "ticket",
	"GET /api/v1/events/:event/security/thresholds": "viewer", "PUT /api/v1/events/:event/security/thresholds": "editor",
	"POST /api/v1/events/:event/access-logs/:access/feedback": "editor", "GET /api/v1/events/:event/security/feedback": "viewer",
	"GET /api/v1/events/:event/security/inbox": "viewer", "GET /api/v1/events/:event/security/preview": "viewer",
	// An owner who is not the administrator is tried in TestModelsBelongToTheBox.
	"GET /api/v1/events/:event/security/models": "owner", "POST /api/v1/events/:event/security/models/learn": "owner", "POST /api/v1/events/:event/security/models/revert": "owner",
	"GET /api/v1/events/:event/security/allowlist": "viewer", "POST /api/v1/events/:event/security/allowlist": "editor",
	"DELETE /api/v1/events/:event/security/allowlist": "editor",
	"GET /api/v1/events/:event/guests":                "viewer", "POST /api/v1/events/:event/guests": "editor",
	"GET /api/v1/events/:event/guests/:guest": "viewer", "PATCH /api/v1/events/:event/guests/:guest": "editor", "DELETE /api/v1/events/:event/guests/:guest": "editor",
	"GET /api/v1/events/:event/guests/counts": "viewer", "POST /api/v1/events/:event/guests/bulk": "editor",
	"POST /api/v1/events/:event/guests/import/preview": "editor", "POST /api/v1/events/:event/guests/import": "editor",
	"GET /api/v1/events/:event/guests/import/template": "viewer", "GET /api/v1/events/:event/guests/export.csv": "viewer",
	"POST /api/v1/events/:event/guests/:guest/tokens": "editor", "POST /api/v1/events/:event/guests/:guest/tokens/rotate": "editor",
	"DELETE /api/v1/events/:event/guests/:guest/tokens": "editor", "POST /api/v1/events/:event/guests/invitations/bulk": "editor",
	"POST /api/v1/events/:event/guests/invitations/rotate": "editor", "POST /api/v1/events/:event/guests/invitations/revoke": "editor",
	"POST /api/v1/events/:event/guests/:guest/tokens/sent": "editor", "DELETE /api/v1/events/:event/guests/:guest/tokens/sent": "editor",
	"GET /api/v1/events/:event/devices": "viewer", "POST /api/v1/events/:event/devices": "editor", "DELETE /api/v1/events/:event/devices/:device": "editor",
	"GET /api/v1/events/:event/checkins": "viewer", "POST /api/v1/events/:event/guests/:guest/checkins": "editor",
	"POST /api/v1/events/:event/guests/:guest/checkins/undo": "editor",
	"POST /api/v1/door/pair":                                 "public", "GET /api/v1/door/event": "device", "POST /api/v1/door/checkins": "device",
	"POST /api/v1/door/checkins/undo": "device", "GET /api/v1/door/search": "device",
	"POST /i/:token/open": "public", "POST /i/:token/rsvp": "public", "POST /i/:token/resend": "public",
	"GET /api/v1/events/:event/notifications": "viewer",
	"GET /api/v1/events/:event/collaborators": "viewer", "POST /api/v1/events/:event/collaborators": "owner",
	"DELETE /api/v1/events/:event/collaborators/pending": "owner", "PATCH /api/v1/events/:event/collaborators/:user": "owner",
	"DELETE /api/v1/events/:event/collaborators/:user": "owner", // or that member itself, see TestTeamRoutes
	"GET /api/v1/invites/:token":                       "public", "POST /api/v1/invites/:token/accept": "user",
	"GET /": "public", "GET /i/:token": "public", "GET /i/:token/qr.svg": "public", "GET /i/:token/event.ics": "public",
	"GET /login": "public", "GET /setup": "public", "GET /reset": "public", "GET /invite": "public", "GET /app": "public", "GET /app/*": "public", "GET /door": "public",
	"GET /metrics":  "public", // from here; see TestMetricsAreForTheOperator
	"GET /assets/*": "public", "GET /healthz": "public", "GET /readyz": "public", "GET /api/v1/openapi.json": "public",
}

// want is the status that a caller without the right gets, 0 for one that has it.
func want(need, caller string) int {
	ranks := []string{"stranger", "viewer", "editor", "owner"}
	if caller == "revoked" {
		caller = "stranger"
	}
	member := slices.Index(ranks, caller)
	switch need {
	case "public":
		return 0
	case "ticket": // nobody here has one
		return 401
	case "device":
		if caller == "phone" {
			return 0
		}
		return 401
	case "administrator":
		switch {
		case member < 0:
			return 401
		case caller != "owner": // made first below
			return 403
		default:
			return 0
		}
	case "user":
		if member < 0 {
			return 401
		}
		return 0
	}
	switch {
	case member < 0:
		return 401
	case member == 0:
		return 404
	case member < slices.Index(ranks, need):
		return 403
	default:
		return 0
	}
}

// Every route, with every role, with somebody whose role was taken back, with the owner of another event, with a phone,
// with a guest's link and with nobody. The bodies are bad on purpose: whoever is let through is answered 400 with a
// problem, and nothing has changed.
//
// ASVS 8.2.1 8.2.3 8.3.1 15.3.3
func TestEveryRouteForEveryRole(t *testing.T) {
	p := start(t)
	owner := p.user("owner") // the first account is the administrator
	callers := map[string]string{"nobody": "", "stranger": p.user("stranger"), "viewer": p.user("viewer"), "editor": p.user("editor"), "owner": owner, "revoked": p.user("revoked")}
	event := p.event(callers["owner"], nil)
	guest := p.guest(callers["owner"], event, "Ana Costa", 2)
	link := p.link(callers["owner"], event, guest)
	callers["phone"], callers["guest"] = p.phone(callers["owner"], event, "Main door"), link
	p.event(callers["stranger"], nil)
	id := doorward.EventID(event[strings.LastIndex(event, "/")+1:])
	for _, role := range []doorward.Role{doorward.RoleViewer, doorward.RoleEditor} {
		p.join(callers["owner"], event, callers[string(role)], role)
	}
	p.must(204, "DELETE", event+"/collaborators/"+p.join(callers["owner"], event, callers["revoked"], doorward.RoleOwner), callers["owner"], nil)
	fill := strings.NewReplacer(":event", string(id), ":user", "usr_none", ":guest", guest, ":token", link, ":device", "dev_none", ":access", "acc_none", ":session", "ses_none", "*", "x")
	for key, takesBody := range httpapi.RouteKeys() {
		method, pattern, _ := strings.Cut(key, " ")
		if method == "HEAD" || key == "DELETE /api/v1/events/:event" || key == "DELETE /api/v1/events/:event/guests/:guest" {
			method = "GET" // the deed itself is tried below
		}
		need, known := who[key]
		if method == "GET" && strings.HasPrefix(key, "HEAD ") {
			continue
		}
		if !known {
			t.Errorf("%s has no row: say who may use it", key)
			continue
		}
		if key == "POST /api/v1/auth/logout-all" || key == "POST /api/v1/auth/logout" || strings.HasPrefix(key, "DELETE /api/v1/events/:event") && method == "GET" {
			continue
		}
		for caller, bearer := range callers {
			var got answer
			if takesBody {
				got = p.send(method, fill.Replace(pattern), bearer, object{"no_such_field": 1})
			} else {
				got = p.raw(method, fill.Replace(pattern), bearer, "text/plain", "")
			}
			refused := want(need, caller)
			switch {
			case refused != 0 && got.status != refused:
				t.Errorf("%s as %s: %d, want %d: %s", key, caller, got.status, refused, got.body)
			case refused == 0 && (got.status == 401 && key != "POST /api/v1/auth/refresh" || got.status == 403 || got.status >= 500 && !strings.Contains(string(got.body), "not in this program")):
				t.Errorf("%s as %s was refused: %d %s", key, caller, got.status, got.body)
			case refused == 0 && takesBody && got.status != 400:
				t.Errorf("%s as %s took an unknown field: %d %s", key, caller, got.status, got.body)
			}
			if got.status >= 400 && !strings.HasPrefix(got.header.Get("Content-Type"), "application/problem+json") && strings.HasPrefix(pattern, api) {
				t.Errorf("%s as %s: the error is %q", key, caller, got.header.Get("Content-Type"))
			}
		}
	}
	if items, ok := p.must(200, "GET", event+"/guests", callers["owner"], nil).get(t, "items").([]any); !ok || len(items) != 1 {
		t.Errorf("the guest list changed: %v", items)
	}
	if name := p.must(200, "GET", event, callers["owner"], nil).text(t, "name"); name != "Rooftop Friday" {
		t.Errorf("the event is called %q now", name)
	}

	for _, path := range []string{event + "/guests/" + guest, event} {
		need := who["DELETE "+strings.NewReplacer(string(id), ":event", guest, ":guest").Replace(path)]
		for _, caller := range []string{"nobody", "phone", "guest", "stranger", "revoked", "viewer", "editor", "owner"} {
			status := want(need, caller)
			if got := p.send("DELETE", path, callers[caller], nil); status != 0 && got.status != status {
				t.Errorf("DELETE %s as %s: %d, want %d", path, caller, got.status, status)
			}
		}
		p.must(404, "GET", path, callers["owner"], nil)
	}
}

func TestEveryCodeHasAStatus(t *testing.T) {
	for _, code := range doorward.Codes() {
		if httpapi.Statuses[code] == 0 {
			t.Errorf("%s has no status", code)
		}
	}
	if len(httpapi.Statuses) != len(doorward.Codes()) {
		t.Error("the table has a code that is not in the list")
	}
}

// The nonce of a check-in by hand belongs to one guest of one event, also when the same person keeps both lists.
func TestNonceByHandOfAnother(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	monday, friday := p.event(host, nil), p.event(host, nil)
	ana, ben := p.guest(host, monday, "Ana", 1), p.guest(host, friday, "Ben", 1)
	zoe := p.guest(host, friday, "Zoë", 1)
	hand := func(event, guest string) answer {
		return p.must(200, "POST", event+"/guests/"+guest+"/checkins", host, object{"nonce": "1"})
	}
	hand(monday, ana)
	if got := hand(friday, ben); got.text(t, "outcome") != "admitted" || got.text(t, "guest", "name") != "Ben" {
		t.Errorf("the same nonce on another event: %s", got.body)
	}
	if got := hand(friday, zoe); got.text(t, "reason") != "invalid" || got.get(t, "guest") != nil {
		t.Errorf("the same nonce for another guest: %s", got.body)
	}
	undo := object{"nonce": "1"}
	p.must(404, "POST", friday+"/guests/"+zoe+"/checkins/undo", host, undo)
	p.must(404, "POST", friday+"/guests/"+ana+"/checkins/undo", host, undo)
	if inside := p.must(200, "GET", friday, host, nil).get(t, "counts", "heads_inside"); inside != 1.0 {
		t.Errorf("%v are inside, want 1", inside)
	}
	p.must(200, "POST", friday+"/guests/"+ben+"/checkins/undo", host, undo)
}
