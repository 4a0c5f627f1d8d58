package account

import "testing"

// HashCheaply makes passwords cost next to nothing until the test ends: for tests that are about something else, and run
// often.
func HashCheaply(t *testing.T) {
	before := leastCost
	leastCost.memoryKiB, leastCost.passes = 64, 1
	t.Cleanup(func() { leastCost = before })
}
