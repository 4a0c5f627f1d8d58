// Package notify sends messages to people: an invitation that the host sends, the fresh link that a guest's page was
// asked for, a place that became free, and letters about accounts, which package account decides on and this one words. A message to a guest is a
// row and a job of the outbox, written in the transaction of its cause; the text is made from the templates in mails when
// it is sent, with the link as it is then, and is not kept. It also writes the
// mails that package team has jobs for.
//
// A Sender is the edge: File writes .eml files into a folder, SMTP hands them to a mail server. Both send the same
// message, plain text and simple HTML, without pictures and without anything that tells who read it.
//
// It does not make links, which a Gate does, and roles are demanded by the routes table of httpapi. It knows nothing of
// bounces, unsubscribing or other senders.
//
//	messages := notify.New(db, box, invitations, notify.Post{Sender: notify.File("mail"), From: from, Host: "door.example.org"}, time.Now)
//	err := messages.Resend(ctx, token)
package notify
