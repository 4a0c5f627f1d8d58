// Package limit counts how often somebody did something within a sliding window, and says when they may again.
//
// It knows neither requests nor users: a key is any text. Counts live in memory alone and are lost with the process;
// what must outlive it, the lock of an address, is a row (package account).
//
// # The window
//
// A window is cut into eight slots. What was counted in a slot is forgotten when the whole slot is older than the
// window, so there are never more than the limit in any stretch of time as long as the window, wherever it begins; a
// slot that has partly gone still counts whole, which makes the wait up to an eighth longer. What was refused is not
// counted: whoever waits as long as they were told is let through.
//
// # Memory
//
// A Window holds at most as many keys as it was made with, and of a key a hash and its nine counts, so about 100 bytes.
// When it is full, the key that was not seen for the longest is forgotten and begins anew: somebody with very many
// addresses can free old ones, but no more of them than they have addresses themselves. There is no goroutine; each call
// forgets a little of what is over.
//
// # Time
//
// Time is measured from the clock's value when the Window was made. With a clock like time.Now that is monotonic time:
// setting the machine's clock neither frees nor locks anybody.
//
//	w := limit.New(clock, 60, time.Minute, 8192)
//	if wait := w.Take("192.0.2.1"); wait > 0 {
//		// over the limit: may be tried again after wait
//	}
package limit
