// Package event is the host's side of a party: making, changing, copying and deleting it, what its guests are asked, its
// thresholds, its trusted networks, its history and who has which role on it.
//
// It does not know guests (package guest), links (invitation) or doors (door). Roles are read here and demanded by the
// routes table of httpapi; the methods themselves trust their caller.
//
//	created, err := events.Create(ctx, user, doorward.Event{Name: "Rooftop Friday", StartsAt: start, Timezone: "Europe/Lisbon"})
package event
