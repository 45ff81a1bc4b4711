package main

import (
	"errors"
	"fmt"
	"strings"
)

// parser reads flags the way Dragonfly's flag library does: --name=value,
// --name value, --boolean, --noboolean, one or two dashes. No error holds a
// value of an unknown flag, because a misspelt password flag is one.
type parser struct {
	options  options
	known    map[string]setting
	readFile func(string) ([]byte, error)
}

// parse gives the options of a command line. threads is used when
// --proactor_threads is not given. Every fault is in the error.
func parse(args []string, threads int, readFile func(string) ([]byte, error)) (options, error) {
	p := parser{
		options:  options{port: 6379, threads: threads, maxClients: 10_000, databases: 16},
		known:    flags(),
		readFile: readFile,
	}
	if err := p.list(args, "argument", true); err != nil {
		return options{}, err
	}
	return p.options, p.options.check()
}

func (p *parser) list(args []string, where string, filesAllowed bool) error {
	var faults []error
	for i := 0; i < len(args); i++ {
		name, value, hasValue := splitFlag(args[i])
		if name == "" {
			faults = append(faults, fmt.Errorf("%s %d is not a flag; expected --name=value", where, i+1))
			continue
		}
		f, negated, err := p.lookUp(name, filesAllowed)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s %d: %w", where, i+1, err))
			continue
		}
		switch {
		case negated && hasValue:
			faults = append(faults, fmt.Errorf("--%s takes no value", name))
			continue
		case negated:
			value = "false"
		case !hasValue && f.boolean:
			value = "true"
		case !hasValue && i+1 < len(args):
			i++
			value = args[i]
		case !hasValue:
			faults = append(faults, fmt.Errorf("--%s needs a value", name))
			continue
		}
		if err := f.set(&p.options, value); err != nil {
			faults = append(faults, fmt.Errorf("--%s: %w", name, err))
		}
	}
	return errors.Join(faults...)
}

func splitFlag(arg string) (name, value string, hasValue bool) {
	rest, ok := strings.CutPrefix(arg, "-")
	if !ok {
		return "", "", false
	}
	name, value, hasValue = strings.Cut(strings.TrimPrefix(rest, "-"), "=")
	return name, value, hasValue
}

func (p *parser) lookUp(name string, filesAllowed bool) (f setting, negated bool, err error) {
	if name == "flagfile" && filesAllowed {
		return setting{set: func(_ *options, file string) error { return p.file(file) }}, false, nil
	}
	if f, ok := p.known[name]; ok {
		return f, false, nil
	}
	if base, ok := strings.CutPrefix(name, "no"); ok && p.known[base].boolean {
		return p.known[base], true, nil
	}
	return setting{}, false, fmt.Errorf("--%s is not a flag of the local stand-in for Dragonfly, which knows %s", name, knownFlags())
}

// file reads flags from a file: one a line, with empty lines and # comments.
func (p *parser) file(path string) error {
	data, err := p.readFile(path)
	if err != nil {
		return err
	}
	var args []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			args = append(args, line)
		}
	}
	if err := p.list(args, "line", false); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
