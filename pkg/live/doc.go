// Package live carries an event's activity to whoever is watching it, inside this process.
//
// It is only a wake-up: the activity table is the truth, and a watcher that misses something reads it
// there. It does not store, does not replay, does not know HTTP, and gives a subscriber no promise but
// order: what one publisher sends to a topic arrives in the order sent and without a hole, but where a
// resync stands for it.
//
// # Example
//
//	hub := live.NewHub()
//	sub := hub.Subscribe(string(eventID))
//	defer sub.Close()
//	for activity := range sub.C() {
//		if activity.Kind == doorward.ActivityResync {
//			// something was missed: read the table again
//		}
//	}
package live
