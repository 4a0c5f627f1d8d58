package sim

// country is what a crowd brings of where it lives.
type country struct {
	code      string
	languages []weight // as of navigator.language
	zones     []zone   // from west to east
}

// zone is a time zone up to a longitude, in degrees east.
type zone struct {
	until float32
	name  string
}

// everywhere ends the zones of a country.
const everywhere = 181

func single(name string) []zone { return []zone{{everywhere, name}} }

// countries are those that profiles name, and those that strangers may be from. Languages and zones are
// common knowledge in round numbers.
var countries = []country{
	{"AR", []weight{{"es-AR", 92}, {"es-419", 8}}, single("America/Argentina/Buenos_Aires")},
	{"AT", []weight{{"de-AT", 55}, {"de-DE", 45}}, single("Europe/Vienna")},
	{"AU", []weight{{"en-AU", 60}, {"en-GB", 25}, {"en-US", 15}}, []zone{{129, "Australia/Perth"}, {147.5, "Australia/Melbourne"}, {everywhere, "Australia/Sydney"}}},
	{"BE", []weight{{"nl-BE", 50}, {"fr-BE", 40}, {"fr-FR", 10}}, single("Europe/Brussels")},
	{"BR", []weight{{"pt-BR", 100}}, []zone{{-54, "America/Manaus"}, {everywhere, "America/Sao_Paulo"}}},
	{"CA", []weight{{"en-CA", 50}, {"en-US", 28}, {"fr-CA", 22}}, []zone{{-115, "America/Vancouver"}, {-90, "America/Winnipeg"}, {everywhere, "America/Toronto"}}},
	{"CH", []weight{{"de-CH", 62}, {"fr-CH", 28}, {"it-CH", 10}}, single("Europe/Zurich")},
	{"CZ", []weight{{"cs-CZ", 100}}, single("Europe/Prague")},
	{"DE", []weight{{"de-DE", 100}}, single("Europe/Berlin")},
	{"ES", []weight{{"es-ES", 85}, {"ca-ES", 15}}, single("Europe/Madrid")},
	{"FR", []weight{{"fr-FR", 100}}, single("Europe/Paris")},
	{"GB", []weight{{"en-GB", 94}, {"en-US", 6}}, single("Europe/London")},
	{"ID", []weight{{"id-ID", 85}, {"en-US", 15}}, []zone{{114, "Asia/Jakarta"}, {everywhere, "Asia/Makassar"}}},
	{"IE", []weight{{"en-IE", 55}, {"en-GB", 45}}, single("Europe/Dublin")},
	{"IN", []weight{{"en-IN", 45}, {"en-GB", 20}, {"hi-IN", 20}, {"en-US", 15}}, single("Asia/Calcutta")},
	{"IT", []weight{{"it-IT", 100}}, single("Europe/Rome")},
	{"JP", []weight{{"ja-JP", 100}}, single("Asia/Tokyo")},
	{"KR", []weight{{"ko-KR", 100}}, single("Asia/Seoul")},
	{"MX", []weight{{"es-MX", 75}, {"es-419", 20}, {"es-US", 5}}, []zone{{-106, "America/Tijuana"}, {everywhere, "America/Mexico_City"}}},
	{"NL", []weight{{"nl-NL", 90}, {"en-GB", 10}}, single("Europe/Amsterdam")},
	{"PL", []weight{{"pl-PL", 100}}, single("Europe/Warsaw")},
	{"PT", []weight{{"pt-PT", 95}, {"pt-BR", 5}}, single("Europe/Lisbon")},
	{"SE", []weight{{"sv-SE", 90}, {"en-GB", 10}}, single("Europe/Stockholm")},
	{"TH", []weight{{"th-TH", 85}, {"en-US", 15}}, single("Asia/Bangkok")},
	{"TR", []weight{{"tr-TR", 100}}, single("Europe/Istanbul")},
	{"US", []weight{{"en-US", 88}, {"es-US", 12}}, []zone{{-114, "America/Los_Angeles"}, {-102, "America/Denver"}, {-86.5, "America/Chicago"}, {everywhere, "America/New_York"}}},
	{"ZA", []weight{{"en-ZA", 60}, {"en-GB", 30}, {"en-US", 10}}, single("Africa/Johannesburg")},
}

// migrants are the languages of people who live where another one is spoken.
var migrants = []weight{
	{"en-US", 30}, {"en-GB", 12}, {"es-ES", 8}, {"fr-FR", 8}, {"pt-BR", 8}, {"pl-PL", 6}, {"ru-RU", 6}, {"uk-UA", 6},
	{"tr-TR", 5}, {"ar-EG", 5}, {"zh-CN", 6},
}

// countryOf finds a country by its code; nil when the table has none.
func countryOf(code string) *country {
	for i := range countries {
		if countries[i].code == code {
			return &countries[i]
		}
	}
	return nil
}

// zoneAt is the time zone at a longitude.
func (c *country) zoneAt(lon float32) string {
	for _, z := range c.zones {
		if lon < z.until {
			return z.name
		}
	}
	return ""
}
