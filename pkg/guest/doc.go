// Package guest keeps the guest list: adding, editing and finding guests, and moving whole lists in and out as CSV.
//
// It does not send or sign links (package invitation) and takes no answers (rsvp). Roles are demanded by the routes
// table of httpapi.
//
// An import is all or nothing, and so one commit, for which everybody else waits, the door too. Everything that can be is
// done before it. What remains for the 5,000 guests that a file may bring is about half a second of work for a server's
// processor and more for a slower or busy one; BenchmarkImport measures it. Import before the doors open.
//
//	g, err := guests.Add(ctx, user, eventID, guest.Draft{Name: "Ana Costa", Phone: "+351 912 000 001"})
package guest
