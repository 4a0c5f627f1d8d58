package httpapi

import (
	"net/http"
	"strconv"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/invitation"
)

// FeedbackBody is a verdict on an access.
type FeedbackBody struct {
	Verdict doorward.Opinion `json:"verdict" enum:"legitimate,suspicious" required:"true"`
	Note    text             `json:"note"`
}

// noteMost is the longest note, in characters.
const noteMost = 500

// giveFeedback handles POST /api/v1/events/:event/access-logs/:access/feedback.
func (s *Server) giveFeedback(c *call) error {
	var b FeedbackBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if b.Verdict != doorward.OpinionLegitimate && b.Verdict != doorward.OpinionSuspicious {
		return doorward.Invalid(doorward.FieldError{Field: "verdict", Detail: "Say legitimate or suspicious."})
	}
	if len([]rune(string(b.Note))) > noteMost {
		return doorward.Invalid(doorward.FieldError{Field: "note", Detail: "A note has at most 500 characters."})
	}
	a, err := s.Invitations.Judge(c.Request().Context(), c.who.User, c.event, doorward.AccessID(c.Param("access")), b.Verdict, string(b.Note))
	if err != nil {
		return err
	}
	wire, err := s.accessWire(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wire(a))
}

// Feedback is the JSON of a verdict.
type Feedback struct {
	Access  AccessLog         `json:"access" required:"true"`
	Guest   doorward.GuestRef `json:"guest" required:"true"`
	Verdict doorward.Opinion  `json:"verdict" enum:"legitimate,suspicious" required:"true"`
	Note    string            `json:"note" required:"true"`
	By      string            `json:"by" required:"true"`
	At      string            `json:"at" format:"date-time" required:"true"`
}

// listFeedback handles GET /api/v1/events/:event/security/feedback.
func (s *Server) listFeedback(c *call) error {
	n, err := c.limit()
	if err != nil {
		return err
	}
	page, err := s.Invitations.Verdicts(c.Request().Context(), c.event, c.QueryParam("cursor"), n)
	if err != nil {
		return err
	}
	wire, err := s.accessWire(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(page, func(v doorward.Verdict) Feedback {
		a := wire(v.Access)
		return Feedback{Access: a, Guest: a.Guest, Verdict: v.Opinion, Note: v.Note, By: v.By, At: stamp(v.At)}
	}))
}

// listInbox handles GET /api/v1/events/:event/security/inbox.
func (s *Server) listInbox(c *call) error {
	accesses, err := s.Invitations.Inbox(c.Request().Context(), c.event)
	if err != nil {
		return err
	}
	wire, err := s.accessWire(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list(doorward.Page[doorward.Access]{Items: accesses}, wire))
}

// BandCounts is how many accesses are in each band.
type BandCounts struct {
	Low    int `json:"low" required:"true"`
	Medium int `json:"medium" required:"true"`
	High   int `json:"high" required:"true"`
	Block  int `json:"block" required:"true"`
}

// Preview is the JSON of what thresholds would have made of the accesses of late.
type Preview struct {
	Days       int                 `json:"days" required:"true"`
	Total      int                 `json:"total" required:"true"`
	Thresholds doorward.Thresholds `json:"thresholds" required:"true"`
	Bands      BandCounts          `json:"bands" required:"true"`
	Scores     []int               `json:"scores" required:"true" nullable:"false"` // accesses by score, 0 to 100
}

// previewBands handles GET /api/v1/events/:event/security/preview?medium=&high=&block=. A threshold that is not named is the
// event's own.
func (s *Server) previewBands(c *call) error {
	e, err := s.Events.Get(c.Request().Context(), c.who.User.ID, c.event)
	if err != nil {
		return err
	}
	t := e.Thresholds
	for _, p := range []struct {
		name string
		to   *int
	}{{"medium", &t.Medium}, {"high", &t.High}, {"block", &t.Block}} {
		if text := c.QueryParam(p.name); text != "" {
			if *p.to, err = strconv.Atoi(text); err != nil {
				return doorward.Invalid(doorward.FieldError{Field: p.name, Detail: "This is a whole number from 1 to 100."})
			}
		}
	}
	if err := t.Check(); err != nil {
		return err
	}
	scores, err := s.Invitations.Scores(c.Request().Context(), c.event)
	if err != nil {
		return err
	}
	out := Preview{Days: invitation.PreviewDays, Thresholds: t, Scores: scores[:]}
	for score, n := range scores {
		out.Total += n
		switch t.Band(score) {
		case doorward.BandLow:
			out.Bands.Low += n
		case doorward.BandMedium:
			out.Bands.Medium += n
		case doorward.BandHigh:
			out.Bands.High += n
		case doorward.BandBlock:
			out.Bands.Block += n
		}
	}
	return c.JSON(http.StatusOK, out)
}

// LearnedModel is the JSON of what the engine judges by, or judged by once.
type LearnedModel struct {
	ID         int64         `json:"id" required:"true"` // 0 is the default
	At         *string       `json:"at" format:"date-time" required:"true" nullable:"true"`
	Origin     string        `json:"origin" enum:"default,learned,reverted" required:"true"`
	Current    bool          `json:"current" required:"true"`
	Legitimate int           `json:"legitimate" required:"true"`
	Suspicious int           `json:"suspicious" required:"true"`
	Before     fraud.Figures `json:"before" required:"true"`
	After      fraud.Figures `json:"after" required:"true"`
	Weights    []float64     `json:"weights" required:"true" nullable:"false"`
	Offset     float64       `json:"offset" required:"true"`
}

func wireModel(m invitation.Model) LearnedModel {
	return LearnedModel{
		ID: m.ID, At: stampOrNull(m.At), Origin: m.Origin, Legitimate: m.Fit.Legitimate, Suspicious: m.Fit.Suspicious,
		Before: m.Fit.Before, After: m.Fit.After, Weights: m.Fit.Model.Weights[:], Offset: m.Fit.Model.Offset,
	}
}

// listModels handles GET /api/v1/events/:event/security/models. What the engine learned is of the whole box, and so are its
// figures: these three are the administrator's.
func (s *Server) listModels(c *call) error {
	models, err := s.Invitations.Models(c.Request().Context())
	if err != nil {
		return err
	}
	out := list(doorward.Page[invitation.Model]{Items: models}, wireModel)
	out.Items[0].Current = true
	return c.JSON(http.StatusOK, out)
}

// RevertBody names the model to go back to.
type RevertBody struct {
	ID int64 `json:"id" required:"true"`
}

// revertModel handles POST /api/v1/events/:event/security/models/revert.
func (s *Server) revertModel(c *call) error {
	var b RevertBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if err := s.Invitations.Revert(c.Request().Context(), b.ID); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// Lesson is the JSON of an attempt to learn.
type Lesson struct {
	Active     bool          `json:"active" required:"true"` // whether what was learned judges from now on
	Reason     string        `json:"reason" required:"true"` // why not
	Legitimate int           `json:"legitimate" required:"true"`
	Suspicious int           `json:"suspicious" required:"true"`
	Before     fraud.Figures `json:"before" required:"true"`
	After      fraud.Figures `json:"after" required:"true"`
}

// learnModel handles POST /api/v1/events/:event/security/models/learn.
func (s *Server) learnModel(c *call) error {
	f, err := s.Invitations.Learn(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Lesson{Active: f.Active, Reason: f.Reason, Legitimate: f.Legitimate, Suspicious: f.Suspicious, Before: f.Before, After: f.After})
}
