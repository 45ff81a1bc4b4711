package rules

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

const mebibyte = 1 << 20

// dragonflyServer is a Dragonfly: a container of a workload, or what the
// operator runs for its custom resource.
type dragonflyServer struct {
	// name is what messages call it.
	name string
	// process has args, command and env.
	process rule.Value
	// limit is its memory limit.
	limit rule.Value
	// operated says that it is the operator's.
	operated bool
	pod      rule.Pod
}

func dragonflyServers(r rule.Resource) []dragonflyServer {
	if r.Is("dragonflydb.io", "Dragonfly") {
		spec := r.At("spec")
		return []dragonflyServer{{name: "Dragonfly", process: spec, limit: spec.At("resources", "limits", "memory"), operated: true}}
	}
	var all []dragonflyServer
	pod, _ := r.Pod()
	for _, container := range pod.Main() {
		d := dragonflyServer{
			name: "container " + container.Name(), process: container.Value,
			limit: container.At("resources", "limits", "memory"), pod: pod,
		}
		if dragonflyImage(container.At("image")) || d.flag("proactor_threads").given() {
			all = append(all, d)
		}
	}
	return all
}

// dragonflyImage goes by the repository's last name, whatever the registry.
func dragonflyImage(image rule.Value) bool {
	reference, _, _ := strings.Cut(image.String(), "@")
	name, _, _ := strings.Cut(path.Base(reference), ":")
	return strings.Contains(name, "dragonfly") && !strings.Contains(name, "operator")
}

// dragonflyFlag is one of Dragonfly's settings.
type dragonflyFlag struct {
	text  string
	state rule.Answer
}

// given says that it is there, and missing that it is not; neither holds for
// what is unknown or comes from elsewhere.
func (f dragonflyFlag) given() bool   { return f.state == rule.Yes }
func (f dragonflyFlag) missing() bool { return f.state == rule.No }

func (f dragonflyFlag) on() bool  { return f.given() && (f.text == "" || isTrue(f.text)) }
func (f dragonflyFlag) off() bool { return f.missing() || f.given() && f.text != "" && !isTrue(f.text) }

func isTrue(text string) bool {
	yes, err := strconv.ParseBool(strings.ToLower(text))
	return err == nil && yes || strings.EqualFold(text, "yes")
}

// flag finds a setting in the arguments or, as DFLY_<name>, in the environment.
// What a flag file says is not seen.
func (d dragonflyServer) flag(name string) dragonflyFlag {
	found := d.environment(name)
	for _, list := range []string{"command", "args"} {
		if d.process.At(list).Unknown() {
			found = dragonflyFlag{state: rule.Maybe}
		}
		words := d.words(list)
		for i, word := range words {
			if word.Unknown() {
				found.state = max(found.state, rule.Maybe)
				continue
			}
			text, isFlag := strings.CutPrefix(word.text, "-")
			text = strings.TrimPrefix(text, "-")
			key, value, assigned := strings.Cut(text, "=")
			switch {
			case isFlag && key == "no"+name:
				found = dragonflyFlag{"false", rule.Yes}
			case !isFlag || key != name:
				continue
			case !assigned && i+1 < len(words) && !strings.HasPrefix(words[i+1].text, "-"):
				found = dragonflyFlag{words[i+1].text, rule.Yes}
				if words[i+1].Unknown() {
					found.state = rule.Maybe
				}
			default:
				found = dragonflyFlag{value, rule.Yes}
			}
			if strings.Contains(found.text, "$(") {
				found.state = rule.Maybe
			}
		}
	}
	return found
}

type dragonflyWord struct {
	rule.Value
	text string
}

// words are the items of the command or the arguments; a shell's script is
// taken apart.
func (d dragonflyServer) words(list string) []dragonflyWord {
	var all []dragonflyWord
	for _, item := range d.process.At(list).Items() {
		text := item.String()
		if !strings.Contains(text, " -") {
			all = append(all, dragonflyWord{item, text})
			continue
		}
		for _, word := range strings.Fields(text) {
			all = append(all, dragonflyWord{item, word})
		}
	}
	return all
}

func (d dragonflyServer) environment(name string) dragonflyFlag {
	found := dragonflyFlag{}
	if env := d.process.At("env"); env.Unknown() || len(d.process.At("envFrom").Items()) > 0 || d.process.At("envFrom").Unknown() {
		found.state = rule.Maybe
	}
	for _, one := range d.process.At("env").Items() {
		switch {
		case one.Unknown() || one.At("name").Unknown():
			found.state = max(found.state, rule.Maybe)
		case !one.At("name").IsText("DFLY_" + name):
		case one.At("value").Known():
			found = dragonflyFlag{one.At("value").String(), rule.Yes}
		default:
			found.state = rule.Maybe
		}
	}
	return found
}

var dragonflyBytes = regexp.MustCompile(`^(?i)([0-9]+(?:\.[0-9]+)?)([kmgt]?)i?b?$`)

// bytes reads an amount of memory as Dragonfly does: "1024mb", "4G".
func (f dragonflyFlag) bytes() (amount float64, ok bool) {
	parts := dragonflyBytes.FindStringSubmatch(f.text)
	if !f.given() || parts == nil {
		return 0, false
	}
	amount, err := strconv.ParseFloat(parts[1], 64)
	for range strings.Index(" kmgt", strings.ToLower(parts[2] + " ")[:1]) {
		amount *= 1024
	}
	return amount, err == nil
}

// volume is the volume that holds the path; missing when none is mounted there.
func (d dragonflyServer) volume(file string) (volume rule.Value, known bool) {
	mounts, volumes := d.process.At("volumeMounts"), d.pod.Spec.At("volumes")
	if !mounts.Settled() || !volumes.Settled() {
		return rule.Value{}, false
	}
	best, name := "", ""
	for _, mount := range mounts.Items() {
		at := strings.TrimSuffix(mount.At("mountPath").String(), "/")
		if (file == at || strings.HasPrefix(file, at+"/")) && len(at) >= len(best) {
			best, name = at, mount.At("name").String()
		}
	}
	for _, one := range volumes.Items() {
		if name != "" && one.At("name").IsText(name) {
			return one, true
		}
	}
	return rule.Value{}, true
}
