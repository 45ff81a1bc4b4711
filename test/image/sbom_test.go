package apiimages

import (
	"bytes"
	"debug/buildinfo"
	"strings"
	"testing"

	spdxjson "github.com/spdx/tools-golang/json"
	spdx "github.com/spdx/tools-golang/spdx/v2/v2_3"
	"github.com/spdx/tools-golang/spdxlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The document lists the modules of the programs in the image: each of them, and
// no other.
func TestTheSBOMListsTheModulesOfTheProgram(t *testing.T) {
	text, err := tripsage("--project", work.one, "image", "sbom")
	require.NoError(t, err)
	var document spdx.Document
	require.NoError(t, spdxjson.ReadInto(strings.NewReader(text), &document))
	require.NoError(t, spdxlib.ValidateDocument(&document))
	assert.Equal(t, "SPDX-2.3", document.SPDXVersion)
	l := built(t)
	assert.Equal(t, "https://github.com/tripsage/infrastructure/spdx/"+strings.ReplaceAll(l.Digest, ":", "/"), document.DocumentNamespace)

	listed, purls := map[string]bool{}, map[string]bool{}
	for _, p := range document.Packages {
		require.Len(t, p.PackageExternalReferences, 1)
		purl := p.PackageExternalReferences[0].Locator
		purls[purl] = true
		if strings.HasPrefix(purl, "pkg:golang/") {
			listed[p.PackageName+" "+p.PackageVersion] = true
		}
	}
	modules := map[string]bool{"github.com/tripsage/infrastructure " + l.Version: true}
	for _, platform := range l.Platforms {
		program, err := l.Program(platform.Name)
		require.NoError(t, err)
		info, err := buildinfo.Read(bytes.NewReader(program))
		require.NoError(t, err)
		modules["stdlib "+strings.TrimPrefix(info.GoVersion, "go")] = true
		require.NotEmpty(t, info.Deps)
		for _, m := range info.Deps {
			require.Nil(t, m.Replace)
			modules[m.Path+" "+m.Version] = true
		}
	}
	assert.Equal(t, modules, listed)
	assert.True(t, purls["pkg:golang/github.com/jackc/pgx/v5@"+versionOf(modules, "github.com/jackc/pgx/v5")])
	assert.True(t, purls["pkg:oci/tripsage-api@"+strings.ReplaceAll(l.Digest, ":", "%3A")])

	again, err := tripsage("--project", work.one, "image", "sbom")
	require.NoError(t, err)
	assert.Equal(t, text, again, "the same image gives the same document")
}

func versionOf(modules map[string]bool, path string) string {
	for m := range modules {
		if version, ok := strings.CutPrefix(m, path+" "); ok {
			return version
		}
	}
	return "missing"
}
