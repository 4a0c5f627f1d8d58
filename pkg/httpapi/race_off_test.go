//go:build !race

package httpapi_test

// raceEnabled says that this binary is slow and large, so that figures say nothing.
const raceEnabled = false
