package progress

import (
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/term"
)

// Options say how to show progress. The zero value means plain lines.
type Options struct {
	// Live redraws the steps under way in place. It needs a terminal.
	Live bool
	// Color uses the terminal's colours.
	Color bool
	// Width returns the terminal's width in columns; 0 means unknown.
	Width func() int
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// DetailEvery is the least time between two detail lines of one step
	// when not Live; 10 s when 0.
	DetailEvery time.Duration
}

// Detect chooses for the file, usually os.Stderr (standard output belongs to
// the command's result), and the environment. NO_COLOR, TERM=dumb and CI are
// honoured.
func Detect(file *os.File, getenv func(string) string) Options {
	fd := int(file.Fd()) //nolint:gosec // a file descriptor is small
	live := term.IsTerminal(fd) && getenv("TERM") != "dumb" && getenv("CI") == ""
	return Options{
		Live:  live,
		Color: live && getenv("NO_COLOR") == "",
		Width: func() int {
			width, _, err := term.GetSize(fd)
			if err != nil {
				return 0
			}
			return width
		},
	}
}

// Printer shows steps. It is safe for concurrent use.
type Printer struct {
	mu      sync.Mutex
	out     io.Writer
	options Options
	began   time.Time
	active  []*Step
	// drawn is the number of lines in the redrawn region; frame turns the
	// spinner.
	drawn, frame int
	quit         chan struct{}
	stopped      sync.WaitGroup
}

// New starts showing progress on out. Close it when done.
func New(out io.Writer, o Options) *Printer {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.DetailEvery == 0 {
		o.DetailEvery = 10 * time.Second
	}
	if o.Width == nil {
		o.Width = func() int { return 0 }
	}
	p := &Printer{out: out, options: o, began: o.Now(), quit: make(chan struct{})}
	if o.Live {
		p.stopped.Go(func() { p.every(frameTime, p.turn) })
	} else {
		p.stopped.Go(func() { p.every(3*o.DetailEvery, p.beat) })
	}
	return p
}

// Close ends the redrawing and leaves the cursor below the last line. Steps
// still under way stay as they were last shown.
func (p *Printer) Close() {
	p.mu.Lock()
	select {
	case <-p.quit:
	default:
		close(p.quit)
	}
	p.mu.Unlock()
	p.stopped.Wait()
}

// Elapsed is the time since New.
func (p *Printer) Elapsed() time.Duration { return p.options.Now().Sub(p.began) }

// Step is one named part of the work.
type Step struct {
	printer *Printer
	name    string
	began   time.Time
	detail  string
	// shown is when the last plain line about this step was written.
	shown time.Time
	ended bool
}

// Start begins a step.
func (p *Printer) Start(name string) *Step {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now()
	s := &Step{printer: p, name: oneLine(name), began: now, shown: now}
	p.active = append(p.active, s)
	if p.options.Live {
		p.redraw(nil)
	} else {
		p.plain("%s ...", s.name)
	}
	return s
}

// Detail says what the step is busy with.
func (s *Step) Detail(text string) {
	p := s.printer
	p.mu.Lock()
	defer p.mu.Unlock()
	text = oneLine(text)
	if s.ended || text == "" || text == s.detail {
		return
	}
	s.detail = text
	p.showDetail(s)
}

// Done ends the step. The note, such as "cached", may be empty.
func (s *Step) Done(note string) { s.end(true, note) }

// Fail ends the step as failed. The reason is for the caller to print, once.
// After Done it does nothing, so it can be deferred.
func (s *Step) Fail() { s.end(false, "") }

func (s *Step) end(ok bool, note string) {
	p := s.printer
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.ended {
		return
	}
	s.ended = true
	for i, other := range p.active {
		if other == s {
			p.active = append(p.active[:i:i], p.active[i+1:]...)
			break
		}
	}
	if p.options.Live {
		p.redraw([]string{p.finished(s, ok, oneLine(note))})
		return
	}
	word := "done"
	if !ok {
		word = "FAILED"
	}
	suffix := ""
	if note != "" {
		suffix = " (" + oneLine(note) + ")"
	}
	p.plain("%s: %s in %s%s", s.name, word, duration(p.options.Now().Sub(s.began)), suffix)
}

// Note shows one line about the whole.
func (p *Printer) Note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.options.Live {
		p.redraw([]string{p.fit(oneLine(text))})
		return
	}
	p.plain("%s", oneLine(text))
}

// oneLine keeps what comes from elsewhere from breaking the display.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
