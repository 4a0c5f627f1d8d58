package httpapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/rsvp"
)

// The names of the form's fields: one companion per head, and answers by doorward.AnswerKey.
const (
	companionField = "companions"
	answersField   = "answers."
)

// questionField is a question on the guest's page, to the guest or of one companion.
type questionField struct {
	Name     string // of the field; also its id
	Label    string
	Kind     doorward.QuestionKind
	Options  []string
	Required bool
	Value    string
	Error    string // what is wrong with Value
}

// companionFields are what the page asks of one whom the guest brings.
type companionFields struct {
	Number    int // from 1
	Name      string
	Error     string // what is wrong with Name
	Questions []questionField
}

// fill sets the questions of the page, with names and answers as they are stored or were typed, and what is wrong with
// them.
func (p *guestPage) fill(e doorward.Event, g doorward.Guest, names []string, answers map[string]string, wrong []doorward.FieldError) {
	problems := map[string]string{}
	for _, w := range wrong {
		problems[w.Field] = w.Detail
	}
	field := func(q doorward.Question, head int) questionField {
		key := doorward.AnswerKey(q.ID, head)
		return questionField{
			Name: answersField + key, Label: q.Label, Kind: q.Kind, Options: q.Options, Required: q.Required,
			Value: answers[key], Error: problems[answersField+key],
		}
	}
	p.Questions, p.Companions = nil, nil
	for _, q := range e.Questions {
		p.Questions = append(p.Questions, field(q, 0))
	}
	for head := 1; head < g.PartySize; head++ {
		c := companionFields{Number: head}
		if head <= len(names) {
			c.Name = names[head-1]
		}
		if c.Name != "" {
			c.Error = problems[companionField]
		}
		for _, q := range e.Questions {
			if q.Per == doorward.PerHead {
				c.Questions = append(c.Questions, field(q, head))
			}
		}
		p.Companions = append(p.Companions, c)
	}
}

// answerForm stores the answer of the page's form and shows the page again: after a redirect when it was taken, with
// what was typed and a sentence when it was not.
func (s *Server) answerForm(c *call) error {
	form, err := c.FormParams()
	if err != nil {
		return readError(err, "The form is not complete.")
	}
	d, err := formDraft(form)
	if err == nil {
		_, err = s.storeAnswer(c, d)
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/i/"+c.Param("token"))
	}
	g, e, viewErr := s.Invitations.View(c.Request().Context(), c.Param("token"))
	p, known := problem(err, c)
	if viewErr != nil || p.Status >= http.StatusInternalServerError {
		return s.notice(c, err)
	}
	page, err := s.guestPage(c, g, e)
	if err != nil {
		return err
	}
	switch {
	case known.Code == doorward.CodeAccessBlocked:
		page.Blocked = true // the page has words of its own, and the way out
	case len(known.Fields) > 0:
		page.Error = known.Fields[0].Detail
	default:
		page.Error = known.Message
	}
	page.Answer.PlusOnes, page.Answer.Message = d.PlusOnes, d.Message
	page.fill(e, g, d.Companions, d.Answers, known.Fields)
	return s.pages.render(c, p.Status, "guest", page)
}

// formDraft reads the form. What was typed is in the draft also when it is refused.
func formDraft(form url.Values) (rsvp.Draft, error) {
	d := rsvp.Draft{
		Status: doorward.RSVPStatus(form.Get("status")), Companions: form[companionField], Answers: map[string]string{},
		Message: lines(form.Get("message")),
	}
	for name, values := range form {
		if key, is := strings.CutPrefix(name, answersField); is && values[0] != "" {
			d.Answers[key] = lines(values[0])
		}
	}
	if n := form.Get("plus_ones"); n != "" {
		var err error
		if d.PlusOnes, err = strconv.Atoi(n); err != nil {
			return d, doorward.Invalid(doorward.FieldError{Field: "plus_ones", Detail: "Use a whole number for the people you bring."})
		}
	}
	return d, nil
}

// lines is a text of several lines with the line breaks that we keep; a form sends others.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
