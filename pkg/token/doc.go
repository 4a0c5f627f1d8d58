// Package token makes and checks the secret in a guest's link, and keeps the keys that it, and every
// other secret of the program, comes from.
//
// A token is computed, never stored: from the guest's id, the generation of its link, and a key in the
// key ring. Whether that generation is still the guest's is for the caller to ask the database; a bad
// token is refused here by arithmetic alone. The package does no I/O but OpenRing, and knows no time:
// a token does not expire by itself.
//
// # Format
//
// A token is 30 bytes, written as 48 characters of base32 (RFC 4648, upper case, no padding):
//
//	byte  0      version (high four bits, now 1) and the id of the master key (low four bits)
//	bytes 1–10   guest id, see doorward.GuestID.Bytes
//	bytes 11–13  generation, big endian, from 1
//	bytes 14–29  the first 16 bytes of HMAC-SHA256(K, bytes 0–13), where K = HKDF-SHA256(master key,
//	             no salt, info "link"), 32 bytes
//
// With the master key 000102…1f under id 0, guest gst_aaaqeayeaudaocaj (bytes 00 01 … 09) and
// generation 1:
//
//	K      6bdb91c00681793f323fd3fde17bee6303687fdebf2e0f5f617f59cf7412a21b
//	bytes  10 00010203040506070809 000001 d10ff4070a5b5dc4dbad31fdcabf9a8e
//	token  CAAACAQDAQCQMBYIBEAAAAORB72AOCS3LXCNXLJR7XFL7GUO
//
// # Why base32, and why 48 characters
//
// Letters and the digits 2–7 in upper case are in the alphanumeric mode of QR codes, which packs two
// characters into 11 bits: HTTPS://HOST/I/TOKEN stays in a small symbol that an old phone reads from a
// cracked screen. A scanner that types what it reads needs neither shift nor a symbol key for them.
// Case carries nothing, so a token survives being typed, read out, and lower-cased by a mail program.
// 30 bytes fill 48 characters to the last bit, so that no two spellings mean the same token.
//
// 128 bits of authentication are far beyond guessing through a rate limit; the rest names the guest
// without a look-up.
//
// # Key ring
//
// A ring is a folder of files 00.key to 15.key, each 64 hexadecimal digits and a newline, readable by
// its owner alone. The highest id signs and derives; all of them verify. The first key is made when the
// folder is empty. Losing the keys makes every link handed out worthless, so they belong in a backup;
// whoever has them can forge any link.
//
// # Example
//
//	ring, err := token.OpenRing("doorward-data/keys")
//	text, err := ring.Sign(guest.ID, guest.Invitation.Generation)
//	claims, err := ring.Verify(text)
//	if err == nil && claims.Generation == guest.Invitation.Generation {
//		// the guest's own, and not replaced
//	}
package token
