package httpapi

import (
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
)

// Session is the JSON of a browser that is signed in.
type Session struct {
	ID         doorward.SessionID `json:"id" required:"true"`
	Device     string             `json:"device" required:"true" description:"browser and system in words"`
	CreatedAt  string             `json:"created_at" format:"date-time" required:"true"`
	LastUsedAt string             `json:"last_used_at" format:"date-time" required:"true" description:"to ten minutes"`
	Current    bool               `json:"current" required:"true" description:"the one that asks"`
}

// listSessions handles GET /api/v1/me/sessions.
func (s *Server) listSessions(c *call) error {
	all, err := s.Accounts.Sessions(c.Request().Context(), c.who.User.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(doorward.Page[doorward.Session]{Items: all}, func(one doorward.Session) Session {
		return Session{
			ID: one.ID, Device: deviceName(one.UserAgent), CreatedAt: stamp(one.CreatedAt), LastUsedAt: stamp(one.RotatedAt),
			Current: one.ID == c.who.Session,
		}
	}))
}

// endSession handles DELETE /api/v1/me/sessions/:session.
func (s *Server) endSession(c *call) error {
	id := doorward.SessionID(c.Param("session"))
	if err := s.Accounts.EndSessionOf(c.Request().Context(), c.who.User.ID, id); err != nil {
		return err
	}
	if id == c.who.Session {
		s.setRefresh(c, "", 0)
	}
	return c.NoContent(http.StatusNoContent)
}

// TermsBody accepts the terms.
type TermsBody struct {
	Version string `json:"version" required:"true" description:"the version that was shown"`
}

// acceptTerms handles POST /api/v1/me/accept-terms.
func (s *Server) acceptTerms(c *call) error {
	var b TermsBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if err := s.Accounts.AcceptTerms(c.Request().Context(), c.who.User.ID, b.Version); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
