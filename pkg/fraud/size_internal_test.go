package fraud

import (
	"testing"
	"unsafe"
)

// A thousand guests are a megabyte.
func TestGuest_isSmall(t *testing.T) {
	if n := unsafe.Sizeof(guest{}); n > 1024 {
		t.Errorf("a guest takes %d bytes", n)
	}
}
