package doorward

import (
	"encoding/base64"
	"encoding/json"
)

// Cursor makes an opaque cursor from the sort key of the last row of a page.
func Cursor(key ...string) string {
	b, err := json.Marshal(key)
	if err != nil {
		panic(err) // strings always marshal
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ParseCursor returns the n parts of a cursor; "" is the start of the list and gives n empty parts.
func ParseCursor(cursor string, n int) ([]string, error) {
	key := make([]string, 0, n)
	if cursor == "" {
		return key[:n], nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, &key)
	}
	if err != nil || len(key) != n {
		return nil, Invalid(FieldError{Field: "cursor", Detail: "Start again without a cursor: this one is not ours."})
	}
	return key, nil
}

// Page is one page of a list; Next is the cursor of the page after it, "" on the last.
type Page[T any] struct {
	Items []T
	Next  string
}
