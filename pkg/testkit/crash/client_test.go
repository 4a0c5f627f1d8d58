package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
)

// client is one browser or phone: it keeps its cookies and its bearer token over restarts of the server.
type client struct {
	http   http.Client
	bearer string
}

func newClient() *client {
	jar, _ := cookiejar.New(nil) // without options it never fails
	return &client{http: http.Client{Jar: jar, Transport: &http.Transport{}}}
}

// hangUp drops the connections to a server that is gone.
func (c *client) hangUp() { c.http.CloseIdleConnections() }

type object map[string]any

// statusError is an answer that refuses. It is an answer: what was asked has not been done.
type statusError struct {
	status int
	body   string
}

func (e *statusError) Error() string { return fmt.Sprintf("status %d: %s", e.status, e.body) }

// refused reports whether an error is an answer of the server's, not a lost one. After a 5xx nobody knows what was done.
func refused(err error) bool {
	s, ok := errors.AsType[*statusError](err)
	return ok && s.status < 500
}

// send makes a request with a JSON body, when there is one, and reads the answer into out, when there is one. Without
// an error the whole answer has arrived: it is acknowledged.
func (c *client) send(ctx context.Context, method, url string, in, out any) error {
	var b []byte
	if in != nil {
		var err error
		if b, err = json.Marshal(in); err != nil {
			return err
		}
	}
	return c.do(ctx, method, url, "application/json", b, out)
}

// upload sends a CSV file as the console's form does.
func (c *client) upload(ctx context.Context, url string, data []byte, out any) error {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", "guests.csv")
	if err != nil {
		return err
	}
	if _, err := part.Write(data); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	return c.do(ctx, http.MethodPost, url, form.FormDataContentType(), b.Bytes(), out)
}

func (c *client) do(ctx context.Context, method, url, contentType string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	if c.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return &statusError{res.StatusCode, string(b)}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}
