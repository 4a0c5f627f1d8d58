package doorward

import "time"

// LinkKey is what the database remembers of a key that guests' links are signed with; see package token.
type LinkKey struct {
	ID          int    // 0–15, as in the tokens
	Fingerprint []byte // tells the key from another, and nothing about it
	Sealed      []byte // the key, for whoever has the recovery code; empty where none was made
}

// Recovery is the recovery code as the database knows it, which is not the code.
type Recovery struct {
	PublicKey []byte // link keys are sealed to it; empty when no code was made
	MadeAt    time.Time
}
