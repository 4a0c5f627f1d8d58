package httpapi

import (
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
)

// Collaborator is the JSON of a member of a team.
type Collaborator struct {
	UserID doorward.UserID `json:"user_id" required:"true"`
	Email  string          `json:"email" required:"true"`
	Name   string          `json:"name" required:"true"`
	Role   doorward.Role   `json:"role" enum:"owner,editor,viewer" required:"true"`
	Since  string          `json:"since" format:"date-time" required:"true"`
}

func wireCollaborator(c doorward.Collaborator) Collaborator {
	return Collaborator{UserID: c.UserID, Email: c.Email, Name: c.Name, Role: c.Role, Since: stamp(c.Since)}
}

// PendingInvite is the JSON of an invite that nobody accepted yet; it may have expired.
type PendingInvite struct {
	Email     string              `json:"email" required:"true"`
	Role      doorward.Role       `json:"role" enum:"owner,editor,viewer" required:"true"`
	ExpiresAt string              `json:"expires_at" format:"date-time" required:"true"`
	Mail      doorward.InviteMail `json:"mail" enum:"queued,sent,failed" required:"true"`
}

func wirePending(i doorward.Invite) PendingInvite {
	return PendingInvite{Email: i.Email, Role: i.Role, ExpiresAt: stamp(i.ExpiresAt), Mail: i.Mail}
}

// Team is the JSON of who works on an event.
type Team struct {
	Items   []Collaborator  `json:"items" required:"true" nullable:"false"`
	Pending []PendingInvite `json:"pending" required:"true" nullable:"false"`
}

// listTeam handles GET /api/v1/events/:event/collaborators.
func (s *Server) listTeam(c *call) error {
	team, err := s.Teams.List(c.Request().Context(), c.event)
	if err != nil {
		return err
	}
	w := Team{Items: make([]Collaborator, len(team.Members)), Pending: make([]PendingInvite, len(team.Pending))}
	for n, m := range team.Members {
		w.Items[n] = wireCollaborator(m)
	}
	for n, i := range team.Pending {
		w.Pending[n] = wirePending(i)
	}
	return c.JSON(http.StatusOK, w)
}

// InviteBody invites somebody to a team.
type InviteBody struct {
	Email string        `json:"email" required:"true"`
	Role  doorward.Role `json:"role" enum:"owner,editor,viewer" required:"true"`
}

// inviteToTeam handles POST /api/v1/events/:event/collaborators.
func (s *Server) inviteToTeam(c *call) error {
	var b InviteBody
	if err := c.decode(&b); err != nil {
		return err
	}
	i, err := s.Teams.Invite(c.Request().Context(), c.who.User, c.event, b.Email, b.Role)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wirePending(i))
}

// cancelInvite handles DELETE /api/v1/events/:event/collaborators/pending?email=.
func (s *Server) cancelInvite(c *call) error {
	if err := s.Teams.Cancel(c.Request().Context(), c.who.User, c.event, c.QueryParam("email")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// RoleBody changes a member's role.
type RoleBody struct {
	Role doorward.Role `json:"role" enum:"owner,editor,viewer" required:"true"`
}

// setRole handles PATCH /api/v1/events/:event/collaborators/:user.
func (s *Server) setRole(c *call) error {
	var b RoleBody
	if err := c.decode(&b); err != nil {
		return err
	}
	m, err := s.Teams.SetRole(c.Request().Context(), c.who.User, c.event, doorward.UserID(c.Param("user")), b.Role)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireCollaborator(m))
}

// removeMember handles DELETE /api/v1/events/:event/collaborators/:user.
func (s *Server) removeMember(c *call) error {
	if err := s.Teams.Remove(c.Request().Context(), c.who.User, c.event, doorward.UserID(c.Param("user"))); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// Invite is the JSON of what somebody is invited to.
type Invite struct {
	EventName   string        `json:"event_name" required:"true"`
	Role        doorward.Role `json:"role" enum:"owner,editor,viewer" required:"true"`
	InviterName string        `json:"inviter_name" required:"true"`
	Email       string        `json:"email" required:"true"`
	ExpiresAt   string        `json:"expires_at" format:"date-time" required:"true"`
}

// viewInvite handles GET /api/v1/invites/:token.
func (s *Server) viewInvite(c *call) error {
	i, err := s.Teams.Look(c.Request().Context(), doorward.Secret(c.Param("token")))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Invite{EventName: i.EventName, Role: i.Role, InviterName: i.InviterName, Email: i.Email, ExpiresAt: stamp(i.ExpiresAt)})
}

// AcceptedInvite says what somebody is a member of now.
type AcceptedInvite struct {
	EventID doorward.EventID `json:"event_id" required:"true"`
	Role    doorward.Role    `json:"role" enum:"owner,editor,viewer" required:"true"`
}

// acceptInvite handles POST /api/v1/invites/:token/accept.
func (s *Server) acceptInvite(c *call) error {
	i, err := s.Teams.Accept(c.Request().Context(), c.who.User, doorward.Secret(c.Param("token")))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, AcceptedInvite{EventID: i.EventID, Role: i.Role})
}
