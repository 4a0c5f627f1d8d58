package doorward

// Place is what is known of an address: where it is said to be, and whose network it is of. Whatever is
// zero is unknown, and never suspicious in itself.
type Place struct {
	Country string  // ISO 3166-1 alpha-2, upper case
	Lat     float32 // degrees, of a point at most 20 km from the truth as the data has it
	Lon     float32
	Located bool   // Lat and Lon are known
	ASN     uint32 // number of the autonomous system that announces the address
	Network NetworkKind
}

// NetworkKind says what sort of network an address is of.
type NetworkKind uint8

const (
	NetworkUnknown NetworkKind = iota // mostly a home, an office or a carrier
	NetworkLocal                      // private, loopback or link-local: beside the box
	NetworkHosting                    // a data centre
	NetworkVPN                        // a known exit of a VPN service
	NetworkRelay                      // a privacy relay of the maker of a phone or browser, used by the honest
	NetworkScanner                    // a mail security service that follows every link
	NetworkCarrier                    // a mobile carrier: many people share an address, and its place says little
)
