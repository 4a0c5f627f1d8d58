package fraud

import (
	"encoding/binary"
	"math"
	"net/netip"

	"github.com/doorward/doorward/pkg/doorward"
)

// Access is one use of a guest's link, as the engine is told of it.
type Access struct {
	Guest   doorward.GuestID
	Party   int // heads that the link invites; below 1 counts as 1
	Link    int // which of the guest's links it is: a higher one took the place of those before
	Free    int // at the door: heads of the party that the ledger has outside; 0 where there are none, or no ledger
	Signals doorward.Signals
	Place   doorward.Place // of Signals.IP; the zero Place is unknown
}

func (a *Access) heads() int { return max(a.Party, 1) }

// seconds is when the access happened, in Unix seconds. A box without a clock may be anywhere; before 1970 is 1970.
func (a *Access) seconds() int64 { return min(max(a.Signals.At.Unix(), 0), math.MaxUint32) }

// hash is FNV-1a over a text. It tells devices of one event apart; nobody gains by making two collide, since a
// collision only makes a stranger look like another stranger.
func hash(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

func mix(h, v uint64) uint64 {
	h ^= v + 0x9e3779b97f4a7c15 + h<<6 + h>>2
	h *= 0xff51afd7ed558ccd
	return h ^ h>>32
}

// line is where an access came from: what one line has, an IPv4 address or an IPv6 /64. It is 0 when unknown.
type line uint64

// v4Mark tells an IPv4 address from an IPv6 one: none of these in use begins with it.
const v4Mark = 1 << 62

func lineOf(ip netip.Addr) line {
	ip = ip.Unmap()
	switch {
	case !ip.IsValid():
		return 0
	case ip.Is4():
		b := ip.As4()
		return v4Mark | line(binary.BigEndian.Uint32(b[:]))
	default:
		b := ip.As16()
		return line(binary.BigEndian.Uint64(b[:8]))
	}
}

// isBeside reports whether two lines share a block: a /24, or a /48.
func (l line) isBeside(other line) bool {
	if l>>32 == v4Mark>>32 {
		return l>>8 == other>>8
	}
	return l>>16 == other>>16
}

// nation is a country's two letters as a number; 0 is unknown.
type nation uint16

func nationOf(country string) nation {
	if len(country) != 2 {
		return 0
	}
	return nation(country[0])<<8 | nation(country[1])
}
