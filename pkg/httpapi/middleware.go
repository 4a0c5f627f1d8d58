package httpapi

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/labstack/echo/v4"
)

// requestID names a request, so that a problem answer and the log line about its cause can be put together. An id that
// the client sends is not taken over: it would end up in the log.
func requestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, strings.ToLower(rand.Text()[:16]))
		return next(c)
	}
}

// contentSecurityPolicy lets a page use what this server gives it and nothing else. Not every browser in use counts the
// live stream's scheme as 'self', so it is named.
func contentSecurityPolicy(own *url.URL) string {
	stream := "ws://" + own.Host
	if own.Scheme == "https" {
		stream = "wss://" + own.Host
	}
	return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
		"font-src 'self'; connect-src 'self' " + stream + "; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; " +
		"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
}

// secureHeaders sets what every answer carries. Nothing is cached unless a handler says otherwise.
func secureHeaders(own *url.URL) echo.MiddlewareFunc {
	policy := contentSecurityPolicy(own)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			// No referrer at all would make a browser on plain http send its own form with "Origin: null", which
			// refuseCrossOrigin can't tell from another site's. Other sites learn nothing either way.
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=()")
			h.Set("Cache-Control", "no-store")
			if own.Scheme == "https" {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			return next(c)
		}
	}
}

// asDownload makes an answer a file that a browser saves and, if it shows it after all, treats as a stranger's.
func (c *call) asDownload(name string) {
	h := c.Response().Header()
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
}

// probes are asked by load balancers under whatever name they have for the machine; they tell nothing.
var probes = []string{"/healthz", "/readyz"}

// refuseOtherHosts refuses a request under a name that is none of the appliance's: a page that points its own name here
// (DNS rebinding) would otherwise count as one of our own. An address is no name, so any is taken; behind NAT or in a
// container it need not be one of this machine's.
func refuseOtherHosts(names []string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			name := hostName(r.Host)
			_, err := netip.ParseAddr(name)
			if err == nil || slices.Contains(names, name) || slices.Contains(probes, r.URL.Path) {
				return next(c)
			}
			return &doorward.Error{
				Code: doorward.CodeMisdirected, Message: "This is not an address of this Doorward. Use the one that it was set up with.",
				Hint: fmt.Sprintf("asked as %q: if that is a name of this machine, set DOORWARD_BASE_URL to it", doorward.Truncate(r.Host, 100)),
			}
		}
	}
}

// hostName is a Host header, or the host of a URL, as it is compared: without port, brackets and the dot at the end.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// refuseCrossOrigin refuses a write that another site's page started, by Sec-Fetch-Site or Origin.
func refuseCrossOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := protection.Check(c.Request()); err != nil {
			return doorward.Errorf(doorward.CodeForbidden, "This request came from another site's page.")
		}
		return next(c)
	}
}

// foldGuestPath lets a link be written in any case, as a QR code carries it in capitals: the fixed parts of a path
// under /i/ are put in lower case. The token itself is folded when it is verified.
func foldGuestPath(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		if len(u.Path) > 3 && strings.EqualFold(u.Path[:3], "/i/") {
			u.Path = "/i/" + foldTail(u.Path[3:])
			u.RawPath = ""
		}
		return next(c)
	}
}

func foldTail(tail string) string {
	token, rest, found := strings.Cut(tail, "/")
	if !found {
		return token
	}
	return token + "/" + strings.ToLower(rest)
}
