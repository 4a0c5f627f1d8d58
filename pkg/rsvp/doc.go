// Package rsvp takes a guest's answer: who comes, with how many and what they say to the host's questions, until when,
// and while there is room.
//
// An answer is a use of the link: it is judged before it counts (Gate), inside the same transaction that counts heads,
// so that the last place is given once. What hosts ask is kept by package event; a message of a free place is sent by
// whoever Notices is.
//
// # Waiting list
//
// The queue of an event is strict. A place is given to whoever is next as soon as the whole party fits, and never to
// somebody behind them, however small the party (Promote). While somebody waits nobody new comes in, and who comes already
// brings no more people; both would take the place that the next one waits for. Who waits keeps the place in the queue when
// they bring fewer people or only change what they say, and goes to its end when they bring more. Nobody who has a seat loses
// it to a capacity that was lowered. Places that become free after the deadline are given too, but not those of an event
// that is closed or over: then the queue stands still until it is open again. When the host no longer offers a waiting list,
// who waits still does, and nobody new can. A long queue gets its places a hundred per write, the later ones by jobs of the outbox,
// so that the door does not wait for them.
//
//	out, err := rsvps.Answer(ctx, tokenText, signals, rsvp.Draft{Status: doorward.RSVPAttending, PlusOnes: 1})
package rsvp
