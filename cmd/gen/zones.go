package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// merged are old names of time zones that the database links to a zone of another country.
var merged = map[string]string{
	"Africa/Asmera": "ER", "Africa/Timbuktu": "ML", "America/Coral_Harbour": "CA", "America/Virgin": "VI",
	"Antarctica/South_Pole": "AQ", "Atlantic/Jan_Mayen": "SJ", "Iceland": "IS",
	"Pacific/Ponape": "FM", "Pacific/Truk": "FM", "Pacific/Yap": "FM",
}

// runZones makes the table of the countries of time zones out of the files of the IANA time zone database in dir:
// zone.tab names the zones of each country, tzdata.zi the older names of each zone.
func runZones(dir, to string) error {
	table, err := os.ReadFile(filepath.Join(dir, "zone.tab"))
	if err != nil {
		return err
	}
	rules, err := os.ReadFile(filepath.Join(dir, "tzdata.zi"))
	if err != nil {
		return err
	}
	countries := map[string]string{}
	for line := range strings.Lines(string(table)) {
		if fields := strings.Split(strings.TrimSpace(line), "\t"); !strings.HasPrefix(line, "#") && len(fields) >= 3 {
			countries[fields[2]] = fields[0]
		}
	}
	for line := range strings.Lines(string(rules)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != "L" || countries[fields[2]] != "" {
			continue
		}
		if country := countries[fields[1]]; country != "" {
			countries[fields[2]] = country
		}
	}
	maps.Copy(countries, merged)
	var b bytes.Buffer
	b.WriteString("// Code generated from the IANA time zone database by cmd/gen; DO NOT EDIT.\n\npackage doorward\n\n" +
		"// zoneCountries has the ISO 3166 country of each time zone that lies in one.\nvar zoneCountries = map[string]string{\n")
	width := len(slices.MaxFunc(slices.Collect(maps.Keys(countries)), func(a, b string) int { return len(a) - len(b) }))
	for _, zone := range slices.Sorted(maps.Keys(countries)) {
		fmt.Fprintf(&b, "\t%q:%s%q,\n", zone, strings.Repeat(" ", width-len(zone)+1), countries[zone])
	}
	b.WriteString("}\n")
	return os.WriteFile(to, b.Bytes(), 0o644) //nolint:gosec // a source file, readable like the others
}
