package sqlite

import (
	"github.com/doorward/doorward/pkg/doorward"
)

const (
	sqlIssueLink query = `INSERT INTO tokens (guest_id, generation, revoked_ms, issued_ms, sent_ms) VALUES (?1, 1, 0, ?2, 0)
		ON CONFLICT DO UPDATE SET generation = generation + 1, revoked_ms = 0, issued_ms = excluded.issued_ms, sent_ms = 0`
	sqlRevokeLink      query = "UPDATE tokens SET revoked_ms = ?2 WHERE guest_id = ?1"
	sqlInvitationState query = "UPDATE guests SET invitation_state = ?2, updated_ms = ?3 WHERE id = ?1"
)

// IssueLink makes the guest's next token the live one: the first, or one in place of the last.
func (tx *Tx) IssueLink(guest doorward.GuestID) error {
	_, err := tx.exec(sqlIssueLink, guest, ms(tx.Now))
	if err == nil {
		_, err = tx.exec(sqlInvitationState, guest, doorward.InvitationIssued, ms(tx.Now))
	}
	return doingError(err, "issuing a link")
}

// RevokeLink takes the guest's token back.
func (tx *Tx) RevokeLink(guest doorward.GuestID) error {
	_, err := tx.exec(sqlRevokeLink, guest, ms(tx.Now))
	if err == nil {
		_, err = tx.exec(sqlInvitationState, guest, doorward.InvitationRevoked, ms(tx.Now))
	}
	return doingError(err, "revoking a link")
}

const sqlMarkOpened query = "UPDATE guests SET opened_ms = ?2 WHERE id = ?1 AND opened_ms = 0"

// MarkOpened remembers that a person opened the guest's link; only the first time counts.
func (tx *Tx) MarkOpened(guest doorward.GuestID) error {
	_, err := tx.exec(sqlMarkOpened, guest, ms(tx.Now))
	return doingError(err, "marking a link as opened")
}

const sqlSetRisk query = "UPDATE guests SET risk_band = ?2, risk_score = ?3 WHERE id = ?1"

// SetRisk stores what the newest scored access of a guest's link came to.
func (tx *Tx) SetRisk(guest doorward.GuestID, r doorward.Risk) error {
	_, err := tx.exec(sqlSetRisk, guest, r.Band, r.Score)
	return doingError(err, "storing a guest's risk")
}
