package app_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/app"
)

// A command beside the server makes the links that the server would make.
func TestDefaultOriginIsTheServers(t *testing.T) {
	for _, listen := range []string{":0", "127.0.0.1:0", "localhost:0"} {
		a, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Listen: listen, Version: "test", Announce: func(_, _ string) {}})
		if err != nil {
			t.Fatal(err)
		}
		_, port, err := net.SplitHostPort(a.Address().String())
		if err != nil {
			t.Fatal(err)
		}
		got, err := app.DefaultOrigin(strings.TrimSuffix(listen, "0") + port)
		if err != nil || got != a.Origin {
			t.Errorf("%s: %q, %v, want %q", listen, got, err, a.Origin)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if err := a.Serve(ended); err != nil {
			t.Error(err)
		}
	}
}
