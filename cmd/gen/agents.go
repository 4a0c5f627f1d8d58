package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// crawler is an entry of the npm package crawler-user-agents.
type crawler struct {
	Pattern string   `json:"pattern"`
	Tags    []string `json:"tags"`
}

// notCrawlers are patterns of the package that people's own browsers match: those inside apps, and words that stand in
// the agents of ordinary programs.
var notCrawlers = []string{
	"whatsapp", "metaiab facebook", "bluesky/", "goodreads", "notion/", "tumblr/", "pinterest", "viber", "line/", "electron",
	"java", "jetty", "got", "lua", "perl", "ruby", "nimbus", "drupal", "headless", "salesforce.com", "android", "instagram",
}

// literal is a pattern without an expression: letters, digits and the signs that agents have between them.
var literal = regexp.MustCompile(`^[a-z][a-z0-9 ._/:!-]{3,}$`)

// eitherCase is a letter in both cases, as "[bB]" in lower case.
var eitherCase = regexp.MustCompile(`\[([a-z])[a-z]\]`)

// agentsHeader says where the table is from.
const agentsHeader = `// Code generated from the npm package crawler-user-agents %s by cmd/gen; DO NOT EDIT.
//
// Copyright (c) 2017 Martin Monperrus and contributors, MIT License; see NOTICE.

package fraud

// moreAgentTokens are the crawlers of the package that name themselves by a word: see agentTokens, which come first.
// They are sorted by text.
var moreAgentTokens = [...]agentToken{
`

// runAgents writes the table of crawlers from the npm package in a node_modules folder.
func runAgents(modules, to string) error {
	dir := filepath.Join(modules, "crawler-user-agents")
	var about struct {
		Version string `json:"version"`
	}
	if err := readJSON(filepath.Join(dir, "package.json"), &about); err != nil {
		return err
	}
	var crawlers []crawler
	if err := readJSON(filepath.Join(dir, "crawler-user-agents.json"), &crawlers); err != nil {
		return err
	}
	type row struct{ text, class string }
	var rows []row
	for _, c := range crawlers {
		text := eitherCase.ReplaceAllString(strings.ToLower(strings.ReplaceAll(strings.Trim(c.Pattern, "^$"), `\`, "")), "$1")
		if !literal.MatchString(text) || slices.ContainsFunc(notCrawlers, func(not string) bool { return strings.HasPrefix(text, not) }) {
			continue
		}
		class := "doorward.ClassPreview"
		if slices.Contains(c.Tags, "http-library") || slices.Contains(c.Tags, "browser-automation") || slices.Contains(c.Tags, "scanner") {
			class = "doorward.ClassAutomation"
		}
		rows = append(rows, row{text, class})
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.text, b.text) })
	rows = slices.CompactFunc(rows, func(a, b row) bool { return a.text == b.text })
	out := fmt.Sprintf(agentsHeader, about.Version)
	out = strings.Replace(out, "package fraud\n", "package fraud\n\nimport \"github.com/doorward/doorward/pkg/doorward\"\n", 1)
	for _, r := range rows {
		out += fmt.Sprintf("\t{text: %q, class: %s},\n", r.text, r.class)
	}
	return os.WriteFile(to, []byte(out+"}\n"), 0o644) //nolint:gosec // a source file, readable like the others
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
