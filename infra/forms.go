package infra

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
)

// form is how a text has to look.
type form struct{ pattern, expected, fix string }

// Forms that several keys share.
var (
	formHost = form{`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`,
		"a full host name such as api.tripsage.ai", "write the name in small letters, without https:// and without *"}
	formObject = form{dnsLabel,
		"the name of a Kubernetes object, a DNS label", "use small letters, digits and inner dashes"}
	formImage = form{byDigest, "an image by digest such as name@sha256:<64 hex digits>",
		"`tripsage up` sets it on the embedded cluster; elsewhere copy the digest from the registry"}
	formRepository = form{`^[A-Za-z0-9][-A-Za-z0-9]{0,38}/[A-Za-z0-9_][-._A-Za-z0-9]{0,99}$`,
		"a repository as owner/name", "write it as in its address on GitHub"}
	formBranch = form{`^[A-Za-z0-9][-_A-Za-z0-9]*([./][-_A-Za-z0-9]+)*$`, "the name of a branch", "name one branch, without *"}
	formID     = form{`^[A-Za-z0-9][-_A-Za-z0-9]{0,99}$`, "letters, digits, dashes and underscores", "copy it from where it was made"}
)

// like notes a fault when the value has another form, and tells whether it has
// this one.
func (fs *faults) like(path, value string, f form) bool {
	ok := regexp.MustCompile(f.pattern).MatchString(value)
	if !ok {
		fs.add(path, value, f.expected, f.fix)
	}
	return ok
}

// restOfAddress is what follows http or https in the address of a service: no
// user, no password, no query.
const restOfAddress = `://[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?(/[-._~/A-Za-z0-9]*)?$`

// address notes a fault when the value has another form or a port that is none.
func (fs *faults) address(path, value string, f form, with ...string) {
	_, err := portOf(value)
	if err != nil || !regexp.MustCompile(f.pattern).MatchString(value) {
		fs.add(path, value, f.expected, f.fix, with...)
	}
}

// portOf gives the port that an http or https address leads to.
func portOf(address string) (int, error) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, err
	}
	switch {
	case u.Port() != "":
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		return int(port), err
	case u.Scheme == "http":
		return 80, nil
	default:
		return 443, nil
	}
}

// once notes a fault for every value that the list has already had.
func (fs *faults) once(path string, values []string) {
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			fs.add(path, value, "each value once", "remove the second one")
		}
	}
}

// web notes a fault when the value is no https address of a server, with
// nothing after the host and the port.
func (fs *faults) web(path, value string) {
	const server = `^https://([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(:[1-9][0-9]{0,4})?$`
	u, err := url.Parse(value)
	if err == nil && regexp.MustCompile(server).MatchString(value) && u.Port() != "443" {
		return
	}
	fs.add(path, value, "an address such as https://app.tripsage.ai",
		"write https:// and the host, with nothing after it and without *: every page that it matches is trusted")
}
