package flat

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// Encode makes a table of spans, which must be sorted by Start, each once. Keys before the first have the value 0.
func Encode(spans []Span) []byte {
	spans = slices.CompactFunc(slices.Clone(spans), func(a, b Span) bool { return a.Value == b.Value })
	e := encoder{lengths: lengths(spans), values: byUse(valuesOf(spans)), number: map[uint32]uint16{}, code: map[uint64]byte{}}
	if len(e.values) > math.MaxUint16+1 {
		e.values = nil
	}
	for i, v := range e.values {
		e.number[v] = uint16(i)
	}
	for i, n := range e.lengths {
		e.code[n] = byte(i)
	}
	for i, s := range spans {
		if i+1 == len(spans) {
			e.add(s, e.lengths[0]) // the last goes on to the last key: its length is never asked for
			break
		}
		for end := spans[i+1].Start; s.Start < end; {
			n := e.longest(end - s.Start)
			e.add(s, n)
			s.Start += n
		}
	}
	return e.table()
}

type encoder struct {
	lengths []uint64 // ascending
	code    map[uint64]byte
	values  []uint32
	number  map[uint32]uint16

	own                 []uint32 // the values of the block that is being filled
	starts              []uint64
	locals              []uint32
	codes, ids, numbers []byte
}

// lengths chooses the lengths that get a code: the powers of two that every length is a sum of, and the most frequent.
func lengths(spans []Span) []uint64 {
	used := map[uint64]int{}
	all := uint64(0)
	for i := range max(len(spans)-1, 0) {
		n := spans[i+1].Start - spans[i].Start
		used[n]++
		all |= n
	}
	for bit := min(bits.TrailingZeros64(all), 63); bit < 64; bit++ {
		used[1<<bit] = math.MaxInt
	}
	chosen := byUse(used)
	chosen = chosen[:min(len(chosen), codeCount)]
	slices.Sort(chosen)
	return chosen
}

func valuesOf(spans []Span) map[uint32]int {
	used := map[uint32]int{}
	for _, s := range spans {
		used[s.Value]++
	}
	return used
}

// byUse returns the keys of used, those with the highest count first.
func byUse[K cmp.Ordered](used map[K]int) []K {
	all := make([]K, 0, len(used))
	for k := range used {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b K) int {
		return cmp.Or(cmp.Compare(used[b], used[a]), cmp.Compare(a, b))
	})
	return all
}

// longest returns the longest length with a code that is at most n.
func (e *encoder) longest(n uint64) uint64 {
	at, found := slices.BinarySearch(e.lengths, n)
	if !found {
		at--
	}
	return e.lengths[at]
}

func (e *encoder) add(s Span, length uint64) {
	if len(e.codes)%blockSpans == 0 {
		e.closeBlock()
		e.starts = append(e.starts, s.Start)
	}
	at := slices.Index(e.own, s.Value)
	if at < 0 {
		at = len(e.own)
		e.own = append(e.own, s.Value)
	}
	e.codes = append(e.codes, e.code[length])
	e.ids = append(e.ids, byte(at))
}

func (e *encoder) closeBlock() {
	if len(e.starts) == 0 {
		return
	}
	size := 4
	if e.values != nil {
		size = 2
	}
	e.locals = append(e.locals, uint32(len(e.numbers)/size))
	for _, v := range e.own {
		if e.values != nil {
			e.numbers = binary.LittleEndian.AppendUint16(e.numbers, e.number[v])
		} else {
			e.numbers = binary.LittleEndian.AppendUint32(e.numbers, v)
		}
	}
	e.own = e.own[:0]
}

func (e *encoder) table() []byte {
	for len(e.codes)%blockSpans != 0 {
		e.codes = append(e.codes, e.codes[len(e.codes)-1])
		e.ids = append(e.ids, e.ids[len(e.ids)-1])
	}
	e.closeBlock()
	out := append(make([]byte, 0, headerSize), magic...)
	size := headerSize + codeCount*8 + (indexCount+1)*4 + len(e.starts)*headSize + len(e.values)*4 + len(e.codes)*2 + len(e.numbers)
	padding := -size & (headerSize - 1) // so that a table after this one is aligned too
	size += padding
	for _, n := range []int{len(e.starts), len(e.values), size} {
		out = binary.LittleEndian.AppendUint32(out, uint32(n))
	}
	out = append(out, make([]byte, headerSize-len(out))...)
	for i := range codeCount {
		n := uint64(0)
		if i < len(e.lengths) {
			n = e.lengths[i]
		}
		out = binary.LittleEndian.AppendUint64(out, n)
	}
	for at := 0; at < len(e.codes); at += blockSpans {
		out = append(append(out, e.codes[at:at+blockSpans]...), e.ids[at:at+blockSpans]...)
	}
	block := 0
	for top := range uint64(indexCount + 1) {
		for block < len(e.starts) && e.starts[block]>>indexShift < top {
			block++
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(block))
	}
	for i, s := range e.starts {
		out = binary.LittleEndian.AppendUint64(out, s)
		out = binary.LittleEndian.AppendUint32(out, e.locals[i])
	}
	for _, v := range e.values {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return append(append(out, e.numbers...), make([]byte, padding)...)
}
