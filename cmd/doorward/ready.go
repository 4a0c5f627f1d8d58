package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// readyWithin is how long ready waits for an answer.
const readyWithin = 5 * time.Second

// ready asks the server that listens on this machine whether it takes writes. An image without a shell checks its health
// so.
func ready(ctx context.Context, args []string) error {
	s := newSettings("ready").serving()
	if err := s.parse(args); err != nil {
		return err
	}
	if _, err := s.config(); err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(s.listen)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return errors.New("the server takes no writes now; its log says why")
	}
	return nil
}
