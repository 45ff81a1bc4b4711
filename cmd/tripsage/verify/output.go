package verify

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// Print writes the checklist for people. mark may colour the first word.
func (r Report) Print(out io.Writer, mark func(Status) string) {
	group := ""
	for _, c := range r.Checks {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(out, "%s\n", group)
		}
		fmt.Fprintf(out, "  %s %-24s %s\n", mark(c.Status), c.Name, printable(c.Measured))
		if c.Status == OK {
			continue
		}
		fmt.Fprintf(out, "      expected %s\n", c.Expected)
		if c.Fix != "" {
			fmt.Fprintf(out, "      %s\n", printable(c.Fix))
		}
	}
	fmt.Fprintf(out, "%d ok, %d failed, %d skipped at %s\n", r.Count(OK), r.Count(Failed), r.Count(Skipped), r.URL)
}

// printable keeps what a server sends from moving the cursor.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, text)
}

// MarshalJSON adds the sums, so that scripts need not count.
func (r Report) MarshalJSON() ([]byte, error) {
	type plain Report
	return json.Marshal(struct {
		plain
		OK      int `json:"ok"`
		Failed  int `json:"failed"`
		Skipped int `json:"skipped"`
	}{plain(r), r.Count(OK), r.Count(Failed), r.Count(Skipped)})
}

// The elements of JUnit's format that CI systems read.
type junitSuites struct {
	XMLName xml.Name   `xml:"testsuites"`
	Suite   junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	Time    string      `xml:"time,attr"`
	Failure *junitFault `xml:"failure,omitempty"`
	Skipped *junitFault `xml:"skipped,omitempty"`
	Output  string      `xml:"system-out,omitempty"`
}

type junitFault struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the report as a test suite.
func (r Report) JUnit(out io.Writer, name string) error {
	suite := junitSuite{
		Name: name, Tests: len(r.Checks), Failures: r.Count(Failed), Skipped: r.Count(Skipped),
		Timestamp: r.Began.Format("2006-01-02T15:04:05"),
	}
	var total time.Duration
	for _, c := range r.Checks {
		total += c.Took
		suite.Cases = append(suite.Cases, c.junit(name))
	}
	suite.Time = seconds(total)
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(junitSuites{Suite: suite}); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}

func (c Check) junit(suite string) junitCase {
	made := junitCase{Class: suite + "." + c.Group, Name: c.Name, Time: seconds(c.Took)}
	fault := &junitFault{Message: printable(c.Measured), Text: "expected " + c.Expected + "\n" + printable(c.Fix)}
	switch c.Status {
	case Failed:
		made.Failure = fault
	case Skipped:
		made.Skipped = fault
	default:
		made.Output = printable(c.Measured)
	}
	return made
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
