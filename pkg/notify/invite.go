package notify

import (
	"context"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/outbox"
)

// may says in a mail what a role lets its holder do.
var may = map[doorward.Role]string{
	doorward.RoleOwner:  "run it with them, as an owner",
	doorward.RoleEditor: "help with the guest list and the door, as an editor",
	doorward.RoleViewer: "look at the guest list and follow the evening, as a viewer",
}

// SendInvite mails somebody the link that makes them a member of an event's team. It may be repeated. The error is
// outbox.Permanent when the address can't be written to or was refused.
func (m *Messages) SendInvite(ctx context.Context, i doorward.Invite, link string) error {
	c := content{
		Event: oneLine(i.EventName), Inviter: oneLine(i.InviterName), May: may[i.Role], Link: link,
		Until: i.ExpiresAt.UTC().Format("Monday 2 January 2006, 15:04 MST"),
	}
	mail, err := m.write(string(i.ID), i.CreatedAt, i.Email, "Help with "+literal(c.Event), "invite", c)
	if err != nil {
		return outbox.Permanent(err)
	}
	return m.hand(ctx, mail)
}
