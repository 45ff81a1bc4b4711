package rules

import (
	"crypto/x509"
	"encoding/base64"
	"math"
	"regexp"
	"strings"
)

// longestSecret is where a random text is rather a file than a secret.
const longestSecret = 256

var (
	// notSecret are parts of a text that look random and are public: digests
	// with their algorithm, UUIDs, certificates, public keys, pictures, ids of AWS.
	notSecret = regexp.MustCompile(`(?i)\b(sha(1|224|256|384|512)|md5|blake3)[:/=-][A-Za-z0-9+/=_-]+` +
		`|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b` +
		`|-----BEGIN [A-Z ]*(CERTIFICATE|PUBLIC KEY|X509 CRL|CERTIFICATE REQUEST)-----[^-]*-----END` +
		`|\b(ssh-(rsa|dss|ed25519)|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9-]+@openssh\.com)\s+[A-Za-z0-9+/=]+` +
		`|\bdata:[a-z]+/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]+` +
		`|\b(pk_(live|test)|sb_publishable)_[A-Za-z0-9_-]+` +
		`|\bLS0tLS1CRUdJTi[A-Za-z0-9+/=]+` +
		`|//[0-9a-f]+@[a-z0-9.-]*sentry\.io\b` + // a Sentry DSN: its key lets only send
		`|\b[a-z]{1,12}-[0-9a-f]{8,17}\b`)
	digests    = regexp.MustCompile(`([A-Za-z][A-Za-z0-9_.-]*)["']?[ \t]*[:=][ \t]*["']?[A-Za-z0-9+/=_-]{12,}`)
	publicJWK  = regexp.MustCompile(`"kty"\s*:`)
	privateJWK = regexp.MustCompile(`"(d|k)"\s*:\s*"`)
	candidates = regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}={0,2}`)
	wordLike   = regexp.MustCompile(`[A-Z]?[a-z]{3,}`)
	pieces     = regexp.MustCompile(`[A-Za-z0-9]+`)
)

// randomPart is the first part of the text that looks like it was made by a
// random generator, with at least so many letters and bits per letter; or "".
func randomPart(text string, length int, bits float64) string {
	suspected := suspects(text, length)
	if suspected == "" || publicJWK.MatchString(text) && !privateJWK.MatchString(text) {
		return ""
	}
	return randomIn(suspected, length, bits)
}

func randomIn(text string, length int, bits float64) string {
	text = digests.ReplaceAllStringFunc(notSecret.ReplaceAllString(text, " "), withoutDigest)
	for _, candidate := range candidates.FindAllString(text, -1) {
		if len(candidate) < length || certificate(candidate) {
			continue
		}
		parts := strings.Split(candidate, "/")
		if !strings.ContainsAny(candidate, "-_") { // else the slashes are a path's, for no base 64 has both
			parts = append(parts, candidate)
		}
		for _, part := range parts {
			if len(part) >= length && len(part) <= longestSecret && !strings.HasPrefix(part, "/") &&
				entropy(part) >= bits && looksRandom(part, length) {
				return part
			}
		}
	}
	return ""
}

// suspects leaves out, quickly, the lines of the text in which nothing can look
// random. Keys in PEM have several lines.
func suspects(text string, length int) string {
	if strings.Contains(text, "-----BEGIN") {
		return text
	}
	var left strings.Builder
	for line := range strings.Lines(text) {
		if maySuspect(line, length) {
			left.WriteString(line)
		}
	}
	return left.String()
}

// maySuspect says that the line has so many letters of a candidate in a row,
// and among them the digits that looksRandom asks for.
func maySuspect(line string, length int) bool {
	run, digits := 0, 0
	for i := range len(line) {
		switch letter := line[i]; {
		case letter >= '0' && letter <= '9':
			run, digits = run+1, digits+1
		case letter >= 'a' && letter <= 'z', letter >= 'A' && letter <= 'Z', strings.IndexByte("+/_-=", letter) >= 0:
			run++
		default:
			run, digits = 0, 0
		}
		if run >= length && digits > 0 {
			return true
		}
	}
	return false
}

// withoutDigest leaves out an assignment to a name such as "commit".
func withoutDigest(assignment string) string {
	if digestName(digests.FindStringSubmatch(assignment)[1]) {
		return " "
	}
	return assignment
}

// certificate says that the text is one, or a public key, without its frame.
func certificate(text string) bool {
	if !strings.HasPrefix(text, "MI") {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	_, isCertificate := x509.ParseCertificate(raw)
	_, isKey := x509.ParsePKIXPublicKey(raw)
	return isCertificate == nil || isKey == nil
}

// entropy is how many bits each letter carries, going by how often each occurs.
func entropy(text string) float64 {
	counts := map[rune]float64{}
	for _, letter := range text {
		counts[letter]++
	}
	bits := 0.0
	for _, n := range counts {
		share := n / float64(len(text))
		bits -= share * math.Log2(share)
	}
	return bits
}

// looksRandom tells random texts from words. In a random text, neighbours are
// often of different kinds (small, capital, digit) and few letters are in what
// may be words; names are the other way round.
func looksRandom(text string, length int) bool {
	s := shapeOf(text)
	switch {
	case s.small > 0 && s.capital > 0:
		return s.digits > 0 && s.changes >= 0.3 && inWords(text) < 0.5
	case s.digits == 0 || s.small+s.capital < 3:
		return false
	}
	// Hexadecimal, base 32 or base 36: they have no separators.
	for _, piece := range pieces.FindAllString(text, -1) {
		s := shapeOf(piece)
		if len(piece) >= length && s.digits >= 2 && s.small+s.capital >= 3 && s.changes >= 0.15 {
			return true
		}
	}
	return false
}

// inWords is the share of letters that are in what may be words.
func inWords(text string) float64 {
	n := 0
	for _, word := range wordLike.FindAllString(text, -1) {
		if strings.ContainsAny(word, "AEIOUYaeiouy") {
			n += len(word)
		}
	}
	return float64(n) / float64(len(text))
}

type shape struct {
	small, capital, digits int
	// changes is the share of neighbours that are of different kinds.
	changes float64
}

func shapeOf(text string) shape {
	var s shape
	last, changes, pairs := 0, 0, 0
	for _, letter := range text {
		kind := 0
		switch {
		case letter >= 'a' && letter <= 'z':
			kind, s.small = 1, s.small+1
		case letter >= 'A' && letter <= 'Z':
			kind, s.capital = 2, s.capital+1
		case letter >= '0' && letter <= '9':
			kind, s.digits = 3, s.digits+1
		}
		if kind > 0 && last > 0 {
			pairs++
			if kind != last {
				changes++
			}
		}
		last = kind
	}
	if pairs > 0 {
		s.changes = float64(changes) / float64(pairs)
	}
	return s
}
