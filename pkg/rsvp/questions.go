package rsvp

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/doorward"
)

// checkAnswers puts the answers of a draft into their stored form, and returns every rule they break. An event without
// questions takes whatever is sent, except for what looks like the answer to a question. Of the guest's stored answers those to questions that are gone stay.
func (d *Draft) checkAnswers(questions []doorward.Question, g doorward.Guest) (fields []doorward.FieldError) {
	kept := map[string]string{}
	for key, answer := range g.RSVP.Answers {
		if strings.HasPrefix(key, doorward.QuestionPrefix) && !isAsked(questions, key) {
			kept[key] = answer
		}
	}
	if len(questions) == 0 {
		fields = d.checkFreeAnswers()
	} else {
		fields = d.checkAsked(questions, min(max(d.PlusOnes, 0), g.PartySize-1))
	}
	maps.Copy(kept, d.Answers)
	d.Answers = kept
	return fields
}

func isAsked(questions []doorward.Question, key string) bool {
	id, _, _ := strings.Cut(key, ".")
	return slices.ContainsFunc(questions, func(q doorward.Question) bool { return string(q.ID) == id })
}

func (d *Draft) checkFreeAnswers() (fields []doorward.FieldError) {
	if len(d.Answers) > maxAnswers {
		fields = append(fields, doorward.FieldError{Field: "answers", Detail: "These are more answers than questions."})
	}
	for question, answer := range d.Answers {
		switch {
		case strings.HasPrefix(question, doorward.QuestionPrefix):
			fields = append(fields, unasked(""))
		case len(question) > maxMessage || !isText(answer):
			fields = append(fields, doorward.FieldError{Field: "answers", Detail: tooLong})
		}
	}
	return fields
}

const tooLong = "Use at most 1,000 characters for an answer."

func isText(answer string) bool {
	return utf8.RuneCountInString(answer) <= maxMessage && doorward.PrintableLines(answer)
}

func unasked(key string) doorward.FieldError {
	field := "answers"
	if key != "" {
		field += "." + key
	}
	return doorward.FieldError{Field: field, Detail: "Nobody asked this. Load the page again: your host may have changed the questions."}
}

// checkAsked keeps the answers that belong to a question, of the guest and the companions. Required ones are demanded
// only of those who come.
func (d *Draft) checkAsked(questions []doorward.Question, companions int) (fields []doorward.FieldError) {
	given := d.Answers
	d.Answers = map[string]string{}
	known := map[string]bool{}
	for _, q := range questions {
		heads := 0
		if q.Per == doorward.PerHead {
			heads = companions
		}
		for head := range heads + 1 {
			key := doorward.AnswerKey(q.ID, head)
			known[key] = true
			answer := strings.TrimSpace(given[key])
			if detail := problemOf(q, answer, d.Status); detail != "" {
				fields = append(fields, doorward.FieldError{Field: "answers." + key, Detail: detail})
			}
			if answer != "" {
				d.Answers[key] = answer
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		switch {
		case known[key] || given[key] == "" && isAsked(questions, key):
		case isAsked(questions, key) && d.Status == doorward.RSVPDeclined: // of people who do not come now
		case isAsked(questions, key):
			fields = append(fields, doorward.FieldError{Field: "answers." + key, Detail: "This answer is for somebody whom you don’t bring."})
		default:
			fields = append(fields, unasked(doorward.Truncate(key, 40)))
		}
	}
	return fields
}

// problemOf says what is wrong with an answer to a question; "" is none.
func problemOf(q doorward.Question, answer string, status doorward.RSVPStatus) string {
	switch {
	case answer == "" && q.Required && status == doorward.RSVPAttending:
		return "Please answer “" + q.Label + "”."
	case answer == "":
		return ""
	case q.Kind == doorward.QuestionChoice && !slices.Contains(q.Options, answer):
		return "Choose one of the answers to “" + q.Label + "”."
	case q.Kind == doorward.QuestionYesNo && answer != doorward.AnswerYes && answer != doorward.AnswerNo:
		return "Answer “" + q.Label + "” with yes or no."
	case !isText(answer):
		return tooLong
	default:
		return ""
	}
}
