package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/doorward/doorward/pkg/sqlite"
)

// verify checks every invariant of a database: that of the data folder, or one that is named.
func verify(ctx context.Context, args []string) error {
	s := newSettings("verify")
	asJSON := s.flags.Bool("json", false, "print one JSON document")
	operands, err := s.parseOperands(args)
	if err != nil {
		return err
	}
	if len(operands) > 1 {
		return fmt.Errorf("%w: verify takes one file", errUsage)
	}
	path := sqlite.Path(s.data)
	if len(operands) == 1 {
		path = operands[0]
	}
	report, err := sqlite.Verify(ctx, path)
	if err != nil {
		return err
	}
	if *asJSON {
		err = json.NewEncoder(os.Stdout).Encode(struct {
			Path string `json:"path"`
			OK   bool   `json:"ok"`
			sqlite.Report
		}{path, len(report.Failed()) == 0, report})
	} else {
		err = printReport(os.Stdout, path, report)
	}
	if n := len(report.Failed()); err == nil && n > 0 {
		return fmt.Errorf("%d of %d invariants do not hold in %s", n, len(report.Checks), path)
	}
	return err
}

func printReport(w io.Writer, path string, r sqlite.Report) error {
	var errs []error
	line := func(format string, args ...any) {
		_, err := fmt.Fprintf(w, format+"\n", args...)
		errs = append(errs, err)
	}
	line("%s, schema version %d", path, r.Version)
	for _, c := range r.Checks {
		if c.Holds {
			line("  ok      %-26s %s", c.Name, c.About)
			continue
		}
		line("  BROKEN  %-26s %s, but not:", c.Name, c.About)
		for _, b := range c.Broken {
			line("            %s", b)
		}
	}
	tables := make([]string, 0, len(r.Rows))
	for table := range r.Rows {
		tables = append(tables, table)
	}
	slices.Sort(tables)
	line("rows")
	for _, table := range tables {
		line("  %-18s %d", table, r.Rows[table])
	}
	line("%d invariants, %d broken", len(r.Checks), len(r.Failed()))
	return errors.Join(errs...)
}
