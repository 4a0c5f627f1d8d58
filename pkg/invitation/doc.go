// Package invitation is the guest's link: issuing, replacing and revoking it, showing what is behind it, and judging
// every use of it.
//
// # Handing out
//
// A link is handed out by mail (package notify), or by a host over WhatsApp or by hand, which Doorward takes no part in:
// MarkSent is the host's word for it, and about one link. Who rotates or revokes many links names the guests, because
// leaving them out must not mean all for what cannot be taken back.
//
// # One access
//
// Open (the page's beacon), an answer (package rsvp) and a scan at the door (package door) are uses of a link. Each is
// judged by Assess inside the transaction that logs it, so that two at the same time cannot both be the fourth:
//
//	host's own device → allowlist → fraud.Score → the event's thresholds → action → access_logs → activity
//
// A device on which one of the event's team is signed in is the host's own: what it opens is logged and marked, and
// neither observed nor scored, never blocked, and not counted as opened. The browser's refresh token tells it, which is
// read and not spent; the role is looked up inside the transaction. A member who is also a guest is better seen signed out.
//
// A panic of the engine lets the access through, marked as not evaluated, and is counted. A storage error lets nothing
// through. Looking at the page decides and stores nothing.
//
// It does not take answers or open doors, and roles are demanded by the routes table of httpapi.
package invitation
