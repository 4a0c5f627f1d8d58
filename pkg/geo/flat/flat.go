package flat

import (
	"encoding/binary"
	"errors"
)

// Span gives Value to every key from Start up to the start of the next span.
type Span struct {
	Start uint64
	Value uint32
}

// Layout, all little-endian: the header of headerSize bytes, then
//
//	lengths 256 × uint64: what the codes of lengths mean
//	blocks  of blockSpans codes each, how long each span is as a number into lengths, and then blockSpans bytes that
//	        say which of the values of the block each span has
//	index   65,537 × uint32: the first block whose start has at least these upper 16 bits
//	heads   for each block its first key as uint64, and as uint32 where its values begin in numbers
//	values  uint32 each: all values; none when numbers holds values themselves
//	numbers the values of the blocks, as 2-byte numbers into values, or as they are in 4 bytes
//
// A length that has no code is the sum of some that have: the span is stored as several with one value. What a look-up
// needs of a block lies side by side, since waiting for memory is most of its time.
const (
	magic      = "DWFLAT1\n"
	headerSize = 128 // magic, then as uint32 each: blocks, values, size of all; so that blocks are aligned
	sizeAt     = 16
	codeCount  = 256
	indexCount = 1 << 16 // one more closes it
	indexShift = 48
	headSize   = 12
	blockSpans = 64
	blockSize  = 2 * blockSpans
)

// ErrFormat is the error for bytes that are not a whole table.
var ErrFormat = errors.New("not a whole table")

// Table answers which value a key has. It reads the bytes that it was opened on, which must outlive it.
// The zero Table answers 0 to everything.
type Table struct {
	lengths                               [codeCount]uint64
	blocks, index, heads, values, numbers []byte
}

// Size returns how many of the bytes of data, which begins with a table, are of that table.
func Size(data []byte) (int, error) {
	if len(data) < headerSize || string(data[:len(magic)]) != magic {
		return 0, ErrFormat
	}
	size := binary.LittleEndian.Uint32(data[sizeAt:])
	if uint64(size) > uint64(len(data)) {
		return 0, ErrFormat
	}
	return int(size), nil
}

// Open finds the parts of a table that Encode wrote. Lookup may panic on bytes that were changed since.
func Open(data []byte) (*Table, error) {
	size, err := Size(data)
	if err != nil {
		return nil, err
	}
	field := func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	blocks, values := field(8), field(12)
	fixed := headerSize + codeCount*8 + (indexCount+1)*4 + blocks*(headSize+blockSize) + values*4
	if size != len(data) || size < fixed {
		return nil, ErrFormat
	}
	rest := data[headerSize:]
	cut := func(n int) []byte {
		part := rest[:n:n]
		rest = rest[n:]
		return part
	}
	t := &Table{}
	for i, lengths := 0, cut(codeCount*8); i < codeCount; i++ {
		t.lengths[i] = binary.LittleEndian.Uint64(lengths[i*8:])
	}
	t.blocks, t.index, t.heads = cut(blocks*blockSize), cut((indexCount+1)*4), cut(blocks*headSize)
	t.values, t.numbers = cut(values*4), rest
	return t, nil
}

// Lookup returns the value of key: that of the last span which starts at or before it, or 0 where there is none.
func (t *Table) Lookup(key uint64) uint32 {
	p, ok := t.find(key)
	if !ok {
		return 0
	}
	return t.value(p)
}

// Lookup2 returns the values of key in two tables. It is faster than one after the other: what both wait for comes together.
func Lookup2(a, b *Table, key uint64) (inA, inB uint32) {
	pa, okA := a.find(key)
	pb, okB := b.find(key)
	if okA {
		inA = a.value(pa)
	}
	if okB {
		inB = b.value(pb)
	}
	return inA, inB
}

// position is where the search for a key goes on: in a block, at a distance from its start.
type position struct {
	block    []byte
	distance uint64
	number   uint32 // of the first value of the block
	end      uint64 // of the first span of the block, counted from its start
	id       byte   // of the value of that span
}

// find returns the block that key is in. It reads its first bytes already, so that value need not wait for them.
func (t *Table) find(key uint64) (_ position, ok bool) {
	if len(t.index) == 0 {
		return position{}, false
	}
	top := uint32(key >> indexShift)
	low, high := uint32At(t.index, top), uint32At(t.index, top+1)
	for n := high - low; n > 0; { // no branch on what is found: which way it goes cannot be foretold
		half := (n + 1) / 2
		next := low
		if t.start(low+half-1) <= key {
			next = low + half
		}
		low, n = next, n-half
	}
	if low == 0 {
		return position{}, false
	}
	block := t.blocks[int(low-1)*blockSize:][:blockSize]
	return position{
		block: block, distance: key - t.start(low-1), number: binary.LittleEndian.Uint32(t.heads[int(low-1)*headSize+8:]),
		end: t.lengths[block[0]], id: block[blockSpans],
	}, true
}

// value returns the value at p.
func (t *Table) value(p position) uint32 {
	block, end, id := p.block[:blockSize], p.end, p.id
	for i := 1; i < blockSpans && end <= p.distance; i++ {
		end += t.lengths[block[i]]
		id = block[blockSpans+i]
	}
	number := p.number + uint32(id)
	if len(t.values) == 0 {
		return uint32At(t.numbers, number)
	}
	return uint32At(t.values, uint32(binary.LittleEndian.Uint16(t.numbers[int(number)*2:])))
}

func (t *Table) start(block uint32) uint64 {
	return binary.LittleEndian.Uint64(t.heads[int(block)*headSize:])
}

func uint32At(b []byte, i uint32) uint32 { return binary.LittleEndian.Uint32(b[int(i)*4:]) }
