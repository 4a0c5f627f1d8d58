package httpapi

import (
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
)

// Thresholds is the JSON of where an event's bands begin.
type Thresholds struct {
	doorward.Thresholds
	Defaults doorward.Thresholds `json:"defaults" required:"true"`
}

// getThresholds handles GET /api/v1/events/:event/security/thresholds.
func (s *Server) getThresholds(c *call) error {
	e, err := s.Events.Get(c.Request().Context(), c.who.User.ID, c.event)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Thresholds{Thresholds: e.Thresholds, Defaults: doorward.DefaultThresholds()})
}

// putThresholds handles PUT /api/v1/events/:event/security/thresholds.
func (s *Server) putThresholds(c *call) error {
	var b doorward.Thresholds
	if err := c.decode(&b); err != nil {
		return err
	}
	e, err := s.Events.SetThresholds(c.Request().Context(), c.who.User, c.event, b)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Thresholds{Thresholds: e.Thresholds, Defaults: doorward.DefaultThresholds()})
}

// AllowedNetwork is the JSON of an entry of the allowlist.
type AllowedNetwork struct {
	CIDR    string `json:"cidr" required:"true"`
	Note    string `json:"note" required:"true"`
	AddedAt string `json:"added_at" format:"date-time" required:"true"`
}

func wireNetwork(n doorward.AllowedNetwork) AllowedNetwork {
	return AllowedNetwork{CIDR: n.CIDR, Note: n.Note, AddedAt: stamp(n.AddedAt)}
}

// listAllowed handles GET /api/v1/events/:event/security/allowlist.
func (s *Server) listAllowed(c *call) error {
	networks, err := s.Events.Allowlist(c.Request().Context(), c.event)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(doorward.Page[doorward.AllowedNetwork]{Items: networks}, wireNetwork))
}

// AllowBody adds a network to the allowlist.
type AllowBody struct {
	CIDR string `json:"cidr" required:"true"`
	Note text   `json:"note"`
}

// allow handles POST /api/v1/events/:event/security/allowlist.
func (s *Server) allow(c *call) error {
	var b AllowBody
	if err := c.decode(&b); err != nil {
		return err
	}
	n, err := s.Events.Allow(c.Request().Context(), c.who.User, c.event, b.CIDR, string(b.Note))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wireNetwork(n))
}

// disallow handles DELETE /api/v1/events/:event/security/allowlist?cidr=.
func (s *Server) disallow(c *call) error {
	if err := s.Events.Disallow(c.Request().Context(), c.who.User, c.event, c.QueryParam("cidr")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
