// Package rsvp takes a guest's answer: who comes, with how many, until when, and while there is room.
//
// An answer is a use of the link: it is judged before it counts (Gate), inside the same transaction that counts heads,
// so that the last place is given once. Waiting lists and custom questions are not here yet.
//
//	err := rsvps.Answer(ctx, tokenText, signals, rsvp.Draft{Status: doorward.RSVPAttending, PlusOnes: 1})
package rsvp
