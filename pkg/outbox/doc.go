// Package outbox does what must follow a commit, such as sending a mail: a job is a row that is written in the
// transaction of its cause, so that either both are there or neither.
//
// Run takes jobs that are due under a lease, a few at a time, does each outside of any transaction, and writes what
// came of it. Then it sleeps until the next job is due or a commit adds one; it never polls. A job that fails is tried
// again after a pause that doubles, for about a day, and is then given up: the row stays, dead, with the reason.
//
// At least once: when the program is killed between doing a job and writing it down, the job is done again after its
// lease. Otherwise a job is done once. So work must bear being repeated, for example by naming a mail after its row.
//
// It does not know what a job is about, who may add one, or when work recurs.
//
//	box := outbox.New(db, time.Now, rand.Float64)
//	box.Handle("mail", outbox.Work{Do: send, GiveUp: markFailed})
//	err := db.Write(ctx, func(tx *sqlite.Tx) error {
//		_, err := box.Enqueue(tx, doorward.Job{Kind: "mail", Key: string(n.ID), Payload: string(n.ID)})
//		return err
//	})
//	box.Run(ctx) // until ctx ends
package outbox
