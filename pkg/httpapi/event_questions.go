package httpapi

import (
	"encoding/json"

	"github.com/doorward/doorward/pkg/doorward"
)

// Question is the JSON of a question that an event asks its guests.
type Question struct {
	ID       doorward.QuestionID   `json:"id" description:"none for a new question: the server makes it"`
	Label    string                `json:"label" required:"true"`
	Kind     doorward.QuestionKind `json:"kind" enum:"text,choice,yes_no" required:"true"`
	Options  []string              `json:"options" description:"what a choice is between"`
	Required bool                  `json:"required" description:"of those who come"`
	Per      doorward.QuestionPer  `json:"per" enum:"guest,head" required:"true"`
}

func wireQuestions(list []doorward.Question) questions {
	wire := questions{}
	for _, q := range list {
		q.Options = orEmpty(q.Options)
		wire = append(wire, Question(q))
	}
	return wire
}

// questions is a list of questions in a request body: null is none.
type questions []Question

// UnmarshalJSON implements json.Unmarshaler. Each question is read into one of its own: encoding/json would leave the
// fields that are not named as they were in the list before.
func (list *questions) UnmarshalJSON(b []byte) error {
	var each []json.RawMessage
	if err := json.Unmarshal(b, &each); err != nil {
		return doorward.Invalid(doorward.FieldError{Field: "questions", Detail: "Send a list of questions."})
	}
	*list = questions{}
	for _, raw := range each {
		q := Question{Per: doorward.PerGuest}
		if err := decodeStrict(raw, &q); err != nil {
			return err
		}
		*list = append(*list, q)
	}
	return nil
}

func (list questions) words() []doorward.Question {
	var words []doorward.Question
	for _, q := range list {
		words = append(words, doorward.Question(q))
	}
	return words
}
