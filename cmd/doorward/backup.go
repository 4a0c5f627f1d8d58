package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/system"
)

// backup makes and lists copies of the database, beside a running server or without one.
func backup(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: doorward backup now | list", errUsage)
	}
	switch args[0] {
	case "now":
		return backupNow(ctx, args[1:])
	case "list":
		return backupList(args[1:])
	default:
		return fmt.Errorf("%w: doorward backup now | list", errUsage)
	}
}

func backupNow(ctx context.Context, args []string) error {
	s := newSettings("backup now").copying()
	asJSON := s.flags.Bool("json", false, "print one JSON document")
	if err := s.parse(args); err != nil {
		return err
	}
	b, err := system.New(system.Config{Data: s.data, CopyTo: s.backupCopy, Clock: app.Wall}).Backup(ctx)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(os.Stdout).Encode(b)
	}
	fmt.Printf("Wrote %s, %d bytes\n", b.Name, b.Bytes)
	return nil
}

func backupList(args []string) error {
	s := newSettings("backup list")
	asJSON := s.flags.Bool("json", false, "print one JSON document")
	if err := s.parse(args); err != nil {
		return err
	}
	list, err := system.List(s.data)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(os.Stdout).Encode(struct {
			Items []system.Backup `json:"items"`
		}{append([]system.Backup{}, list...)})
	}
	for _, b := range list {
		fmt.Printf("%s\t%s\t%d bytes\n", b.Name, b.At.Format(time.RFC3339), b.Bytes)
	}
	return nil
}
