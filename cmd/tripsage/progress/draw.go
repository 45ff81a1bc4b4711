package progress

import (
	"fmt"
	"strings"
	"time"
)

const (
	green = "\x1b[32m"
	red   = "\x1b[31m"
	dim   = "\x1b[2m"
	bold  = "\x1b[1m"
	reset = "\x1b[0m"

	// nameWidth lines the times up below each other.
	nameWidth = 32
	frameTime = 120 * time.Millisecond
)

// every calls do again and again until Close.
func (p *Printer) every(interval time.Duration, do func()) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-p.quit:
			return
		case <-ticker.C:
			p.mu.Lock()
			do()
			p.mu.Unlock()
		}
	}
}

// turn moves the spinners of a terminal.
func (p *Printer) turn() {
	if len(p.active) > 0 {
		p.frame++
		p.redraw(nil)
	}
}

// beat tells the reader of a log that a long step is still alive.
func (p *Printer) beat() {
	for _, s := range p.active {
		p.showDetail(s)
	}
}

// showDetail writes a plain line about the step, unless one was just written.
func (p *Printer) showDetail(s *Step) {
	now := p.options.Now()
	if p.options.Live || now.Sub(s.shown) < p.options.DetailEvery {
		return
	}
	s.shown = now
	if s.detail == "" {
		p.plain("%s: still at it", s.name)
		return
	}
	p.plain("%s: %s", s.name, s.detail)
}

// redraw replaces the steps under way with the given lines, which stay, and
// the steps as they are now. One write, so that nothing flickers.
func (p *Printer) redraw(permanent []string) {
	var b strings.Builder
	if p.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", p.drawn)
	}
	b.WriteString("\r\x1b[J")
	for _, line := range permanent {
		b.WriteString(line + "\n")
	}
	for _, s := range p.active {
		b.WriteString(p.running(s) + "\n")
	}
	p.drawn = len(p.active)
	p.write(b.String())
}

func (p *Printer) running(s *Step) string {
	spinner := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	line := fmt.Sprintf("%c %-*s %7s", spinner[p.frame%len(spinner)], nameWidth, s.name,
		duration(p.options.Now().Sub(s.began)))
	if s.detail == "" {
		return p.fit(line)
	}
	whole := p.fit(line + "  " + s.detail)
	if detail, ok := strings.CutPrefix(whole, line); ok {
		return line + p.paint(dim, detail)
	}
	return whole
}

func (p *Printer) finished(s *Step, ok bool, note string) string {
	mark, color := "✓", green
	if !ok {
		mark, color, note = "✗", red, "failed"
	}
	line := fmt.Sprintf(" %-*s %7s", nameWidth, s.name, duration(p.options.Now().Sub(s.began)))
	if note != "" {
		line += "  " + p.paint(dim, note)
	}
	return p.paint(color, mark) + line
}

// Row is one line of the summary.
type Row struct{ Label, Value string }

// Summary shows the closing block: a title and aligned rows. Values keep
// their full length, because they are there to be copied.
func (p *Printer) Summary(title string, rows []Row) {
	p.mu.Lock()
	defer p.mu.Unlock()
	width := 0
	for _, row := range rows {
		width = max(width, len([]rune(row.Label)))
	}
	lines := []string{"", p.paint(bold, oneLine(title))}
	for _, row := range rows {
		label := fmt.Sprintf("%-*s", width, oneLine(row.Label))
		lines = append(lines, strings.TrimRight("  "+p.paint(dim, label)+"  "+oneLine(row.Value), " "))
	}
	if p.options.Live {
		p.redraw(lines)
		return
	}
	p.write(strings.Join(lines, "\n") + "\n")
}

// plain writes a line with the time since the start.
func (p *Printer) plain(format string, args ...any) {
	stamp := fmt.Sprintf("[%7s] ", duration(p.options.Now().Sub(p.began)))
	p.write(stamp + fmt.Sprintf(format, args...) + "\n")
}

// write drops the error: progress that cannot be shown must not stop the work.
func (p *Printer) write(text string) {
	_, _ = fmt.Fprint(p.out, text)
}

func (p *Printer) paint(color, text string) string {
	if !p.options.Color || strings.TrimSpace(text) == "" {
		return text
	}
	return color + text + reset
}

// fit cuts a line to the terminal, because a wrapped line cannot be redrawn.
func (p *Printer) fit(line string) string {
	width := p.options.Width()
	runes := []rune(line)
	if width <= 1 || len(runes) < width {
		return line
	}
	return string(runes[:width-2]) + "…"
}

// duration is short and of even width: 0.4s, 12.3s, 2m05s.
func duration(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1fs", d.Truncate(100*time.Millisecond).Seconds())
	}
	d = d.Truncate(time.Second)
	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}
