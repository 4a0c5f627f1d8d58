package sqlite

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// constants collects the string constants of the package's files, and which of them are queries.
func constants(t *testing.T) (values map[string]ast.Expr, queries []string) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	values = map[string]ast.Expr{}
	for _, file := range files {
		for _, decl := range file.Decls {
			g, ok := decl.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				for i, name := range v.Names {
					if i < len(v.Values) {
						values[name.Name] = v.Values[i]
					}
					if kind, ok := v.Type.(*ast.Ident); ok && kind.Name == "query" {
						queries = append(queries, name.Name)
					}
				}
			}
		}
	}
	return values, queries
}

// text evaluates a constant string expression.
func text(t *testing.T, values map[string]ast.Expr, e ast.Expr) string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		if err != nil {
			t.Fatal(err)
		}
		return s
	case *ast.BinaryExpr:
		return text(t, values, e.X) + text(t, values, e.Y)
	case *ast.Ident:
		return text(t, values, values[e.Name])
	default:
		t.Fatalf("a query is made of %T, which this test can't read", e)
		return ""
	}
}

// Every query must find its rows by an index: a scan that is quick on ten guests holds up the door on five thousand.
// What is of type audit is left out: Verify reads every row, which is what it is for.
func TestQueriesUseIndexes(t *testing.T) {
	c := at(t, len(migrations()))
	values, queries := constants(t)
	if len(queries) < 50 {
		t.Fatalf("only %d queries were found", len(queries))
	}
	for _, name := range queries {
		statement := text(t, values, values[name])
		rows, err := c.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, make([]any, parameters(statement))...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			// Whether there is any user at all stops at the first row.
			if strings.HasPrefix(detail, "SCAN ") && !strings.Contains(detail, "VIRTUAL TABLE") && name != "sqlAnyUser" && !strings.Contains(detail, "CONSTANT ROW") {
				t.Errorf("%s scans: %s", name, detail)
			}
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A deleted event is found by nothing but what is about deleted events, so that no handler has to think of it.
func TestQueriesLeaveOutDeletedEvents(t *testing.T) {
	why := map[string]string{
		"sqlDeletedAt": "asks for it", "sqlDeletedEvents": "lists them", "sqlDiscarded": "lists them",
		"sqlInvite": "says so of the invite", "sqlInviteByToken": "the same", "sqlPendingInvites": "the same",
		"sqlDeleteEvent": "purges",
	}
	reads := regexp.MustCompile(`\b(FROM|JOIN) events\b`)
	values, queries := constants(t)
	for _, name := range queries {
		statement := text(t, values, values[name])
		leaves := strings.Contains(statement, text(t, values, values["thereStill"]))
		if _, knows := why[name]; reads.MatchString(statement) && leaves == knows {
			t.Errorf("%s: does it leave deleted events out? %s", name, statement)
		}
	}
}

// parameters counts the values that a statement takes: the highest ?N, or the number of ?.
func parameters(statement string) int {
	highest, plain := 0, 0
	for i, r := range statement {
		if r != '?' {
			continue
		}
		digits := 0
		for i+1+digits < len(statement) && statement[i+1+digits] >= '0' && statement[i+1+digits] <= '9' {
			digits++
		}
		if n, err := strconv.Atoi(statement[i+1 : i+1+digits]); err == nil {
			highest = max(highest, n)
		} else {
			plain++
		}
	}
	return max(highest, plain)
}
