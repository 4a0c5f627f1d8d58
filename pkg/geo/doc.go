// Package geo says where an address is and whose network it is of: country, a cell of about 28 km, the number of the
// autonomous system, and the kind of network. It works offline, from data that is part of the program, and prefers files
// of the operator where there are some.
//
// It never asks anybody and never fails a caller: what is not known is the zero Place. It does not resolve names, knows no
// cities and no streets, and has no opinion on who is suspicious. Local addresses are told without data.
//
// # Data
//
// cmd/gen makes data/v4.zst and data/v6.zst from the sources that NOTICE names. Inflated, each is two tables of package
// flat, one after the other: the place by address, then the network by address. IPv6 counts in networks of /64. Open
// inflates a file once into a folder and maps it from there; its name carries the checksum of its content, so that a new
// version of the program makes its own and a damaged one is made again.
//
// # Example
//
//	bundled, err := geo.Open("doorward-data")
//	place := bundled.Locate(netip.MustParseAddr("8.8.8.8")) // US, AS15169
package geo
