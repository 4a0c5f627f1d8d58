package event

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/doorward/doorward/pkg/cidr"
	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// maxNetworks bounds an event's allowlist; every access looks it up.
const maxNetworks = 10_000

// Allowlist returns the networks whose accesses are not scored.
func (s *Events) Allowlist(ctx context.Context, id doorward.EventID) (list []doorward.AllowedNetwork, err error) {
	err = s.db.Read(ctx, func(tx *sqlite.Tx) error {
		list, err = tx.Allowlist(id)
		return err
	})
	return list, err
}

// Allow adds a network to the allowlist.
func (s *Events) Allow(ctx context.Context, user doorward.User, id doorward.EventID, network, note string) (n doorward.AllowedNetwork, err error) {
	prefix, err := cidr.Parse(network)
	if err != nil {
		return n, err
	}
	n = doorward.AllowedNetwork{CIDR: prefix.String(), Note: strings.TrimSpace(note)}
	if utf8.RuneCountInString(n.Note) > 200 || !doorward.Printable(n.Note) {
		return n, doorward.Invalid(doorward.FieldError{Field: "note", Detail: "Use at most 200 characters."})
	}
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		list, err := tx.Allowlist(id)
		if err != nil {
			return err
		}
		if len(list) >= maxNetworks {
			return doorward.Errorf(doorward.CodeConflict, "The list is full at %d networks. Remove some, or use larger ones.", maxNetworks)
		}
		n.AddedAt = tx.Now
		if err := tx.InsertAllowed(id, n); err != nil {
			return err
		}
		return record(tx, id, "allowlist", "+ "+n.CIDR, user)
	})
	return n, err
}

// Disallow takes a network off the allowlist.
func (s *Events) Disallow(ctx context.Context, user doorward.User, id doorward.EventID, network string) error {
	prefix, err := cidr.Parse(network)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.DeleteAllowed(id, prefix.String()); err != nil {
			return err
		}
		return record(tx, id, "allowlist", "− "+prefix.String(), user)
	})
}
