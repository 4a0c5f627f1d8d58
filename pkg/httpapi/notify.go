package httpapi

import (
	"mime"
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/labstack/echo/v4"
)

// Notification is the JSON of a message to a guest.
type Notification struct {
	ID        doorward.NotificationID    `json:"id" required:"true"`
	Kind      doorward.NotificationKind  `json:"kind" enum:"invitation,link,place" required:"true"`
	Channel   string                     `json:"channel" enum:"email" required:"true"`
	Guest     doorward.GuestRef          `json:"guest" required:"true"`
	Address   string                     `json:"address" required:"true"`
	State     doorward.NotificationState `json:"state" enum:"queued,sent,delivered,bounced,complained,failed,suppressed" required:"true"`
	Detail    string                     `json:"detail" required:"true"`
	CreatedAt string                     `json:"created_at" format:"date-time" required:"true"`
	SentAt    *string                    `json:"sent_at" format:"date-time" required:"true"`
	UpdatedAt string                     `json:"updated_at" format:"date-time" required:"true"`
}

func wireNotification(n doorward.Notification) Notification {
	return Notification{
		ID: n.ID, Kind: n.Kind, Channel: "email", Guest: n.Guest, Address: n.Address, State: n.State, Detail: n.Detail,
		CreatedAt: stamp(n.CreatedAt), SentAt: stampOrNull(n.SentAt), UpdatedAt: stamp(n.UpdatedAt),
	}
}

// listNotifications handles GET /api/v1/events/:event/notifications.
func (s *Server) listNotifications(c *call) error {
	n, err := c.limit()
	if err != nil {
		return err
	}
	page, err := s.Messages.List(c.Request().Context(), c.event, c.QueryParam("cursor"), n)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(page, wireNotification))
}

// resentWords are the same whatever was done: whoever holds a link can ask.
const resentWords = "If we have your address, a new link is on its way."

// Resent answers whoever asked for a fresh link.
type Resent struct {
	Detail string `json:"detail" required:"true"`
}

// resend handles POST /i/:token/resend, from the page's form or from a program.
func (s *Server) resend(c *call) error {
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	form := kind == echo.MIMEApplicationForm || kind == echo.MIMEMultipartForm
	err := s.Messages.Resend(c.Request().Context(), c.Param("token"))
	switch {
	case err != nil && form:
		return s.notice(c, err)
	case err != nil:
		return err
	case form:
		const heading = "Look at your mail"
		return s.pages.render(c, http.StatusAccepted, "notice", noticePage{page: s.pages.base(heading), Heading: heading, Text: resentWords})
	default:
		return c.JSON(http.StatusAccepted, Resent{Detail: resentWords})
	}
}
