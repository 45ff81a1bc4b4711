package traffic

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/wrapperspb"
	networking "istio.io/api/networking/v1"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// CORS says which pages of other origins may call the service from a browser.
// It is no protection of the service: browsers do not ask before they open a
// WebSocket, whose origin the service has to check itself.
type CORS struct {
	// Origins are "https://host" or "https://host:port", exactly as browsers
	// send them.
	Origins []string
	// Methods that pages may use. Default: GET, HEAD, POST, PUT, PATCH, DELETE.
	Methods []string
	// Headers that pages may send. Default: Authorization, Content-Type and
	// X-Request-Id.
	Headers []string
	// ExposeHeaders are answers' headers that pages may read. Default: X-Request-Id.
	ExposeHeaders []string
	// Credentials lets pages send cookies along.
	Credentials bool
	// MaxAge is how long a browser may remember the answer, in whole seconds.
	// Default: 10 minutes.
	MaxAge time.Duration
}

// headerPattern is a token of RFC 9110, 5.6.2, without the star, which would
// mean every header to a browser.
var headerPattern = regexp.MustCompile("^[-!#$%&'+.^_`|~0-9A-Za-z]+$")

// originPattern finds the port of an origin whose host is a DNS name.
var originPattern = regexp.MustCompile(`^https://[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*(?::([1-9][0-9]{0,4}))?$`)

var corsMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// CORSPolicy returns the policy with moreHeaders allowed too, or nil when no
// other origin may call.
func (t Traffic) CORSPolicy(moreHeaders ...string) *networking.CorsPolicy {
	c := t.CORS
	if c == nil {
		return nil
	}
	origins := make([]*networking.StringMatch, 0, len(c.Origins))
	for _, origin := range c.Origins {
		origins = append(origins, &networking.StringMatch{MatchType: &networking.StringMatch_Exact{Exact: origin}})
	}
	return &networking.CorsPolicy{
		AllowOrigins:     origins,
		AllowMethods:     slices.Clone(c.Methods),
		AllowHeaders:     slices.Concat(c.Headers, moreHeaders),
		ExposeHeaders:    slices.Clone(c.ExposeHeaders),
		AllowCredentials: wrapperspb.Bool(c.Credentials),
		MaxAge:           Duration(c.MaxAge),
	}
}

func (c CORS) withDefaults() CORS {
	if len(c.Methods) == 0 {
		c.Methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	}
	if len(c.Headers) == 0 {
		c.Headers = []string{"Authorization", "Content-Type", "X-Request-Id"}
	}
	if len(c.ExposeHeaders) == 0 {
		c.ExposeHeaders = []string{"X-Request-Id"}
	}
	if c.MaxAge == 0 {
		c.MaxAge = 10 * time.Minute
	}
	return c
}

func (c CORS) validate() error {
	faults := []error{
		duplicates("Origins", c.Origins),
		duplicates("Methods", c.Methods),
		validateHeaders("Headers", c.Headers),
		validateHeaders("ExposeHeaders", c.ExposeHeaders),
	}
	if len(c.Origins) == 0 {
		faults = append(faults, fault.Missing("Origins", "at least one origin such as https://app.tripsage.ai, or no CORS at all"))
	}
	for i, origin := range c.Origins {
		faults = append(faults, validateOrigin(fmt.Sprintf("Origins[%d]", i), origin))
	}
	for i, method := range c.Methods {
		if !slices.Contains(corsMethods, method) {
			faults = append(faults, fault.Of(fmt.Sprintf("Methods[%d]", i), method, "one of "+strings.Join(corsMethods, ", ")))
		}
	}
	if c.MaxAge < time.Second || c.MaxAge%time.Second != 0 {
		faults = append(faults, fault.Of("MaxAge", c.MaxAge, "whole seconds, 1s or more"))
	}
	return errors.Join(faults...)
}

// validateOrigin accepts the one form that browsers send (RFC 6454, 6.2): lower
// case, no default port, no path. Anything else would match no request.
func validateOrigin(key, origin string) error {
	if strings.Contains(origin, "*") {
		return fault.Of(key, origin, "one exact origin: with a wildcard, pages of strangers could call in the name of our users")
	}
	if !strings.HasPrefix(origin, "https://") {
		return fault.Of(key, origin, "an https origin such as https://app.tripsage.ai: a page without TLS can be changed on its way")
	}
	parts := originPattern.FindStringSubmatch(origin)
	if parts == nil || !isOtherPort(parts[1]) {
		return fault.Of(key, origin, "https://host or https://host:port as browsers send it: lower case, no :443, no path, no slash at the end")
	}
	return nil
}

// isOtherPort reports whether text is no port at all or one that a browser
// names, because it is not that of https.
func isOtherPort(text string) bool {
	port, err := strconv.Atoi(text)
	return text == "" || err == nil && port <= 65535 && port != 443
}

func validateHeaders(key string, headers []string) error {
	faults := []error{duplicates(key, headers)}
	for i, header := range headers {
		if !headerPattern.MatchString(header) {
			faults = append(faults, fault.Of(fmt.Sprintf("%s[%d]", key, i), header, "the name of one header, no wildcard"))
		}
	}
	return errors.Join(faults...)
}

// duplicates reports values that a list has twice, whatever their case.
func duplicates(key string, list []string) error {
	var faults []error
	seen := map[string]bool{}
	for i, value := range list {
		folded := strings.ToLower(value)
		if seen[folded] {
			faults = append(faults, fault.Of(fmt.Sprintf("%s[%d]", key, i), value, "each value once"))
		}
		seen[folded] = true
	}
	return errors.Join(faults...)
}

func rangeText(least, most int) string {
	return fmt.Sprintf("a number from %d to %d", least, most)
}
