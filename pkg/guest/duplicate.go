package guest

import (
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// markDuplicates marks the rows whose guest is on the list already, or further up in the file. A row that an export of
// ours wrote is its guest by the id; an id that is not on this list says nothing. Else a guest is known by the e-mail
// address; without one by phone and name, as households share a phone; and without both by the name. Of rows with
// nothing but equal names as many are duplicates as there are such guests: two of a name can be two people, and they
// are no reason to make them three when the file is imported again.
func markDuplicates(rows []Row, listed []sqlite.GuestKey) {
	ids := map[doorward.GuestID]bool{}
	for _, g := range listed {
		ids[g.ID] = true
	}
	claimed := map[doorward.GuestID]bool{}
	for _, row := range rows {
		if ids[row.id] && row.Errors == nil {
			claimed[row.id] = true
		}
	}
	known, namesakes := map[string]bool{}, map[string]int{}
	for _, g := range listed {
		if key := contactKey(g.Email, g.Phone, g.Name); key != "" {
			known[key] = true
		} else if !claimed[g.ID] {
			namesakes[g.Name]++
		}
	}
	for i := range rows {
		row := &rows[i]
		if row.Errors != nil {
			continue
		}
		if claimed[row.id] {
			row.Duplicate = true
			continue
		}
		name := ""
		if row.Draft.Email == "" {
			name = sqlite.Fold(row.Draft.Name)
		}
		if key := contactKey(doorward.EmailKey(row.Draft.Email), row.Draft.Phone, name); key != "" {
			row.Duplicate = known[key]
			known[key] = true
		} else if namesakes[name] > 0 {
			row.Duplicate = true
			namesakes[name]--
		}
	}
}

// contactKey is what a guest with an e-mail address or a phone number is known by; "" is a guest without both.
func contactKey(email, phone, name string) string {
	switch {
	case email != "":
		return "mail " + email
	case phone != "":
		return "phone " + phone + " " + name
	default:
		return ""
	}
}
