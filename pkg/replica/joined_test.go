package replica_test

import (
	"path/filepath"
	"testing"

	"github.com/benbjohnson/litestream"
	"github.com/benbjohnson/litestream/s3"
	"github.com/doorward/doorward/pkg/replica"
	"github.com/doorward/doorward/pkg/sqlite"
	"github.com/superfly/ltx"
)

// The running program joins files and takes the single ones away. A restore that had listed those finds the joined one, which
// by then reaches further, and calls nothing damaged.
func TestFilesJoinedWhileRestoring(t *testing.T) {
	s := newStore(t)
	b := newBox(t, s.yml())
	b.more = "levels:\n  - interval: 1h" // the test joins
	b.start()
	for range 3 {
		b.write(3)
		b.synced()
	}
	client, err := litestream.NewReplicaClientFromURL("s3://doorward/replica?region=us-east-1&force-path-style=true&endpoint=" + s.URL)
	if err != nil {
		t.Fatal(err)
	}
	client.(*s3.ReplicaClient).AccessKeyID, client.(*s3.ReplicaClient).SecretAccessKey = "key", "very-secret"
	var reaches uint64
	s.join = func() {
		b.write(1)
		reaches = b.synced().Replicated
		single, err := litestream.FindLTXFiles(t.Context(), client, 0, false, func(*ltx.FileInfo) (bool, error) { return true, nil })
		if err != nil || len(single) < 3 {
			t.Errorf("%d single files: %v", len(single), err)
		}
		if _, err := litestream.NewCompactor(client, nil).Compact(t.Context(), 1); err != nil {
			t.Error(err)
		}
		if err := client.DeleteLTXFiles(t.Context(), single); err != nil {
			t.Error(err)
		}
	}
	s.how.Store("joined")
	to := filepath.Join(t.TempDir(), "restored.db")
	got, err := replica.Restore(t.Context(), b.config().Target(), replica.RestoreOptions{To: to, Check: sqlite.Intact})
	if err != nil || len(got.Damaged) > 0 {
		t.Fatalf("%v is called damaged: %v", got.Damaged, err)
	}
	if rowsOf(t, to) == 0 || reaches == 0 || got.Position < reaches {
		t.Errorf("restored to %d, the joined file reaches %d", got.Position, reaches)
	}
	b.stop()
}
