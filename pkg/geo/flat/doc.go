// Package flat is a table from 64-bit keys to 32-bit values, for values that hold over long runs of keys: what the
// bundled geo data is looked up in. Its bytes are small enough to be kept as they are, and are searched as they are.
//
// It finds values in tens of nanoseconds and allocates nothing. It does not compress, does not check for damage
// (whoever stores a table keeps a checksum beside it), and cannot change a table that is made.
//
// # Example
//
//	data := flat.Encode([]flat.Span{{Start: 10, Value: 7}, {Start: 20, Value: 0}})
//	t, err := flat.Open(data)
//	t.Lookup(15) // 7
package flat
