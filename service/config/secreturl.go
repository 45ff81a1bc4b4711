package config

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"unicode"
)

// maxSecretBytes is far above any URL or certificate, and keeps a wrong path from filling the memory.
const maxSecretBytes = 64 << 10

// The forms of the two URLs, for messages.
const (
	databaseURLForm = "postgres://user:password@host:5432/database"
	cacheURLForm    = "redis://:password@host:6379/0 or rediss://… for TLS"
	notAURL         = "is not a valid URL (characters such as / @ : # ? % in a password must be percent-encoded)"
)

// secretURL reads a required secret URL from key or from the file that key_FILE names.
// problem says what is wrong with it, without quoting from it, or "".
func (r *reader) secretURL(key, form string, problem func(*url.URL) string) Secret {
	value, from, ok := r.secret(key, form)
	if !ok {
		return Secret{}
	}
	if fault := urlProblem(value, problem); fault != "" {
		r.fault(from, "", fault, form)
	}
	return NewSecret(value)
}

// transactionPort is where Supabase's pooler works in transaction mode. Such a pooler takes a
// LISTEN and then delivers nothing: websockets would stay silent, and nobody would know why.
const transactionPort = "6543"

// directURL reads DATABASE_DIRECT_URL, and falls back to the URL that requests use.
func (r *reader) directURL(fallback Secret) Secret {
	const expected = "a direct connection or the pooler's session mode, both on port 5432"
	value, from, ok := r.optionalSecret("DATABASE_DIRECT_URL", databaseURLForm)
	if !ok {
		return Secret{}
	}
	if value == "" {
		if u, err := url.Parse(fallback.Reveal()); err == nil && u.Port() == transactionPort {
			r.fault("DATABASE_DIRECT_URL", "", "is not set, and DATABASE_URL is a pooler in transaction mode, which delivers no changes", expected)
		}
		return fallback
	}
	u, err := url.Parse(value)
	fault := urlProblem(value, databaseURLProblem)
	switch {
	case fault != "":
		r.fault(from, "", fault, databaseURLForm)
	case err == nil && u.Port() == transactionPort:
		r.fault(from, "", "is a pooler in transaction mode, which delivers no changes", expected)
	}
	return NewSecret(value)
}

// secret returns the value, and the variable that a fault in it should name.
func (r *reader) secret(key, expected string) (value, from string, ok bool) {
	value, from, ok = r.optionalSecret(key, expected)
	if ok && value == "" {
		r.fault(key, "", "is required but not set", expected+", or "+key+"_FILE with the path of a file that holds it")
		return "", "", false
	}
	return value, from, ok
}

// optionalSecret returns "" for a value that is not given, and false after a fault.
func (r *reader) optionalSecret(key, expected string) (value, from string, ok bool) {
	fileKey := key + "_FILE"
	value, path := r.getenv(key), r.getenv(fileKey)
	switch {
	case value != "" && path != "":
		r.fault(key, "", "and "+fileKey+" are both set", "only one of them")
		return "", "", false
	case path == "":
		return value, key, true
	}
	value, err := readFile(path)
	if err != nil {
		r.fault(fileKey, path, err.Error(), "the path of a readable file that holds "+expected)
		return "", "", false
	}
	return value, fileKey, true
}

// readFile returns the file's text without the line end that editors add.
func readFile(path string) (string, error) {
	file, err := os.Open(path) // #nosec G304 -- the operator chooses the path
	if err != nil {
		return "", fmt.Errorf("cannot be opened (%w)", reason(err))
	}
	defer func() { _ = file.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(file, maxSecretBytes+1))
	if err != nil {
		return "", fmt.Errorf("cannot be read (%w)", reason(err))
	}
	text := strings.TrimRight(string(data), "\r\n")
	switch {
	case len(data) > maxSecretBytes:
		return "", fmt.Errorf("is larger than %d bytes", maxSecretBytes)
	case text == "":
		return "", errors.New("is an empty file")
	}
	return text, nil
}

// reason drops the path from a file error: the fault names it already.
func reason(err error) error {
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// urlProblem never includes net/url's own message: it quotes from the URL, password included.
func urlProblem(value string, problem func(*url.URL) string) string {
	if strings.ContainsFunc(value, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }) {
		return "holds white space or control characters"
	}
	u, err := url.Parse(value)
	if err != nil || u.Opaque != "" || u.Fragment != "" {
		return notAURL
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "has a port outside 1 to 65535"
		}
	}
	return problem(u)
}

func databaseURLProblem(u *url.URL) string {
	switch {
	case u.Scheme != "postgres" && u.Scheme != "postgresql":
		return "has the wrong scheme"
	case u.Hostname() == "":
		return "has no host"
	case u.User.Username() == "":
		return "has no user"
	case strings.Trim(u.Path, "/") == "":
		return "has no database name"
	}
	return ""
}

func cacheURLProblem(u *url.URL) string {
	database := strings.TrimPrefix(u.Path, "/")
	number, err := strconv.ParseUint(database, 10, 16)
	switch {
	case u.Scheme != "redis" && u.Scheme != "rediss":
		return "has the wrong scheme"
	case u.Hostname() == "":
		return "has no host"
	case database != "" && (err != nil || strconv.FormatUint(number, 10) != database):
		return "has a path that is not a database number"
	}
	return ""
}
