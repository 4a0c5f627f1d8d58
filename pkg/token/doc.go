// Package token makes and checks the secret in a guest's link, and keeps the keys that it, and every
// other secret of the program, comes from; it also seals the keys of the links to a recovery code.
//
// A token is computed, never stored: from the guest's id, the generation of its link, and a key in the
// key ring. Whether that generation is still the guest's is for the caller to ask the database; a bad
// token is refused here by arithmetic alone. The package does no I/O but in the ring's folder, and knows no
// time: a token does not expire by itself.
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
// its owner alone. The highest id signs links; all of them verify. The first key is made when the
// folder is empty; whoever has the keys can forge any link. Beside them session.key is what everything
// else is derived from that need not outlive the box: sessions, reset links, locks. It is never sealed,
// so a recovery code signs nobody in.
//
// Losing the keys makes every link handed out worthless, unless they were copied or sealed. The caller
// remembers a fingerprint of each (doorward.LinkKey), and OpenRing makes no new key under an id that a
// lost one may come back to.
//
// # Recovery code
//
// A code is 26 random characters of Crockford's base32 (no I, L, O, U), 130 bits, and two check
// characters, in seven groups of four:
//
//	7KQ2-M9XT-0HVB-4RWE-ZD3P-CN8A-Y6K5
//
// DeriveKeyPair of RFC 9180 (HPKE with X25519, HKDF-SHA256, ChaCha20-Poly1305) makes a key pair of the 26
// characters, as ASCII; that of the example is aefe3518…1f7e. The public key seals any later link key without the code; only the code opens it.
// A password would need a slow hash before it became a key; 130 random bits are beyond trying at
// any speed, and the curve itself is worth no more than 128.
//
// Sealing proves nothing about who sealed: whoever can write the database could plant keys of their own
// in it, and could as well write guests.
//
// # Example
//
//	ring, err := token.OpenRing("doorward-data/keys", remembered)
//	text, err := ring.Sign(guest.ID, guest.Invitation.Generation)
//	claims, err := ring.Verify(text)
//	if err == nil && claims.Generation == guest.Invitation.Generation {
//		// the guest's own, and not replaced
//	}
package token
