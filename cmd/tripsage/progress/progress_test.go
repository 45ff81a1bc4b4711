package progress_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/progress"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// clock is moved by hand. The printer's own goroutine reads it too.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// session is what `tripsage up` shows, in short.
func session(p *progress.Printer, c *clock) {
	cluster := p.Start("Kubernetes control plane")
	c.pass(3 * time.Second)
	cluster.Detail("waiting for the apiserver")
	c.pass(9300 * time.Millisecond)
	cluster.Detail("waiting for the\nnode\x1b[2J to be ready")
	cluster.Done("")
	images := p.Start("Images")
	c.pass(400 * time.Millisecond)
	images.Done("cached")
	images.Fail() // as a deferred call would
	stack := p.Start("Stack local")
	for i := range 4 {
		c.pass(5 * time.Second)
		stack.Detail(fmt.Sprintf("Deployment tripsage-api: %d of 3 pods are ready", i))
	}
	c.pass(100 * time.Second)
	stack.Fail()
	p.Note("what was done is on record")
	p.Summary("TripSage is up", []progress.Row{
		{Label: "API", Value: "http://127.0.0.1:30080"},
		{Label: "try next", Value: "curl -f http://127.0.0.1:30080/health/detailed"},
	})
}

func TestPlainLines(t *testing.T) {
	var out bytes.Buffer
	c := &clock{now: time.Unix(0, 0)}
	p := progress.New(&out, progress.Options{Now: c.Now})
	session(p, c)
	p.Close()
	golden(t, "plain.txt", out.String())
	assert.NotContains(t, out.String(), "\x1b")
}

// screen plays the output back as a terminal would, so that the test sees
// what a person sees.
func screen(output string) string {
	lines := []string{""}
	row := 0
	for len(output) > 0 {
		var up int
		switch {
		case strings.HasPrefix(output, "\x1b[J"):
			lines = append(lines[:row], "")
			output = output[3:]
		case strings.HasPrefix(output, "\x1b["):
			n := strings.IndexAny(output, "AJm")
			if output[n] == 'A' {
				_, _ = fmt.Sscanf(output, "\x1b[%dA", &up)
				row -= up
			}
			output = output[n+1:]
		case output[0] == '\r':
			output = output[1:]
		case output[0] == '\n':
			row++
			if row == len(lines) {
				lines = append(lines, "")
			}
			output = output[1:]
		default:
			lines[row] += output[:1]
			output = output[1:]
		}
	}
	return strings.Join(lines, "\n")
}

func TestLiveScreen(t *testing.T) {
	out := &safeBuffer{}
	c := &clock{now: time.Unix(0, 0)}
	p := progress.New(out, progress.Options{Live: true, Color: true, Now: c.Now, Width: func() int { return 60 }})
	session(p, c)
	p.Close()
	p.Close()
	golden(t, "live.txt", screen(out.String()))
	assert.Contains(t, out.String(), "\x1b[32m✓")
	assert.NotContains(t, out.String(), "\x1b[2J", "what comes from elsewhere cannot clear the screen")
}

func TestLiveShowsWhatIsGoingOn(t *testing.T) {
	out := &safeBuffer{}
	c := &clock{now: time.Unix(0, 0)}
	p := progress.New(out, progress.Options{Live: true, Now: c.Now, Width: func() int { return 60 }})
	defer p.Close()
	one, two := p.Start("one"), p.Start("two")
	one.Detail(strings.Repeat("long ", 30))
	two.Detail("short")
	c.pass(time.Second)
	assert.Eventually(t, func() bool {
		lines := strings.Split(screen(out.String()), "\n")
		return len(lines) == 3 && strings.HasSuffix(lines[0], "…") && len([]rune(lines[0])) < 60 &&
			strings.Contains(lines[1], "two") && strings.HasSuffix(lines[1], "1.0s  short")
	}, 5*time.Second, 20*time.Millisecond)
	assert.NotContains(t, out.String(), "\x1b[2m", "no colour without Color")
}

func TestConcurrentSteps(t *testing.T) {
	for _, live := range []bool{true, false} {
		out := &safeBuffer{}
		p := progress.New(out, progress.Options{Live: live})
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				s := p.Start(fmt.Sprintf("step %d", i))
				for range 50 {
					s.Detail("working")
				}
				s.Done("")
			})
		}
		wg.Wait()
		p.Close()
		for i := range 20 {
			assert.Contains(t, screen(out.String()), fmt.Sprintf("step %d ", i))
		}
	}
}

func TestDetectKeepsQuietOffATerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	o := progress.Detect(file, func(string) string { return "" })
	assert.False(t, o.Live)
	assert.False(t, o.Color)
	assert.Zero(t, o.Width())
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestALongStepShowsThatItIsAlive(t *testing.T) {
	var out lockedBuffer
	c := &clock{now: time.Unix(0, 0)}
	p := progress.New(&out, progress.Options{Now: c.Now, DetailEvery: 20 * time.Millisecond})
	defer p.Close()
	step := p.Start("Pulumi engine")
	step.Detail("building pulumi")
	assert.NotContains(t, out.String(), "building", "a step that ends soon says nothing more")
	c.pass(70 * time.Second)
	assert.Eventually(t, func() bool { return strings.Contains(out.String(), "[  1m10s] Pulumi engine: building pulumi") },
		5*time.Second, 5*time.Millisecond)
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
