package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/doorward/doorward/pkg/app"
	"github.com/mdp/qrterminal/v3"
)

// serve runs the appliance until the context ends.
func serve(ctx context.Context, args []string) error {
	s := newSettings("serve").serving()
	if err := s.parse(args); err != nil {
		return err
	}
	c, err := s.config()
	if err != nil {
		return err
	}
	if err := logTo(os.Stderr, s.log); err != nil {
		return err
	}
	c.Announce = announceSetup
	if c.Listener, err = inheritedListener(); err != nil {
		return err
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		return err
	}
	slog.Info("listening", "addr", a.Address().String(), "version", version)
	if c.Mail.SMTP == nil {
		slog.Info("mail is written to files; set smtp-url and mail-from to send it", "folder", filepath.Join(c.Data, "mail"))
	}
	for _, origin := range a.Origins() {
		fmt.Println("Open", origin)
	}
	// Serve may end by itself; what tells systemd ends with it.
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	told := tellSystemd(ctx, a.Ping)
	err = a.Serve(ctx)
	stop()
	told()
	slog.Info("stopped")
	return err
}

// announceSetup prints how to make the first account.
func announceSetup(origin, code string) {
	link := origin + "/setup#code=" + code
	fmt.Printf("\nNobody has an account yet. Make the first one here:\n\n  %s\n\n  set-up code  %s\n\n", link, code)
	qrterminal.GenerateWithConfig(link, qrterminal.Config{
		Level: qrterminal.L, Writer: os.Stdout, HalfBlocks: true, QuietZone: 2,
		BlackChar: qrterminal.BLACK_BLACK, WhiteChar: qrterminal.WHITE_WHITE,
		BlackWhiteChar: qrterminal.BLACK_WHITE, WhiteBlackChar: qrterminal.WHITE_BLACK,
	})
}
