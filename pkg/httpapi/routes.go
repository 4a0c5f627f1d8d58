package httpapi

import (
	"net/http"
	"slices"

	"github.com/doorward/doorward/pkg/doorward"
)

// route is one URL: who may use it, what it takes and gives, and who answers.
type route struct {
	method, path string
	guard        guard
	handle       func(*Server, *call) error
	limits       *limits // how often; limits.go has them all
	limit        int64   // bytes of body; 0 is bodyLimit
	slow         bool    // a long answer, which may take its time; so may a body over bodyLimit
	status       int     // of the answer
	query        string  // names of the parameters behind the ?, with a space between
	in, out      any     // the JSON of request and answer, for the API's description; nil is none
}

const (
	api       = "/api/v1"
	events    = api + "/events"
	anEvent   = events + "/:event"
	guests    = anEvent + "/guests"
	aGuest    = guests + "/:guest"
	members   = anEvent + "/collaborators"
	theSystem = api + "/system"
	invites   = api + "/invites/:token"
)

// routes is every URL of the program.
func routes() []route {
	return slices.Concat(accountRoutes(), systemRoutes(), eventRoutes(), teamRoutes(), doorRoutes(), pageRoutes())
}

func accountRoutes() []route {
	return []route{
		{method: "GET", path: api + "/setup", guard: public, handle: (*Server).setupState, status: 200, out: SetupState{}},
		{method: "POST", path: api + "/setup", guard: public, limits: setUps, handle: (*Server).setUp, status: 201, in: SetupBody{}, out: SignedIn{}},
		{method: "POST", path: api + "/auth/login", guard: public, limits: signIns, handle: (*Server).login, status: 200, in: LoginBody{}, out: SignedIn{}},
		{method: "POST", path: api + "/auth/refresh", guard: public, limits: refreshes, handle: (*Server).refresh, status: 200, out: SignedIn{}},
		{method: "POST", path: api + "/auth/logout", guard: public, limits: refreshes, handle: (*Server).logout, status: 204},
		{method: "POST", path: api + "/auth/logout-all", guard: signedIn, limits: work, handle: (*Server).logoutAll, status: 204},
		{method: "POST", path: api + "/auth/reset-password", guard: public, limits: resets, handle: (*Server).resetPassword, status: 204, in: ResetBody{}},
		{method: "POST", path: api + "/auth/ws-ticket", guard: signedIn, limits: ticketing, handle: (*Server).issueTicket, status: 200, in: TicketBody{}, out: Ticket{}},
		{method: "GET", path: api + "/me", guard: signedIn, limits: work, handle: (*Server).me, status: 200, out: User{}},
		{method: "PATCH", path: api + "/me", guard: signedIn, limits: work, handle: (*Server).patchMe, status: 200, in: MeBody{}, out: User{}},
		{method: "POST", path: api + "/auth/signup", guard: public, limits: signUps, handle: (*Server).signUp, status: 202, in: SignUpBody{}, out: Asked{}},
		{method: "POST", path: api + "/auth/verify-email", guard: public, limits: resets, handle: (*Server).verifyEmail, status: 204, in: VerifyBody{}},
		{method: "POST", path: api + "/auth/forgot-password", guard: public, limits: forgets, handle: (*Server).forgotPassword, status: 202, in: ForgotBody{}, out: Asked{}},
		{method: "POST", path: api + "/me/accept-terms", guard: signedIn, limits: work, handle: (*Server).acceptTerms, status: 204, in: TermsBody{}},
		{method: "GET", path: api + "/me/sessions", guard: signedIn, limits: work, handle: (*Server).listSessions, status: 200, out: List[Session]{}},
		{method: "DELETE", path: api + "/me/sessions/:session", guard: signedIn, limits: work, handle: (*Server).endSession, status: 204},
	}
}

func systemRoutes() []route {
	return []route{
		{method: "GET", path: theSystem + "/status", guard: administrator, limits: work, handle: (*Server).systemStatus, status: 200, out: SystemStatus{}},
		{method: "POST", path: theSystem + "/backup", guard: administrator, limits: recovering, handle: (*Server).startBackup, status: 202, out: RunningTask{}},
		{method: "POST", path: theSystem + "/drill", guard: administrator, limits: recovering, handle: (*Server).startDrill, status: 202, out: RunningTask{}},
		{method: "GET", path: theSystem + "/recovery", guard: administrator, limits: work, handle: (*Server).recoveryState, status: 200, out: RecoveryState{}},
		{method: "POST", path: theSystem + "/recovery-code", guard: administrator, limits: recovering, handle: (*Server).newRecoveryCode, status: 200, in: RecoveryCodeBody{}, out: RecoveryCode{}},
		{method: "POST", path: theSystem + "/recover", guard: administrator, limits: recovering, handle: (*Server).recover, status: 200, in: RecoverBody{}, out: Recovered{}},
	}
}

func eventRoutes() []route {
	return []route{
		{method: "GET", path: events, guard: signedIn, limits: work, handle: (*Server).listEvents, query: "limit cursor", status: 200, out: List[Event]{}},
		{method: "POST", path: events, guard: signedIn, limits: work, handle: (*Server).createEvent, status: 201, in: EventBody{}, out: Event{}},
		{method: "GET", path: anEvent, guard: viewer, limits: work, handle: (*Server).getEvent, status: 200, out: Event{}},
		{method: "PATCH", path: anEvent, guard: editor, limits: work, handle: (*Server).patchEvent, status: 200, in: EventBody{}, out: Event{}},
		{method: "DELETE", path: anEvent, guard: owner, limits: work, handle: (*Server).deleteEvent, status: 204},
		{method: "GET", path: events + "/deleted", guard: signedIn, limits: work, handle: (*Server).listDeletedEvents, query: "limit cursor", status: 200, out: List[DeletedEvent]{}},
		{method: "POST", path: anEvent + "/restore", guard: ownerEvenDeleted, limits: work, handle: (*Server).restoreEvent, status: 200, out: Event{}},
		{method: "POST", path: anEvent + "/duplicate", guard: editor, limits: heavyWork, handle: (*Server).duplicateEvent, status: 201, in: DuplicateBody{}, out: Event{}},
		{method: "GET", path: anEvent + "/activity", guard: viewer, limits: work, handle: (*Server).listActivity, query: "limit cursor guest_id after before", status: 200, out: List[Activity]{}},
		{method: "GET", path: anEvent + "/access-logs", guard: viewer, limits: work, handle: (*Server).listAccesses, query: "limit cursor band guest_id", status: 200, out: List[AccessLog]{}},
		{method: "GET", path: anEvent + "/notifications", guard: viewer, limits: work, handle: (*Server).listNotifications, query: "limit cursor", status: 200, out: List[Notification]{}},
		{method: "GET", path: anEvent + "/live", guard: ticketed, handle: (*Server).stream, query: "ticket after", status: 101},
		{method: "GET", path: anEvent + "/security/thresholds", guard: viewer, limits: work, handle: (*Server).getThresholds, status: 200, out: Thresholds{}},
		{method: "PUT", path: anEvent + "/security/thresholds", guard: editor, limits: work, handle: (*Server).putThresholds, status: 200, in: doorward.Thresholds{}, out: Thresholds{}},
		{method: "GET", path: anEvent + "/security/allowlist", guard: viewer, limits: work, handle: (*Server).listAllowed, status: 200, out: List[AllowedNetwork]{}},
		{method: "POST", path: anEvent + "/security/allowlist", guard: editor, limits: work, handle: (*Server).allow, status: 201, in: AllowBody{}, out: AllowedNetwork{}},
		{method: "DELETE", path: anEvent + "/security/allowlist", guard: editor, limits: work, handle: (*Server).disallow, query: "cidr", status: 204},
		{method: "POST", path: anEvent + "/access-logs/:access/feedback", guard: editor, limits: work, handle: (*Server).giveFeedback, status: 200, in: FeedbackBody{}, out: AccessLog{}},
		{method: "GET", path: anEvent + "/security/feedback", guard: viewer, limits: work, handle: (*Server).listFeedback, query: "limit cursor", status: 200, out: List[Feedback]{}},
		{method: "GET", path: anEvent + "/security/inbox", guard: viewer, limits: work, handle: (*Server).listInbox, status: 200, out: List[AccessLog]{}},
		{method: "GET", path: anEvent + "/security/preview", guard: viewer, limits: work, handle: (*Server).previewBands, query: "medium high block", status: 200, out: Preview{}},
		{method: "GET", path: anEvent + "/security/models", guard: administrator, limits: work, handle: (*Server).listModels, status: 200, out: List[LearnedModel]{}},
		{method: "POST", path: anEvent + "/security/models/learn", guard: administrator, limits: heavyWork, handle: (*Server).learnModel, status: 200, out: Lesson{}},
		{method: "POST", path: anEvent + "/security/models/revert", guard: administrator, limits: work, handle: (*Server).revertModel, status: 204, in: RevertBody{}},

		{method: "GET", path: guests, guard: viewer, limits: work, handle: (*Server).listGuests, query: "limit cursor q status band tag", status: 200, out: List[Guest]{}},
		{method: "POST", path: guests, guard: editor, limits: work, handle: (*Server).addGuest, status: 201, in: GuestBody{}, out: Guest{}},
		{method: "GET", path: guests + "/counts", guard: viewer, limits: work, handle: (*Server).countGuests, status: 200, out: GuestCounts{}},
		{method: "POST", path: guests + "/bulk", guard: editor, limits: heavyWork, handle: (*Server).changeGuests, limit: checkinsLimit, status: 200, in: GuestsBody{}, out: GuestsChanged{}},
		{method: "GET", path: aGuest, guard: viewer, limits: work, handle: (*Server).getGuest, status: 200, out: Guest{}},
		{method: "PATCH", path: aGuest, guard: editor, limits: work, handle: (*Server).patchGuest, status: 200, in: GuestBody{}, out: Guest{}},
		{method: "DELETE", path: aGuest, guard: editor, limits: work, handle: (*Server).deleteGuest, status: 204},
		{method: "POST", path: guests + "/import/preview", guard: editor, limits: heavyWork, handle: (*Server).previewImport, limit: csvLimit, status: 200, out: ImportPreview{}},
		{method: "POST", path: guests + "/import", guard: editor, limits: heavyWork, handle: (*Server).importGuests, query: "skip_invalid", limit: csvLimit, status: 200, out: Imported{}},
		{method: "GET", path: guests + "/import/template", guard: viewer, limits: work, handle: (*Server).importTemplate, status: 200},
		{method: "GET", path: guests + "/export.csv", guard: viewer, limits: work, handle: (*Server).exportGuests, slow: true, status: 200},
		{method: "POST", path: aGuest + "/tokens", guard: editor, limits: work, handle: (*Server).issueLink, status: 200, in: IssueBody{}, out: Link{}},
		{method: "POST", path: aGuest + "/tokens/rotate", guard: editor, limits: work, handle: (*Server).rotateLink, status: 200, in: IssueBody{}, out: Link{}},
		{method: "DELETE", path: aGuest + "/tokens", guard: editor, limits: work, handle: (*Server).revokeLink, status: 204},
		{method: "POST", path: aGuest + "/tokens/sent", guard: editor, limits: work, handle: (*Server).markSent, status: 200, in: SentBody{}, out: Guest{}},
		{method: "DELETE", path: aGuest + "/tokens/sent", guard: editor, limits: work, handle: (*Server).unmarkSent, status: 200, out: Guest{}},
		{method: "POST", path: guests + "/invitations/bulk", guard: editor, limits: heavyWork, handle: (*Server).issueLinks, limit: checkinsLimit, status: 200, in: BulkBody{}, out: List[BulkLink]{}},
		{method: "POST", path: guests + "/invitations/rotate", guard: editor, limits: heavyWork, handle: (*Server).rotateLinks, limit: checkinsLimit, status: 200, in: NamedBody{}, out: List[ChangedLink]{}},
		{method: "POST", path: guests + "/invitations/revoke", guard: editor, limits: heavyWork, handle: (*Server).revokeLinks, limit: checkinsLimit, status: 200, in: NamedBody{}, out: List[ChangedLink]{}},
	}
}

func teamRoutes() []route {
	return []route{
		{method: "GET", path: members, guard: viewer, limits: work, handle: (*Server).listTeam, status: 200, out: Team{}},
		{method: "POST", path: members, guard: owner, limits: inviting, handle: (*Server).inviteToTeam, status: 201, in: InviteBody{}, out: PendingInvite{}},
		{method: "DELETE", path: members + "/pending", guard: owner, limits: work, handle: (*Server).cancelInvite, query: "email", status: 204},
		{method: "PATCH", path: members + "/:user", guard: owner, limits: work, handle: (*Server).setRole, status: 200, in: RoleBody{}, out: Collaborator{}},
		{method: "DELETE", path: members + "/:user", guard: ownerOrSelf, limits: work, handle: (*Server).removeMember, status: 204},
		{method: "GET", path: invites, guard: public, limits: joins, handle: (*Server).viewInvite, status: 200, out: Invite{}},
		{method: "POST", path: invites + "/accept", guard: signedIn, limits: joins, handle: (*Server).acceptInvite, status: 200, out: AcceptedInvite{}},
	}
}

func doorRoutes() []route {
	return []route{
		{method: "GET", path: anEvent + "/devices", guard: viewer, limits: work, handle: (*Server).listDevices, status: 200, out: List[Device]{}},
		{method: "POST", path: anEvent + "/devices", guard: editor, limits: work, handle: (*Server).addDevice, status: 201, in: DeviceBody{}, out: Pairing{}},
		{method: "DELETE", path: anEvent + "/devices/:device", guard: editor, limits: work, handle: (*Server).revokeDevice, status: 204},
		{method: "GET", path: anEvent + "/checkins", guard: viewer, limits: work, handle: (*Server).listCheckins, query: "limit cursor", status: 200, out: List[LedgerRow]{}},
		{method: "POST", path: aGuest + "/checkins", guard: editor, limits: work, handle: (*Server).checkInByHand, status: 200, in: HandBody{}, out: Outcome{}},
		{method: "POST", path: aGuest + "/checkins/undo", guard: editor, limits: work, handle: (*Server).undoByHand, status: 200, in: UndoBody{}, out: Undone{}},
		{method: "POST", path: api + "/door/pair", guard: public, limits: pairings, handle: (*Server).pair, status: 200, in: PairBody{}, out: Paired{}},
		{method: "GET", path: api + "/door/event", guard: device, limits: doorWork, handle: (*Server).doorEvent, status: 200, out: DoorView{}},
		{method: "POST", path: api + "/door/checkins", guard: lateDevice, limits: doorWork, handle: (*Server).checkIn, limit: checkinsLimit, status: 200, in: CheckinsBody{}, out: Outcomes{}},
		{method: "POST", path: api + "/door/checkins/undo", guard: device, limits: doorWork, handle: (*Server).undoCheckin, status: 200, in: UndoBody{}, out: Undone{}},
		{method: "GET", path: api + "/door/search", guard: device, limits: doorWork, handle: (*Server).searchDoor, query: "q", status: 200, out: List[SearchHit]{}},
	}
}

func pageRoutes() []route {
	get := func(path string, handle func(*Server, *call) error) []route {
		return []route{
			{method: http.MethodGet, path: path, guard: public, handle: handle, status: 200},
			{method: http.MethodHead, path: path, guard: public, handle: handle, status: 200},
		}
	}
	var all []route
	for path, handle := range map[string]func(*Server, *call) error{
		"/": (*Server).home, "/i/:token": (*Server).viewLink, "/i/:token/qr.svg": (*Server).qrCode, "/i/:token/event.ics": (*Server).calendar,
		"/login": appPage("console.html"), "/setup": appPage("console.html"), "/reset": appPage("console.html"), "/invite": appPage("console.html"),
		"/signup": appPage("console.html"), "/verify": appPage("console.html"), "/forgot": appPage("console.html"),
		"/app": appPage("console.html"), "/app/*": appPage("console.html"), "/door": appPage("door.html"), "/assets/*": (*Server).asset,
		"/healthz": (*Server).health, "/readyz": (*Server).ready, api + "/openapi.json": (*Server).openAPI,
	} {
		all = append(all, get(path, handle)...)
	}
	return append(all,
		route{method: "GET", path: "/metrics", guard: operator, handle: (*Server).metrics, status: 200},
		route{method: "POST", path: "/i/:token/open", guard: public, limits: opens, handle: (*Server).openLink, status: 200, in: Beacon{}, out: BeaconAnswer{}},
		route{method: "POST", path: "/i/:token/rsvp", guard: public, limits: answers, handle: (*Server).answer, status: 200, in: RSVPBody{}, out: RSVPAnswer{}},
		route{method: "POST", path: "/i/:token/resend", guard: public, limits: resends, handle: (*Server).resend, status: 202, out: Resent{}},
	)
}
