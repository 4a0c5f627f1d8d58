// Package cidr reads the networks of an allowlist and answers whether an address is in one of them.
//
// It knows one spelling of each network: host bits cleared, a bare address as a network of one, and
// IPv4 never written as IPv6. It does not resolve names, does not store anything, and has no opinion
// on which networks are wise to allow.
//
// # Example
//
//	p, err := cidr.Parse("203.0.113.7/24") // 203.0.113.0/24
//	table := cidr.NewTable([]netip.Prefix{p})
//	table.Contains(netip.MustParseAddr("203.0.113.200")) // true
package cidr
