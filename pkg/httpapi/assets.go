package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/ui"
)

// mediaTypes are said here because a small box may lack the system's table.
var mediaTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".wasm": "application/wasm", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json", ".html": "text/html; charset=utf-8",
}

// assets are the built files of the pages.
type assets struct {
	files    fs.FS
	manifest map[string]manifestEntry // empty on a checkout where the pages were never built
}

type manifestEntry struct {
	File string   `json:"file"`
	CSS  []string `json:"css"`
}

func loadAssets() (*assets, error) {
	a := &assets{files: ui.Dist(), manifest: map[string]manifestEntry{}}
	b, err := fs.ReadFile(a.files, ".vite/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &a.manifest)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the manifest of the pages: %w", err)
	}
	return a, nil
}

// asset handles GET /assets/*. The names carry a hash of the content, so a browser may keep them for good.
func (s *Server) asset(c *call) error {
	name := "assets/" + c.Param("*")
	if !fs.ValidPath(name) {
		return errNoPage()
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	err := s.assets.serve(c, name)
	if err != nil {
		c.Response().Header().Set("Cache-Control", "no-store")
	}
	return err
}

func errNoPage() error { return doorward.Errorf(doorward.CodeNotFound, "There is nothing here.") }

// serve writes a file in the best encoding that the client takes. Assets are stored as .br and .gz alone.
func (a *assets) serve(c *call, name string) error {
	h := c.Response().Header()
	h.Set("Vary", "Accept-Encoding")
	accepts := c.Request().Header.Get("Accept-Encoding")
	for _, encoding := range []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		body, err := fs.ReadFile(a.files, name+encoding.suffix)
		if err == nil && acceptsEncoding(accepts, encoding.name) {
			h.Set("Content-Encoding", encoding.name)
			return write(c, name, body)
		}
	}
	body, err := a.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return errNoPage()
	}
	if err != nil {
		return err
	}
	return write(c, name, body)
}

// read returns a file as it is, whatever it is stored as.
func (a *assets) read(name string) ([]byte, error) {
	body, err := fs.ReadFile(a.files, name)
	if err == nil {
		return body, nil
	}
	packed, err := fs.ReadFile(a.files, name+".gz")
	if err != nil {
		return nil, err
	}
	return unzip(packed)
}

func acceptsEncoding(header, name string) bool {
	for part := range strings.SplitSeq(header, ",") {
		encoding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if encoding == name {
			return strings.ReplaceAll(weight, " ", "") != "q=0"
		}
	}
	return false
}

func unzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func write(c *call, name string, body []byte) error {
	kind := mediaTypes[path.Ext(name)]
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	h := c.Response().Header()
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:12]) + `"`
	h.Set("ETag", etag)
	h.Set("Content-Type", kind)
	if c.Request().Header.Get("If-None-Match") == etag {
		return c.NoContent(http.StatusNotModified)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(body)
	return err
}

// appPage returns the handler of a page that is built by Vite.
func appPage(name string) func(*Server, *call) error {
	return func(s *Server, c *call) error {
		if len(s.assets.manifest) == 0 {
			return &doorward.Error{Code: doorward.CodeUnavailable, Message: "The pages are not in this program. Build it with make build."}
		}
		c.Response().Header().Set("Cache-Control", "no-cache")
		return s.assets.serve(c, name)
	}
}
