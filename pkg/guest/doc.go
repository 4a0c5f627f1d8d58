// Package guest keeps the guest list: adding, editing and finding guests, and moving whole lists in and out as CSV.
//
// It does not send or sign links (package invitation) and takes no answers (rsvp). Roles are demanded by the routes
// table of httpapi.
//
// # Import
//
// A list comes in any encoding and dialect that spreadsheets write: decode.go makes it UTF-8, dialect.go splits it,
// header.go and guess.go find out what its columns hold, csv.go reads rows, duplicate.go knows guests again. Exports of
// Google Contacts, Outlook, Eventbrite and Luma and headings in seven languages are recognised; where that is wrong a
// Reading says better.
//
// A list in which no column holds names is refused, because whoever sends it by program has sent the wrong file. The
// page has somebody to ask: it says so by Reading.Headings, and gets the headers instead, to be mapped. Import refuses
// such a list always.
//
// A file that only brings guests who are on the list changes nothing; our own export does so even after edits, because
// it has their ids. See markDuplicates for the rule.
//
// An import is all or nothing, and so one commit, for which everybody else waits, the door too. Everything that can be is
// done before it. What remains for the 5,000 guests that a file may bring is about half a second of work for a server's
// processor and more for a slower or busy one; BenchmarkImport measures it. Import before the doors open.
//
// Spreadsheet files themselves (.xlsx, .ods, .numbers) are refused with the advice to save them as CSV. Of the libraries that
// read .xlsx, excelize 2.11.1 takes 1.1 GB for a hostile file of 28 kB, more than a small box has, and xlsxreader 1.2.8 ends the
// program: it panics in a goroutine of its own.
//
//	g, err := guests.Add(ctx, user, eventID, guest.Draft{Name: "Ana Costa", Phone: "+351 912 000 001"})
package guest
