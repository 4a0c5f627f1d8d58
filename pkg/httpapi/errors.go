package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/labstack/echo/v4"
)

// statuses is the only place where a code meets a status.
var statuses = map[doorward.Code]int{
	doorward.CodeInvalid:         http.StatusBadRequest,
	doorward.CodeLastOwner:       http.StatusBadRequest,
	doorward.CodeUnauthenticated: http.StatusUnauthorized,
	doorward.CodeForbidden:       http.StatusForbidden,
	doorward.CodeAccessBlocked:   http.StatusForbidden,
	doorward.CodeNotFound:        http.StatusNotFound,
	doorward.CodeConflict:        http.StatusConflict,
	doorward.CodeFull:            http.StatusConflict,
	doorward.CodeGone:            http.StatusGone,
	doorward.CodeReplaced:        http.StatusGone,
	doorward.CodeRevoked:         http.StatusGone,
	doorward.CodeClosed:          http.StatusGone,
	doorward.CodeTooLarge:        http.StatusRequestEntityTooLarge,
	doorward.CodeUnsupported:     http.StatusUnsupportedMediaType,
	doorward.CodeMisdirected:     http.StatusMisdirectedRequest,
	doorward.CodeAccountLocked:   http.StatusLocked,
	doorward.CodeTooMany:         http.StatusTooManyRequests,
	doorward.CodeUnavailable:     http.StatusServiceUnavailable,
	doorward.CodeInternal:        http.StatusInternalServerError,
}

// Problem is the body of every error: RFC 9457 with a code from the closed list.
type Problem struct {
	Type      string                `json:"type"`
	Title     string                `json:"title"`
	Status    int                   `json:"status"`
	Detail    string                `json:"detail"`
	Code      doorward.Code         `json:"code"`
	Errors    []doorward.FieldError `json:"errors,omitempty"`
	RequestID string                `json:"request_id,omitempty"` // with a 5xx: the log has the cause under it
}

// panicError is the error of a request whose handler panicked.
func panicError(p any) error { return fmt.Errorf("panic: %v\n%s", p, debug.Stack()) }

// asError finds what an error means for the outside.
func asError(err error) *doorward.Error {
	if e, ok := errors.AsType[*doorward.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &doorward.Error{Code: doorward.CodeTooLarge, Message: "This is too much at once: at most " + size(e.Limit) + " are taken.", Err: err}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &doorward.Error{Code: doorward.CodeUnavailable, Message: "That took too long. Try again in a moment.", RetryAfter: time.Second, Err: err}
	}
	return &doorward.Error{Code: doorward.CodeInternal, Message: "Something went wrong on our side. Try again; if it stays, tell the host the number below.", Err: err}
}

// size writes a limit of a body as people speak of files; what a form around a file may add is left out.
func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KB", bytes>>10)
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}

// refusals are the statuses below 500 that the operator may want to look into.
var refusals = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusLocked, http.StatusTooManyRequests}

// writeError is Echo's error handler: it answers with a Problem and logs once.
func (s *Server) writeError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p, e := problem(err, c)
	h := c.Response().Header()
	if e.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
	if p.Status >= http.StatusInternalServerError {
		p.RequestID = h.Get(echo.HeaderXRequestID)
	}
	switch {
	case hungUp(c, err):
		logger(c).Debug("the client went away", "error", err)
	case e.Code == doorward.CodeUnavailable && e.Err == nil:
		logger(c).Info("request put off", "status", p.Status, "error", err) // a full queue: nothing is broken
	case p.Status >= http.StatusInternalServerError:
		logger(c).Error("request failed", "status", p.Status, "error", err, "hint", e.Hint)
	case slices.Contains(refusals, p.Status) && s.refusalLines.Take(string(e.Code)) == 0:
		logger(c).Info("request refused", "status", p.Status, "code", e.Code, "hint", e.Hint)
	}
	if page := s.errorPage(p.Status); page != nil && wantsPage(c.Request()) {
		if err := page(&call{Context: c}, err); err == nil || c.Response().Committed {
			return
		}
	}
	h.Set(echo.HeaderContentType, "application/problem+json; charset=utf-8")
	c.Response().WriteHeader(p.Status)
	if c.Request().Method != http.MethodHead {
		// The client may be gone; there is nobody left to tell.
		_ = json.NewEncoder(c.Response()).Encode(p)
	}
}

// hungUp reports whether err is that the client went away, which is nobody's fault.
func hungUp(c echo.Context, err error) bool {
	return errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil
}

func problem(err error, c echo.Context) (Problem, *doorward.Error) {
	e, status := asError(err), 0
	if h, ok := errors.AsType[*echo.HTTPError](err); ok {
		e, status = routingError(h)
	}
	if status == 0 {
		status = statuses[e.Code]
	}
	return Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: e.Message, Code: e.Code, Errors: e.Fields,
	}, e
}

// errorPage returns how a status is shown to a person, nil where there are no words for it but the Problem's.
func (s *Server) errorPage(status int) func(*call, error) error {
	switch status {
	case http.StatusNotFound:
		return func(c *call, _ error) error { return s.missing(c) }
	case http.StatusTooManyRequests:
		return s.notice
	default:
		return nil
	}
}

// wantsPage reports whether a person looks at the answer in a browser, and not a program that reads Problems.
func wantsPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, api+"/") && strings.Contains(r.Header.Get(echo.HeaderAccept), echo.MIMETextHTML)
}

// routingError turns what Echo itself answers, an unknown path or method, into an error of ours.
func routingError(h *echo.HTTPError) (*doorward.Error, int) {
	switch h.Code {
	case http.StatusNotFound:
		return doorward.Errorf(doorward.CodeNotFound, "There is nothing here."), h.Code
	case http.StatusMethodNotAllowed:
		return doorward.Errorf(doorward.CodeInvalid, "This address does not take that method."), h.Code
	default:
		return asError(h.Internal), 0
	}
}
