// Package sqlite keeps the guest list: it opens DATA/doorward.db, groups writes into shared commits, carries old
// databases forward, and holds every SQL statement of the program, one file per noun.
//
// It does not decide anything: no role is checked and no rule of the business is known here. Statements are constants
// of type query; a test asks SQLite for the plan of each and refuses scans of growing tables.
//
// # Transactions
//
// Read runs a function on a snapshot. Write queues a function for the one writer, which takes what waits into one
// transaction, gives each its own savepoint, commits once and then answers all. So a write costs a share of an fsync,
// a failing one rolls back alone, and an answered one is on disk (synchronous=FULL). Inside a write there is no
// network, no hashing and no other write: the writer would wait for itself.
//
//	err := db.Write(ctx, func(tx *sqlite.Tx) error {
//		if err := tx.InsertGuest(guest); err != nil {
//			return err
//		}
//		return tx.InsertActivity(event, doorward.ActivityGuest, guest.ID, change)
//	})
//
// What InsertActivity adds is handed to the publish function of Open after the commit, never before.
//
// # Errors
//
// A row that is not there is a doorward.Error with CodeNotFound; a full, read-only or busy disk is CodeUnavailable.
package sqlite
