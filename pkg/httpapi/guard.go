package httpapi

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/labstack/echo/v4"
)

// call is a request that its route's guard let through. Which fields are set depends on the guard.
type call struct {
	echo.Context
	who    account.Principal // set behind signedIn and the guards that ask for a role
	event  doorward.EventID  // set behind the guards that ask for a role, and the device guards
	device doorward.Device   // set behind the device guards
	limits *limits           // of the route
}

// guard says who may use a route.
type guard string

const (
	public   guard = "public"
	signedIn guard = "user" // any account
	// administrator is the account that looks after the box: the first that was made.
	administrator guard = "administrator"
	viewer        guard = "viewer" // at least this role on the :event of the path
	editor        guard = "editor"
	owner         guard = "owner"
	// ownerOrSelf is an owner, and any member when the :user of the path is itself.
	ownerOrSelf guard = "owner or self"
	// ownerEvenDeleted is an owner also of an event that was deleted, which nobody else finds.
	ownerEvenDeleted guard = "owner, even deleted"
	device           guard = "device" // a paired phone
	// lateDevice lets an expired phone hand in what it scanned in time, and is told so item by item.
	lateDevice guard = "late device"
	operator   guard = "operator" // whoever is on this machine, or has the metrics token
	ticketed   guard = "ticket"   // a ws-ticket for the :event of the path, spent by the handler
)

// bodyLimit is how many bytes of a request body a route takes unless it says otherwise.
const bodyLimit = 64 << 10

// guarded is a route's handler behind its limits, its guard and its body limit.
func (s *Server) guarded(r route) echo.HandlerFunc {
	limit := r.limit
	if limit == 0 {
		limit = bodyLimit
	}
	return func(ec echo.Context) error {
		c := &call{Context: ec, limits: r.limits}
		req := c.Request()
		if req.ContentLength > limit {
			return &http.MaxBytesError{Limit: limit}
		}
		req.Body = http.MaxBytesReader(c.Response(), req.Body, limit)
		if err := s.limitCaller(c); err != nil {
			return err
		}
		if err := s.admit(c, r.guard); err != nil {
			return err
		}
		if err := s.limitAdmitted(c); err != nil {
			return err
		}
		if limit > bodyLimit || r.slow {
			s.allowSlow(c)
		}
		return r.handle(s, c)
	}
}

// slowWithin is how long a whole guest list may take on a bad line; other requests have ReadWithin and WriteWithin.
const slowWithin = 2 * time.Minute

// allowSlow gives a request more time than the server gives others.
func (s *Server) allowSlow(c *call) {
	until := s.Steady().Add(slowWithin)
	control := http.NewResponseController(c.Response())
	if err := errors.Join(control.SetReadDeadline(until), control.SetWriteDeadline(until)); err != nil {
		logger(c).Debug("this connection takes no other deadline", "error", err)
	}
}

// admit checks the caller of a request against a guard. Somebody without a role on the event is told that there is no
// such event.
func (s *Server) admit(c *call, g guard) (err error) {
	ctx := c.Request().Context()
	switch g {
	case public, ticketed:
		return nil
	case operator:
		return s.mayScrape(c)
	case device, lateDevice:
		c.device, err = s.Doors.Authenticate(ctx, bearer(c), g == lateDevice)
		c.event = c.device.EventID
		return err
	}
	if c.who, err = s.Accounts.Authenticate(ctx, bearer(c)); err != nil || g == signedIn {
		return err
	}
	least, roleOf := g, s.Events.Role
	switch {
	case g == administrator && c.Param("event") == "":
		return onlyAdministrator(c)
	case g == administrator:
		least = viewer // what is of the whole box, on the page of an event: nobody sees an event by it
	case g == ownerEvenDeleted:
		least, roleOf = owner, s.Events.RoleEvenDeleted
	case g == ownerOrSelf:
		least = owner
		if c.Param("user") == string(c.who.User.ID) {
			least = viewer
		}
	}
	c.event = doorward.EventID(c.Param("event"))
	role, err := roleOf(ctx, c.who.User.ID, c.event)
	switch {
	case err != nil:
		return err
	case role == doorward.RoleNone:
		return doorward.Errorf(doorward.CodeNotFound, "There is no such event.")
	case !role.AtLeast(doorward.Role(least)):
		return doorward.Errorf(doorward.CodeForbidden, "You may look at this event, but this takes the role of %s. Ask its owner.", least)
	case g == administrator:
		return onlyAdministrator(c)
	default:
		return nil
	}
}

func onlyAdministrator(c *call) error {
	if !c.who.User.Administrator {
		return doorward.Errorf(doorward.CodeForbidden, "Only whoever set this box up may do this: the first account that was made.")
	}
	return nil
}

func bearer(c echo.Context) doorward.Secret {
	scheme, value, _ := strings.Cut(c.Request().Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return doorward.Secret(strings.TrimSpace(value))
}

func (c *call) guestID() doorward.GuestID { return doorward.GuestID(c.Param("guest")) }
