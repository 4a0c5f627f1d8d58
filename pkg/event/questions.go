package event

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
)

const (
	maxQuestions = 20
	maxLabel     = 200
	maxOptions   = 20
	maxOption    = 100
)

// checkQuestions trims the questions of an event and returns every rule they break.
func checkQuestions(questions []doorward.Question) (fields []doorward.FieldError) {
	if len(questions) > maxQuestions {
		return []doorward.FieldError{{Field: "questions", Detail: "Ask at most 20 questions."}}
	}
	for i := range questions {
		q := &questions[i]
		rule := func(ok bool, field, detail string) {
			if !ok {
				fields = append(fields, doorward.FieldError{Field: "questions." + strconv.Itoa(i) + "." + field, Detail: detail})
			}
		}
		q.Label = strings.TrimSpace(q.Label)
		rule(q.Label != "" && utf8.RuneCountInString(q.Label) <= maxLabel && doorward.Printable(q.Label), "label", "Write the question in at most 200 characters.")
		rule(q.Kind == doorward.QuestionText || q.Kind == doorward.QuestionChoice || q.Kind == doorward.QuestionYesNo, "kind", "Use text, choice or yes_no.")
		rule(q.Per == doorward.PerGuest || q.Per == doorward.PerHead, "per", "Use guest or head.")
		if q.Kind == doorward.QuestionChoice {
			rule(cleanOptions(q), "options", "Give 2 to 20 different answers to choose from, of at most 100 characters.")
		} else {
			rule(len(q.Options) == 0, "options", "Only a choice has answers to choose from.")
		}
	}
	return fields
}

// cleanOptions trims the options of a question and reports whether they are fine.
func cleanOptions(q *doorward.Question) bool {
	var clean []string
	for _, option := range q.Options {
		option = strings.TrimSpace(option)
		if option == "" || utf8.RuneCountInString(option) > maxOption || !doorward.Printable(option) || slices.Contains(clean, option) {
			return false
		}
		clean = append(clean, option)
	}
	q.Options = clean
	return len(clean) >= 2 && len(clean) <= maxOptions
}

// nameQuestions gives ids to the questions that are new. Those that are not keep theirs, so that the answers to them do
// too; an id that is no question's of before, or stands twice, is refused.
func nameQuestions(questions, before []doorward.Question) error {
	left := map[doorward.QuestionID]bool{}
	for _, q := range before {
		left[q.ID] = true
	}
	for i := range questions {
		switch id := questions[i].ID; {
		case id == "":
			questions[i].ID = doorward.NewQuestionID()
		case left[id]:
			delete(left, id)
		default:
			return doorward.Invalid(doorward.FieldError{
				Field: "questions." + strconv.Itoa(i) + ".id", Detail: "There is no such question. Leave the id out of a new one.",
			})
		}
	}
	return nil
}
