package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

// openPlace is a text where many can read it and secrets are put by mistake: in
// a container's environment and arguments, a ConfigMap, an annotation, an output
// of the stack, a file of a repository.
type openPlace struct {
	// name is what it has there: a variable's name, a key. It may be unknown.
	name  string
	vague bool
	value rule.Value
}

func openPlaces(r rule.Resource) []openPlace {
	var all []openPlace
	add := func(name string, value rule.Value) { all = append(all, openPlace{name: name, value: value}) }
	entries := func(object rule.Value) {
		for _, key := range object.Keys() {
			add(key, object.At(key))
		}
	}
	if r.Kind() != "" {
		entries(r.At("metadata", "annotations"))
	}
	pod, makesPods := r.Pod()
	switch {
	case makesPods:
		if r.Kind() != "Pod" {
			entries(pod.Metadata.At("annotations"))
		}
		for _, container := range pod.Containers() {
			all = append(all, processPlaces(container.Value)...)
		}
	case r.Is("dragonflydb.io", "Dragonfly"):
		entries(r.At("spec", "podMetadata", "annotations"))
		all = append(all, processPlaces(r.At("spec"))...)
	case r.Is("", "ConfigMap"):
		entries(r.At("data"))
		entries(r.At("binaryData"))
	case r.Type == "github:index/repositoryFile:RepositoryFile":
		all = append(all, openPlace{name: r.At("file").String(), vague: r.At("file").Unknown(), value: r.At("content")})
	case r.Type == "pulumi:pulumi:Stack":
		eachText(r.Properties, func(v rule.Value, _ string) { add(lastName(v.Path()), v) })
	}
	return all
}

// processPlaces are those of what has env, command and args.
func processPlaces(process rule.Value) []openPlace {
	var all []openPlace
	for _, one := range process.At("env").Items() {
		name := one.At("name")
		all = append(all, openPlace{name: name.String(), vague: name.Unknown(), value: one.At("value")})
	}
	for _, list := range []string{"command", "args"} {
		before := ""
		for _, item := range process.At(list).Items() {
			all = append(all, openPlace{name: before, value: item})
			before = ""
			if text := item.String(); strings.HasPrefix(text, "-") && !strings.ContainsAny(text, "= ") {
				before = strings.TrimLeft(text, "-")
			}
		}
	}
	return all
}

// eachText visits the known texts in the value that are not secret.
func eachText(v rule.Value, visit func(v rule.Value, text string)) {
	if v.Secret() {
		return
	}
	if text, ok := v.Text(); ok {
		visit(v, text)
		return
	}
	for _, key := range v.Keys() {
		eachText(v.At(key), visit)
	}
	for _, item := range v.Items() {
		eachText(item, visit)
	}
}

func lastName(path string) string {
	return path[strings.LastIndex(path, ".")+1:]
}

// plain is the text, if it is known and not secret.
func (p openPlace) plain() (text string, ok bool) {
	if p.value.Secret() {
		return "", false
	}
	return p.value.Text()
}

var (
	// ofLine is a line that is an assignment and nothing else; ofQuery one
	// within a line, of a flag or a URL; ofJSON one between quotes.
	ofLine  = regexp.MustCompile(`(?m)^[ \t]*(?:export[ \t]+|-[ \t]+)?["']?([A-Za-z][A-Za-z0-9_.-]*)["']?[ \t]*[:=][ \t]*["']?([^\s"',;]+)["']?[ \t]*,?[ \t]*$`)
	ofQuery = regexp.MustCompile(`([A-Za-z][A-Za-z0-9_.-]*)=["']?([^\s"'&;,]+)`)
	ofJSON  = regexp.MustCompile(`"([A-Za-z][A-Za-z0-9_.-]*)"\s*:\s*"([^"]+)"`)

	// mayName is quick, and true of every text that names a secret.
	mayName = regexp.MustCompile(`(?i)pass|pwd|secret|token|key|cred|auth|string`)
)

// namedSecret is the name of a secret that the place has a literal value for,
// or "".
func (p openPlace) namedSecret() string {
	text, ok := p.plain()
	if !ok || p.vague || digestName(p.name) {
		return ""
	}
	if secretName(p.name) && literalSecret(p.name, text) {
		return p.name
	}
	if !mayName.MatchString(text) {
		return ""
	}
	for _, form := range []*regexp.Regexp{ofLine, ofQuery, ofJSON} {
		for _, match := range form.FindAllStringSubmatch(text, -1) {
			if secretName(match[1]) && literalSecret(match[1], match[2]) {
				return match[1]
			}
		}
	}
	return ""
}

// randomSecret is a random part of the place's text, or "".
func (p openPlace) randomSecret(length int, bits float64) string {
	text, ok := p.plain()
	if !ok || p.vague || publicName(p.name) || digestName(p.name) {
		return ""
	}
	return randomPart(text, length, bits)
}

// kind is the known form of a secret that the place's text has, or "".
func (p openPlace) kind() string {
	text, ok := p.plain()
	if !ok {
		return ""
	}
	return p.private(secretKind(text))
}

// private is the kind, or "" when the place's name says that this one is
// public: a Google key in browsers is restricted to the site's addresses.
func (p openPlace) private(kind string) string {
	if kind == googleKey && (p.vague || publicName(p.name)) {
		return ""
	}
	return kind
}

// letters says how long a secret is, without showing it.
func letters(text string) string { return fmt.Sprintf("%d letters", len([]rune(text))) }
