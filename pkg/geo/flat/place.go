package flat

import (
	"fmt"

	"github.com/doorward/doorward/pkg/doorward"
)

// A value of the table of places is a country in the upper bits and a cell of a quarter degree in the lower; a value of the
// table of networks is a kind of network and an ASN. 0 is unknown in every part.
const (
	cellBits    = 20
	perDegree   = 4
	columns     = 360 * perDegree
	rows        = 180 * perDegree
	letters     = 26
	countryMask = 1<<(32-cellBits) - 1

	// ASNBits is how long the number of an autonomous system may be. Numbers for public use are far below.
	ASNBits = 28
)

// countries is all pairs of letters, so that a country is a piece of it and needs no memory.
var countries = func() string {
	var b []byte
	for i := range letters * letters {
		b = append(b, byte('A'+i/letters), byte('A'+i%letters))
	}
	return string(b)
}()

// Country returns code as a string that takes no memory of its own, or "" when it is not two capitals.
func Country(code string) string {
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
		return ""
	}
	at := 2 * (int(code[0]-'A')*letters + int(code[1]-'A'))
	return countries[at : at+2]
}

// PackPlace returns the value for the country and the cell of p.
func PackPlace(p doorward.Place) (uint32, error) {
	value := uint32(0)
	if c := p.Country; c != "" {
		if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
			return 0, fmt.Errorf("%q is not a country code of two capitals", c)
		}
		value = (uint32(c[0]-'A')*letters + uint32(c[1]-'A') + 1) << cellBits
	}
	if !p.Located {
		return value, nil
	}
	if !(p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180) {
		return 0, fmt.Errorf("%v, %v is no place on earth", p.Lat, p.Lon)
	}
	row := min(uint32((p.Lat+90)*perDegree), rows-1)
	column := min(uint32((p.Lon+180)*perDegree), columns-1)
	return value | row*columns + column + 1, nil
}

// UnpackPlace sets the country and the middle of the cell that value stands for: at most 20 km from all of the cell.
func UnpackPlace(value uint32, p *doorward.Place) {
	if c := int(value >> cellBits & countryMask); c > 0 && c <= letters*letters {
		p.Country = countries[c*2-2 : c*2]
	}
	if cell := value & (1<<cellBits - 1); cell > 0 {
		cell--
		p.Lat = (float32(cell/columns)+0.5)/perDegree - 90
		p.Lon = (float32(cell%columns)+0.5)/perDegree - 180
		p.Located = true
	}
}

// PackNetwork returns the value for an ASN of at most ASNBits and a kind.
func PackNetwork(asn uint32, kind doorward.NetworkKind) uint32 {
	return uint32(kind)<<ASNBits | asn
}

// UnpackNetwork sets the ASN and the kind that value stands for.
func UnpackNetwork(value uint32, p *doorward.Place) {
	p.ASN = value & (1<<ASNBits - 1)
	p.Network = doorward.NetworkKind(value >> ASNBits)
}
