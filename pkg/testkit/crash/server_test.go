package crash

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// folder is where the programs under test are; TestMain owns it.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "doorward-crash-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(folder) // a leftover in a temporary folder
	os.Exit(code)
}

// program is the program, from this very source.
var program = sync.OnceValues(func() (string, error) { return build("doorward") })

func theProgram(t *testing.T) string {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

func build(name string, flags ...string) (string, error) {
	bin := filepath.Join(folder, name)
	args := append([]string{"build", "-trimpath", "-o", bin}, flags...)
	cmd := exec.Command("go", append(args, "github.com/doorward/doorward/cmd/doorward")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return bin, nil
}

// server is one life of the program.
type server struct {
	cmd   *exec.Cmd
	base  string // http://127.0.0.1:port
	setup string // the set-up code; "" when there is an account
	ready time.Duration
	log   *tail
	gone  chan struct{} // closed when the process has ended
}

var (
	setupCode = regexp.MustCompile(`set-up code\s+(\S+)`)
	listening = regexp.MustCompile(`msg=listening addr=(\S+)`)
)

// launch starts the program on a data folder and does not wait for it.
func launch(bin, data string) (*server, error) {
	s := &server{cmd: exec.Command(bin, "serve", "--data", data, "--listen", "127.0.0.1:0"), log: &tail{}, gone: make(chan struct{})}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DOORWARD_") {
			s.cmd.Env = append(s.cmd.Env, v)
		}
	}
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = s.cmd.Wait() // it is killed: how it ended is known
		close(s.gone)
	}()
	return s, nil
}

// startWithin is how long a start may take before it counts as one that failed; the aim for it is far below.
const startWithin = 30 * time.Second

// start starts the program and waits until it is ready.
func start(ctx context.Context, bin, data string) (*server, error) {
	begun := time.Now()
	s, err := launch(bin, data)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	addr, err := s.log.wait(ctx, s.gone, listening)
	if err != nil {
		s.kill()
		return nil, err
	}
	s.base = "http://" + addr
	if m := setupCode.FindStringSubmatch(s.log.String()); m != nil {
		s.setup = m[1]
	}
	for {
		if err := probe(ctx, s.base+"/readyz"); err == nil {
			break
		} else if ctx.Err() != nil {
			s.kill()
			return nil, fmt.Errorf("not ready: %w\n%s", err, s.log)
		}
	}
	s.ready = time.Since(begun)
	return s, nil
}

func probe(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, res.Status)
	}
	return nil
}

// kill ends the program as nothing can be caught or finished, and waits until it is gone.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may be gone already
	<-s.gone
}

// tail keeps what a process prints. Its lock owns the text.
type tail struct {
	mu    sync.Mutex
	text  strings.Builder
	wrote chan struct{} // closed by the next write; nil when nobody waits
}

func (l *tail) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wrote != nil {
		close(l.wrote)
		l.wrote = nil
	}
	return l.text.Write(b)
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// wait returns the first group of a line that matches, once there is one.
func (l *tail) wait(ctx context.Context, gone <-chan struct{}, line *regexp.Regexp) (string, error) {
	for {
		l.mu.Lock()
		if l.wrote == nil {
			l.wrote = make(chan struct{})
		}
		wrote := l.wrote
		l.mu.Unlock()
		for lines := bufio.NewScanner(strings.NewReader(l.String())); lines.Scan(); {
			if m := line.FindStringSubmatch(lines.Text()); m != nil {
				return m[1], nil
			}
		}
		select {
		case <-wrote:
		case <-gone:
			return "", fmt.Errorf("the program ended:\n%s", l)
		case <-ctx.Done():
			return "", fmt.Errorf("the program did not begin to listen: %w\n%s", ctx.Err(), l)
		}
	}
}
