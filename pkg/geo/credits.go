package geo

import _ "embed"

// Credit is one source of the bundled data, as it must be named wherever the data shows.
type Credit struct {
	Name    string // text of the link
	URL     string
	Licence string
	Text    string // what else the licence asks to be said; may have several paragraphs
}

//go:embed NOTICE-X4B
var noticeX4B string

// Credits returns the sources of the bundled data, for the page that names what the program is made of.
func Credits() []Credit {
	const changed = "Changed: networks were joined, and places rounded to a quarter of a degree."
	return []Credit{
		{Name: "IP Geolocation by DB-IP", URL: "https://db-ip.com", Licence: "CC BY 4.0", Text: "IP to City Lite and IP to ASN Lite. " + changed},
		{Name: "RouteViews", URL: "https://www.routeviews.org", Licence: "CC BY 4.0", Text: "Networks by autonomous system. " + changed},
		{Name: "Number Resource Organization (NRO)", URL: "https://www.nro.net", Licence: "CC BY 4.0", Text: "Statistics of the registries. " + changed},
		{Name: "ip-location-db", URL: "https://github.com/sapics/ip-location-db", Licence: "CC0 1.0, and CC BY 4.0 of the sources above", Text: "The compilation of these data."},
		{Name: "X4B VPN and data centre lists", URL: "https://github.com/X4BNet/lists_vpn", Licence: "MIT", Text: noticeX4B},
	}
}
