package doorward

// QuestionID names a question of an event: qst_…
type QuestionID string

// QuestionPrefix begins every QuestionID.
const QuestionPrefix = "qst_"

// NewQuestionID makes a fresh random id.
func NewQuestionID() QuestionID { return QuestionID(newID(QuestionPrefix)) }

// QuestionKind says what an answer to a question may be.
type QuestionKind string

const (
	QuestionText   QuestionKind = "text"
	QuestionChoice QuestionKind = "choice" // one of Options
	QuestionYesNo  QuestionKind = "yes_no" // AnswerYes or AnswerNo
)

// The answers to a QuestionYesNo.
const (
	AnswerYes = "yes"
	AnswerNo  = "no"
)

// QuestionPer says who answers a question.
type QuestionPer string

const (
	PerGuest QuestionPer = "guest" // the guest, once
	PerHead  QuestionPer = "head"  // the guest, and for everybody whom they bring
)

// Question is something that a host asks with an invitation. It is stored as it is sent.
type Question struct {
	ID       QuestionID   `json:"id"`
	Label    string       `json:"label"`
	Kind     QuestionKind `json:"kind"`
	Options  []string     `json:"options"` // of a QuestionChoice, in the order they are shown
	Required bool         `json:"required"`
	Per      QuestionPer  `json:"per"`
}
