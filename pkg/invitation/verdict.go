package invitation

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/fraud"
	"github.com/doorward/doorward/pkg/sqlite"
)

// Judge stores a host's verdict on an access; one on the same access takes its place. It counts at once for the
// device that made the access, and later for what the engine learns.
func (i *Invitations) Judge(ctx context.Context, user doorward.User, event doorward.EventID, id doorward.AccessID, opinion doorward.Opinion, note string) (a doorward.Access, err error) {
	if err := i.Ready(ctx, event); err != nil {
		return a, err
	}
	err = i.db.Write(ctx, func(tx *sqlite.Tx) error {
		if a, err = tx.Access(event, id); err != nil {
			return err
		}
		if opinion == doorward.OpinionLegitimate && a.Assessment.Class != doorward.ClassHuman {
			return doorward.Invalid(doorward.FieldError{Field: "verdict", Detail: "A script can't be let in: ask the guest to use a browser."})
		}
		a.Opinion = opinion
		if err := tx.PutVerdict(doorward.Verdict{Access: a, Opinion: opinion, Note: note, By: user.Name, ByUser: user.ID}); err != nil {
			return err
		}
		return i.engine.judge(tx, a)
	})
	return a, err
}

// Verdicts lists what hosts said of an event's accesses, newest first.
func (i *Invitations) Verdicts(ctx context.Context, event doorward.EventID, cursor string, limit int) (page doorward.Page[doorward.Verdict], err error) {
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		page, err = tx.Verdicts(event, cursor, limit)
		return err
	})
	return page, err
}

// What the security page looks back on, and how much it asks a host to judge.
const (
	PreviewDays = 30

	inboxLoud  = 20
	inboxQuiet = 2 // without which learning would know only what alarmed
)

// Scores counts an event's scored accesses of the last PreviewDays by score: what thresholds would have made of them.
func (i *Invitations) Scores(ctx context.Context, event doorward.EventID) (counts [101]int, err error) {
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		counts, err = tx.Scores(event, tx.Now.AddDate(0, 0, -PreviewDays))
		return err
	})
	return counts, err
}

// Inbox returns the accesses that a host should judge: what alarmed of late, and a few of those that did not.
func (i *Invitations) Inbox(ctx context.Context, event doorward.EventID) (list []doorward.Access, err error) {
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		e, err := tx.Event(event)
		if err != nil {
			return err
		}
		list, err = tx.Inbox(event, tx.Now.AddDate(0, 0, -PreviewDays), e.Thresholds.Medium, inboxLoud, inboxQuiet)
		return err
	})
	return list, err
}

// Model is what the engine judges by, or judged by once.
type Model struct {
	ID     int64 // 0: the default
	At     time.Time
	Origin string // default, learned or reverted
	Fit    fraud.Fit
}

// modelsShown is how many learned models a host can go back to.
const modelsShown = 20

// Models lists what the engine learned, newest first; the first is what it judges by. The default is always the last.
func (i *Invitations) Models(ctx context.Context) (list []Model, err error) {
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		stored, err := tx.Models(modelsShown)
		if err != nil {
			return err
		}
		for _, m := range stored {
			out := Model{ID: m.ID, At: m.At, Origin: m.Origin}
			if err := unmarshal(m.Fit, &out.Fit); err != nil {
				return err
			}
			if err := unmarshal(m.Weights, &out.Fit.Model); err != nil {
				return err
			}
			list = append(list, out)
		}
		return nil
	})
	return append(list, Model{Origin: "default", Fit: fraud.Fit{Model: *fraud.DefaultModel(), Active: true}}), err
}

// Revert makes an earlier model the one that judges; 0 is the default.
func (i *Invitations) Revert(ctx context.Context, id int64) error {
	return i.db.Write(ctx, func(tx *sqlite.Tx) error {
		weights := marshal(fraud.DefaultModel())
		if id != 0 {
			var err error
			if weights, err = tx.ModelWeights(id); err != nil {
				return err
			}
		}
		return i.engine.adopt(tx, sqlite.LearnedModel{Origin: "reverted", Weights: weights, Fit: "{}"})
	})
}

// lessonsMost is how many verdicts, the newest, are learned from.
const lessonsMost = 5000

// Learn fits the model to all verdicts. It is stored, and judges, when it passes the gates of fraud.Learn and differs from
// the one in use. What it found is returned either way.
func (i *Invitations) Learn(ctx context.Context) (f fraud.Fit, err error) {
	i.learning.Lock()
	defer i.learning.Unlock()
	var lessons []fraud.Lesson
	err = i.db.Read(ctx, func(tx *sqlite.Tx) error {
		return tx.EachVerdict(time.Time{}, lessonsMost, func(v doorward.Verdict) error {
			l := fraud.Lesson{Guest: v.Access.GuestID, Event: v.Access.EventID, Host: v.ByUser, Stranger: v.Opinion == doorward.OpinionSuspicious, Score: v.Access.Assessment.Score}
			if copy(l.Evidence[:], v.Access.Assessment.Evidence) == len(l.Evidence) {
				lessons = append(lessons, l)
			}
			return nil
		})
	})
	if err != nil {
		return f, err
	}
	if f = i.fit; i.fitted == nil || !slices.Equal(lessons, i.fitted) {
		f = fraud.Learn(lessons)
		i.fit, i.fitted = f, lessons
	}
	if !f.Active {
		return f, nil
	}
	return f, i.db.Write(ctx, func(tx *sqlite.Tx) error {
		last, err := tx.Models(1)
		if err != nil {
			return err
		}
		// What a host went back from must not come again before there are new verdicts.
		fit := marshal(f)
		for _, m := range last {
			if m.Fit == fit || m.Origin == "reverted" && !newer(tx, m) {
				return nil
			}
		}
		return i.engine.adopt(tx, sqlite.LearnedModel{Origin: "learned", Weights: marshal(f.Model), Fit: fit})
	})
}

// newer reports whether there are verdicts from after a model was stored.
func newer(tx *sqlite.Tx, m sqlite.LearnedModel) bool {
	found := false
	err := tx.EachVerdict(m.At, 1, func(doorward.Verdict) error {
		found = true
		return nil
	})
	return found && err == nil
}

// adopt stores a model and judges by it from the commit on.
func (e *engine) adopt(tx *sqlite.Tx, m sqlite.LearnedModel) error {
	if err := tx.InsertModel(m); err != nil {
		return err
	}
	tx.AfterCommit(func() {
		e.model = nil
		e.mu.Lock()
		clear(e.events) // what they remember was weighed by the model before
		e.mu.Unlock()
		e.epoch.Add(1)
	})
	return nil
}

// learnedModel reads the model that was stored last; without one it is the default.
func learnedModel(tx *sqlite.Tx) (*fraud.Model, error) {
	stored, err := tx.Models(1)
	if err != nil || len(stored) == 0 {
		return fraud.DefaultModel(), err
	}
	m := &fraud.Model{}
	return m, unmarshal(stored[0].Weights, m)
}

func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("marshalling a %T: %v", v, err)) // of numbers only, none of which is infinite
	}
	return string(b)
}

func unmarshal(text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("reading a learned model: %w", err)
	}
	return nil
}
