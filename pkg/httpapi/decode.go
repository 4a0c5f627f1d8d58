package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
)

// text is a string in a request body for which null is the same as nothing.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*t = ""
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// body reads a JSON request body whole; the guard has capped it.
func (c *call) body() ([]byte, error) {
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, doorward.Errorf(doorward.CodeUnsupported, "Send this as application/json.")
	}
	b, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return nil, readError(err, "It ended too early.")
	}
	return b, nil
}

// readError is what failing to read a body means: too much of it, or a client that went away in the middle.
func readError(err error, detail string) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge
	}
	return unreadable(detail)
}

// decode reads a JSON request body into a struct: what is no object, a field that the struct has not, a second document
// and a wrong type are refused.
func (c *call) decode(into any) error {
	b, err := c.body()
	if err != nil {
		return err
	}
	return decodeStrict(b, into)
}

func decodeStrict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return jsonError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return unreadable("After the JSON document there is more.")
	}
	return exactKeys(b, reflect.TypeOf(into).Elem())
}

// exactKeys refuses keys that differ from a field's name in case alone, and keys that stand twice, which encoding/json lets
// through: of {"name":…, "Name":…} and of {"name":…, "name":…} it would take the last. It also refuses null, which decodes
// into anything.
func exactKeys(b []byte, into reflect.Type) error {
	known := map[string]bool{}
	for _, f := range reflect.VisibleFields(into) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = true
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return unreadable("Send a JSON object.")
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return jsonError(err)
		}
		name, _ := key.(string)
		switch {
		case !known[name]:
			return unknownField(name)
		case seen[name]:
			return doorward.Invalid(doorward.FieldError{Field: name, Detail: "This is here twice. Send it once."})
		}
		seen[name] = true
		if err := d.Decode(new(json.RawMessage)); err != nil {
			return jsonError(err)
		}
	}
	return nil
}

func unknownField(name string) error {
	return doorward.Invalid(doorward.FieldError{Field: name, Detail: "There is no such field."})
}

func unreadable(detail string) error {
	return &doorward.Error{Code: doorward.CodeInvalid, Message: "The request can't be read. " + detail, Fields: []doorward.FieldError{}}
}

// jsonError says what is wrong with a document in words, naming the field where there is one.
func jsonError(err error) error {
	if e, ok := errors.AsType[*doorward.Error](err); ok {
		return e // a part of the document, which knew better
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if e.Field == "" {
			return unreadable("Send a JSON object.")
		}
		return doorward.Invalid(doorward.FieldError{Field: e.Field, Detail: "This has the wrong type: it was a " + e.Value + "."})
	}
	if _, ok := errors.AsType[*time.ParseError](err); ok {
		return unreadable("Write times like 2026-12-31T20:00:00Z.")
	}
	// encoding/json has no type for this one.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		field, _ := strconv.Unquote(name)
		return unknownField(field)
	}
	return unreadable("Send valid JSON.")
}

// oneOf refuses a query parameter that has none of the values there are; "" is not there.
func oneOf[T ~string](name string, value T, values ...T) error {
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	return doorward.Invalid(doorward.FieldError{Field: name, Detail: fmt.Sprintf("Use one of %v.", values)})
}

// limit returns ?limit: 1–500, 100 when it is not there.
func (c *call) limit() (int, error) {
	n, err := c.queryInt("limit", 100)
	if err == nil && (n < 1 || n > 500) {
		err = doorward.Invalid(doorward.FieldError{Field: "limit", Detail: "Use a number from 1 to 500."})
	}
	return int(n), err
}

func (c *call) queryInt(name string, missing int64) (int64, error) {
	s := c.QueryParam(name)
	if s == "" {
		return missing, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, doorward.Invalid(doorward.FieldError{Field: name, Detail: "Use a whole number."})
	}
	return n, nil
}

// List is the JSON of a list; Next is null on the last page.
type List[T any] struct {
	Items []T     `json:"items" required:"true" nullable:"false"`
	Next  *string `json:"next" required:"true"`
}

func list[T, U any](page doorward.Page[T], wire func(T) U) List[U] {
	l := List[U]{Items: make([]U, len(page.Items))}
	for i, item := range page.Items {
		l.Items[i] = wire(item)
	}
	if page.Next != "" {
		l.Next = &page.Next
	}
	return l
}

const stampLayout = "2006-01-02T15:04:05.000Z"

// stamp is the JSON form of a time.
func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

// stampOrNull is the JSON form of a time that may not have come yet.
func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

func timeOrZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
