package replica_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/doorward/doorward/pkg/replica"
)

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPzE0cNvQ+yVsqVYoVgJv9+6bJ0Uh8r0k1oY5b4A1b2c"

func TestRead(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "data", "doorward.db")
	head := "dbs:\n  - path: " + db + "\n    replica:\n"
	env := func(name string) string { return map[string]string{"WHERE": "/mnt/stick", "SECRET": "hush"}[name] }
	for name, test := range map[string]struct{ yml, target, refused string }{
		"a folder":          {head + "      path: ${WHERE}/doorward", "/mnt/stick/doorward", ""},
		"a folder by url":   {head + "      url: file:///mnt/x", "/mnt/x", ""},
		"s3":                {"access-key-id: k\nsecret-access-key: $SECRET\n" + head + "      type: s3\n      bucket: b\n      path: p/q", "s3://b/p/q", ""},
		"s3 by url":         {head + "      url: s3://b/p?endpoint=http://x:9000&region=r", "s3://b/p", ""},
		"sftp":              {head + "      type: sftp\n      host: h:22\n      user: u\n      password: $SECRET\n      path: /p\n      host-key: " + hostKey, "sftp://h:22/p", ""},
		"sftp by url":       {head + "      url: sftp://u:hush@h/p\n      host-key: " + hostKey, "sftp://h/p", ""},
		"sftp of anybody":   {head + "      url: sftp://u:hush@h/p", "", "needs a host-key"},
		"sftp, odd key":     {head + "      url: sftp://u:hush@h/p\n      host-key: AAAA", "", "host-key of the replica cannot be read"},
		"the older form":    {"dbs:\n  - path: " + db + "\n    replicas:\n      - path: /x", "/x", ""},
		"for the stock one": {"addr: ':9090'\nexec: x\n" + head + "      path: /x", "/x", ""},
		"an unknown key":    {head + "      type: s3\n      bukket: b", "", `line 5: there is no setting "bukket"`},
		"another database":  {"dbs:\n  - path: /other/doorward.db\n    replica:\n      path: /x", "", "but the database of this data folder is " + db},
		"two databases":     {head + "      path: /x\n  - path: /y", "", "name one database"},
		"another kind":      {head + "      type: gs\n      bucket: b", "", `type "gs" is not supported`},
		"another kind, url": {head + "      url: nats://user:hush@h/b", "", `type "nats" is not supported`},
		"encryption":        {head + "      path: /x\n      age:\n        recipients: [a]", "", `"age"`},
		"no bucket":         {head + "      type: s3", "", "needs a bucket"},
		"no replica":        {"dbs:\n  - path: " + db, "", "say where to under replica"},
		"no time":           {"snapshot:\n  interval: 0s\n" + head + "      path: /x", "", "more than nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(dir, "litestream.yml")
			if err := os.WriteFile(file, []byte(test.yml), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := replica.Read(file, db, env)
			switch {
			case test.refused != "" && err == nil:
				t.Error("not refused")
			case test.refused != "":
				if !strings.Contains(err.Error(), test.refused) || strings.Contains(err.Error(), "hush") {
					t.Errorf("refused with %q, want %q", err, test.refused)
				}
			case err != nil:
				t.Error(err)
			case c.Target().String() != test.target:
				t.Errorf("the target is %s, want %s", c.Target(), test.target)
			}
		})
	}
}

// The sample that comes with the program replicates nothing where it lies, beside the data folder of make run. Without the
// first comment marks it is a good file.
func TestSample(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	const db = "./doorward-data/doorward.db"
	if c, err := replica.Read("litestream.yml", db, os.Getenv); c != nil || err != nil {
		t.Errorf("%v %v", c, err)
	}
	sample, err := os.ReadFile("litestream.yml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "litestream.yml")
	_, settings, _ := strings.Cut(string(sample), "\n# dbs:")
	if err := os.WriteFile(file, []byte("dbs:"+strings.ReplaceAll(strings.ReplaceAll(settings, "\n# ", "\n"), "\n#\n", "\n\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := replica.Read(file, db, os.Getenv)
	if err != nil || c.Target().String() != "s3://my-bucket/doorward" {
		t.Errorf("%v", err)
	}
}
