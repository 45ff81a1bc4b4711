package vercelproject

import (
	"bytes"
	"encoding/json"
	"fmt"
)

const (
	schemaURL     = "https://openapi.vercel.sh/vercel.json"
	everyPath     = "/(.*)"
	stripeScripts = "https://js.stripe.com"

	// twoYears is the max-age that browsers' preload list asks for at least
	// half of, in seconds.
	twoYears = 63072000
)

// file is vercel.json as far as we write it, in this order.
type file struct {
	Schema          string                  `json:"$schema"`
	Framework       string                  `json:"framework"`
	InstallCommand  string                  `json:"installCommand"`
	BuildCommand    string                  `json:"buildCommand"`
	DevCommand      string                  `json:"devCommand"`
	OutputDirectory string                  `json:"outputDirectory"`
	Regions         []string                `json:"regions"`
	Functions       map[string]fileFunction `json:"functions,omitempty"`
	Headers         []fileHeaders           `json:"headers"`
}

type fileFunction struct {
	Runtime     string `json:"runtime,omitempty"`
	MaxDuration int    `json:"maxDuration,omitempty"`
	Memory      int    `json:"memory,omitempty"`
}

type fileHeaders struct {
	Source  string       `json:"source"`
	Headers []fileHeader `json:"headers"`
}

type fileHeader struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// JSON returns the site's vercel.json, which belongs at site.JSONPath() in the
// frontend's repository. The same site gives the same bytes. The error joins
// every fault of the site.
func JSON(site Site) ([]byte, error) {
	site = site.withDefaults()
	if err := site.Validate(); err != nil {
		return nil, fmt.Errorf("vercel.json:\n%w", err)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	// The commands have && in them, and the file is no part of a web page.
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(site.file()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (s Site) file() file {
	f := file{
		Schema:          schemaURL,
		Framework:       Framework,
		InstallCommand:  s.InstallCommand,
		BuildCommand:    s.BuildCommand,
		DevCommand:      s.DevCommand,
		OutputDirectory: s.OutputDirectory,
		Regions:         s.Regions,
		Headers:         []fileHeaders{{Source: everyPath, Headers: s.headers()}},
	}
	for glob, function := range s.Functions {
		if f.Functions == nil {
			f.Functions = map[string]fileFunction{}
		}
		f.Functions[glob] = fileFunction{
			Runtime: function.Runtime, MaxDuration: function.MaxDurationSeconds, Memory: function.MemoryMB,
		}
	}
	return f
}

// headers are the deployment guide's three and what makes browsers keep to
// https, to what the pages need of the device and to the origins we know.
func (s Site) headers() []fileHeader {
	transport := fmt.Sprintf("max-age=%d; includeSubDomains", twoYears)
	if s.HSTSPreload {
		transport += "; preload"
	}
	payment := "()"
	if s.Origins.Stripe {
		payment = fmt.Sprintf("(self %q)", stripeScripts)
	}
	policy := "Content-Security-Policy"
	if s.ReportOnly {
		policy += "-Report-Only"
	}
	return []fileHeader{
		{"X-Frame-Options", "DENY"},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "origin-when-cross-origin"},
		{"Strict-Transport-Security", transport},
		{"Permissions-Policy", "camera=(), microphone=(), usb=(), browsing-topics=(), geolocation=(self), payment=" + payment},
		{policy, s.Origins.header()},
	}
}
