package app_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/doorward/doorward/"

// allowed is the dependency rule of the house: what each package may import of the others. A new package is added here
// with the packages that it may use. Use cases never import each other, and only httpapi knows Echo.
var allowed = map[string]string{
	"pkg/doorward":   "",
	"pkg/durable":    "",
	"pkg/fraud":      "doorward",
	"pkg/fraud/sim":  "doorward fraud",
	"pkg/token":      "doorward durable",
	"pkg/cidr":       "doorward",
	"pkg/geo":        "doorward geo/flat",
	"pkg/geo/flat":   "doorward",
	"pkg/live":       "doorward",
	"pkg/limit":      "",
	"pkg/replica":    "durable",
	"pkg/sqlite":     "doorward durable",
	"pkg/outbox":     "doorward sqlite",
	"pkg/account":    "doorward sqlite outbox",
	"pkg/event":      "doorward sqlite cidr",
	"pkg/guest":      "doorward sqlite",
	"pkg/invitation": "doorward sqlite fraud token cidr",
	"pkg/rsvp":       "doorward sqlite outbox token",
	"pkg/door":       "doorward sqlite token",
	"pkg/notify":     "doorward durable sqlite outbox token",
	"pkg/team":       "doorward sqlite outbox",
	"pkg/recovery":   "doorward sqlite token",
	"pkg/system":     "doorward durable sqlite",
	"pkg/httpapi":    "doorward fraud limit live account event guest invitation rsvp door notify team recovery system ui",
	"pkg/app":        "doorward durable fraud geo token live limit sqlite replica outbox account event guest invitation rsvp door notify team recovery system httpapi",
	"cmd/doorward":   "doorward app replica sqlite system account cidr notify fraud/sim fraud/sim/baseline geo",
	"cmd/gen":        "doorward geo/flat",
	"ui":             "",

	"pkg/fraud/sim/baseline": "doorward fraud/sim",
	"pkg/testkit/crash":      "",
	"pkg/testkit/powercut":   "",
}

func TestImports(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		may, known := allowed[name]
		if !known {
			t.Errorf("%s is not in the table: add it with the packages that it may use", name)
			continue
		}
		for _, imported := range p.Imports {
			if own, ok := strings.CutPrefix(imported, module); ok && !slices.Contains(strings.Fields(may), strings.TrimPrefix(own, "pkg/")) {
				t.Errorf("%s must not import %s", name, own)
			}
			if strings.HasPrefix(imported, "github.com/labstack/echo") && name != "pkg/httpapi" {
				t.Errorf("%s must not import Echo: its types stay inside pkg/httpapi", name)
			}
			if strings.HasPrefix(imported, "github.com/benbjohnson/litestream") && name != "pkg/replica" {
				t.Errorf("%s must not import Litestream: only pkg/replica knows it", name)
			}
			if name == "pkg/doorward" && strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
				t.Errorf("pkg/doorward must import the standard library only, not %s", imported)
			}
		}
	}
}
