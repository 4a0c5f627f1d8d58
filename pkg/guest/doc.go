// Package guest keeps the guest list: adding, editing and finding guests, and moving whole lists in and out as CSV.
//
// It does not send or sign links (package invitation) and takes no answers (rsvp). Roles are demanded by the routes
// table of httpapi.
//
//	g, err := guests.Add(ctx, user, eventID, guest.Draft{Name: "Ana Costa", Phone: "+351 912 000 001"})
package guest
