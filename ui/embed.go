// Package ui carries the web pages inside the binary.
//
// It does: embed the built console, door and guest assets (dist) and the Go templates (pages).
// It does not: serve them, choose an encoding, or parse a template; see pkg/httpapi.
//
// Assets under dist/assets exist only as name.br and name.gz; HTML exists raw as well.
// The hashed names are in dist/.vite/manifest.json:
//
//	manifest, err := fs.ReadFile(ui.Dist(), ".vite/manifest.json")
//
// On a checkout where the pages were never built, Dist holds nothing but a marker file.
package ui

import (
	"embed"
	"io/fs"
)

// all: keeps the files whose names start with _ or a dot, which vite does emit.
//
//go:embed all:dist
var dist embed.FS

//go:embed all:pages
var pages embed.FS

// Dist returns the built pages and their assets.
func Dist() fs.FS { return sub(dist, "dist") }

// Pages returns the Go templates.
func Pages() fs.FS { return sub(pages, "pages") }

func sub(files embed.FS, dir string) fs.FS {
	tree, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // dir is a constant of this file: only a typo gets here
	}
	return tree
}
