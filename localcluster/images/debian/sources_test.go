package debian_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/images/debian"
)

func TestHostArchive(t *testing.T) {
	cases := map[string]struct {
		files          map[string]string
		main, security string
	}{
		"no sources": {nil, "", ""},
		"one line": {map[string]string{"sources.list": `
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib # note
deb http://mirror.example/debian bookworm-updates main
deb	http://mirror.example/debian-security bookworm-security main
`}, "http://mirror.example/debian", "http://mirror.example/debian-security"},
		"stanzas": {map[string]string{"sources.list.d/debian.sources": `Types: deb
# a comment inside
URIs: mirror+file:///etc/apt/mirrors/debian.list
 http://second.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main
`}, "mirror+file:///etc/apt/mirrors/debian.list", "http://mirror.example/debian-security"},
		"disabled, other components, other vendors": {map[string]string{
			"sources.list.d/a.sources": "Types: deb\nURIs: http://off.example/debian\nSuites: sid\nComponents: main\nEnabled: no\n",
			"sources.list.d/b.list":    "deb https://packages.example.com/apt cloud-sdk-bookworm main\ndeb http://contrib.example/debian sid contrib\n",
			"sources.list.d/c.list":    "deb http://archive.example/ubuntu noble main\n",
		}, "", ""},
		"old security suite": {map[string]string{"sources.list": "deb http://s.example/ buster/updates main\ndeb http://m.example/debian buster main\n"},
			"http://m.example/debian", "http://s.example/"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			etc := fstest.MapFS{}
			for file, text := range c.files {
				etc[file] = &fstest.MapFile{Data: []byte(text)}
			}
			got, err := debian.HostArchive(etc)
			if c.main == "" {
				require.ErrorIs(t, err, debian.ErrNoArchive)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, debian.Archive{Main: c.main, Security: c.security}, got)
		})
	}
}

func FuzzHostArchive(f *testing.F) {
	f.Add("deb [a=b http://x sid main")
	f.Add("Types: deb\nURIs:\n\n: \n x")
	f.Fuzz(func(t *testing.T, text string) {
		etc := fstest.MapFS{
			"sources.list":               {Data: []byte(text)},
			"sources.list.d/one.sources": {Data: []byte(text)},
		}
		got, err := debian.HostArchive(etc)
		if err != nil {
			require.ErrorIs(t, err, debian.ErrNoArchive)
			return
		}
		assert.NotEmpty(t, got.Main)
		assert.NotContains(t, got.Main, "\n")
		assert.NotContains(t, got.Security, "\n")
	})
}
