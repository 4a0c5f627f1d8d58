// Command gen writes the files that are made from others: run `make gen` after editing their source.
//
//	schema.sql → pkg/sqlite/schema_gen.go
//
// With the argument geo it makes the bundled geo data instead, which changes with its sources only:
//
//	cd cmd/gen && npm ci && cd ../.. && go run ./cmd/gen geo -from cmd/gen/node_modules
//	cmd/gen/package.json, cmd/gen/net → pkg/geo/data, pkg/geo/data_gen.go, cmd/gen/net/carriers.txt
//
// With the argument agents it makes the table of crawlers:
//
//	cmd/gen/package.json → pkg/fraud/agents_gen.go
//
// With the argument zones it makes the table of the countries of time zones:
//
//	/usr/share/zoneinfo → pkg/doorward/zone_gen.go
//
// With the argument asvs it prints which requirements of OWASP ASVS 5.0 apply, and the tests that prove each: those with
// a line "ASVS 6.2.1" in their comment.
package main

import (
	"bytes"
	"fmt"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) > 1 && os.Args[1] == "geo" {
		return runGeo(os.Args[2:])
	}
	if len(os.Args) > 1 && os.Args[1] == "agents" {
		return runAgents("cmd/gen/node_modules", "pkg/fraud/agents_gen.go")
	}
	if len(os.Args) > 1 && os.Args[1] == "zones" {
		return runZones("/usr/share/zoneinfo", "pkg/doorward/zone_gen.go")
	}
	if len(os.Args) > 1 && os.Args[1] == "asvs" {
		return runASVS(os.Stdout, ".")
	}
	return writeSchema("schema.sql", "pkg/sqlite/schema_gen.go")
}

// writeSchema copies the schema into a Go string: an embed directive cannot reach above its own package.
func writeSchema(from, to string) error {
	schema, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if bytes.ContainsRune(schema, '`') {
		return fmt.Errorf("%s: a backtick cannot stand in a raw string", from)
	}
	text := fmt.Sprintf("// Code generated from /schema.sql by cmd/gen; DO NOT EDIT.\n\npackage sqlite\n\n"+
		"// Schema is schema.sql: what a new database is made with.\nconst Schema = `%s`\n", schema)
	return os.WriteFile(to, []byte(text), 0o644) //nolint:gosec // a source file, readable like the others
}
