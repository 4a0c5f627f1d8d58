package httpapi

import (
	"context"
	"net/http"
	"time"
)

// health handles GET /healthz: the process lives. Pages ask it while they are open, so that it also tells them of a clock
// that jumped.
func (s *Server) health(c *call) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok", "clock": string(s.ClockState())})
}

// Readiness says what works.
type Readiness struct {
	Status      string `json:"status" enum:"ok,unavailable" required:"true"`
	Database    string `json:"database" enum:"ok,unavailable" required:"true"`
	Replica     string `json:"replica" enum:"ok,off,behind" required:"true"`
	Clock       string `json:"clock" enum:"synced,unsynced,jumped" required:"true"`
	Version     string `json:"version" required:"true"`
	Unevaluated int64  `json:"unevaluated" required:"true" description:"accesses let through since the start because the engine failed"`
}

// ready handles GET /readyz: the database takes writes, and nothing in it was found damaged. A
// replica that is behind does not make the server unready: it goes on alone.
func (s *Server) ready(c *call) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	r := Readiness{Status: "ok", Database: "ok", Replica: s.Replica(), Clock: string(s.ClockState()), Version: s.Version, Unevaluated: s.Invitations.Unevaluated()}
	status := http.StatusOK
	err := s.System.Ready()
	if err == nil {
		err = s.Ping(ctx)
	}
	if err != nil {
		if !hungUp(c, err) {
			logger(c).Error("not ready", "error", err)
		}
		r.Status, r.Database, status = "unavailable", "unavailable", http.StatusServiceUnavailable
	}
	return c.JSON(status, r)
}
