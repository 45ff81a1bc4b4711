package apiimages

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
)

// instruction is one of a Dockerfile, its lines joined.
type instruction struct{ name, rest string }

func dockerfile(t *testing.T, name string) (found []instruction) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "deploy", name))
	require.NoError(t, err)
	var line string
	for part := range strings.Lines(string(text)) {
		part = strings.TrimSpace(part)
		if part == "" || strings.HasPrefix(part, "#") {
			continue
		}
		if rest, more := strings.CutSuffix(part, `\`); more {
			line += rest
			continue
		}
		word, rest, _ := strings.Cut(line+part, " ")
		found = append(found, instruction{word, strings.TrimSpace(rest)})
		line = ""
	}
	return found
}

// lastStage is what the image is made of.
func lastStage(found []instruction) []instruction {
	last := found
	for i := range found {
		if found[i].name == "FROM" {
			last = found[i:]
		}
	}
	return last
}

func all(found []instruction, name string) (rests []string) {
	for _, i := range found {
		if i.name == name {
			rests = append(rests, i.rest)
		}
	}
	return rests
}

// The command of the Dockerfile, run on what Docker would copy, gives the
// program of the published image.
func TestTheDockerfileBuildsTheSameProgram(t *testing.T) {
	found := dockerfile(t, "Dockerfile")
	source := dockerContext(t, all(found, "COPY"))
	run := all(found, "RUN")
	require.Len(t, run, 1)
	command := regexp.MustCompile(`--mount=\S+ *`).ReplaceAllString(run[0], "")
	require.Equal(t, 1, strings.Count(command, "/out/api"))
	for _, arch := range []string{"amd64", "arm64"} {
		out := filepath.Join(t.TempDir(), "api")
		// The machine's settings must not matter; in Docker there are none.
		environment := []string{"TARGETARCH=" + arch, "GOFLAGS=-tags=other", "GOAMD64=v3", "CGO_ENABLED=1"}
		require.NoError(t, goBuild(source, environment, "sh", "-c", strings.Replace(command, "/out/api", out, 1)))
		docker, err := os.ReadFile(out)
		require.NoError(t, err)
		published, err := built(t).Program("linux/" + arch)
		require.NoError(t, err)
		assert.True(t, string(docker) == string(published), "%s: %d and %d bytes differ", arch, len(docker), len(published))
	}
}

// dockerContext is a folder with what the build stage copies of the clone, less
// what .dockerignore leaves out.
func dockerContext(t *testing.T, copies []string) string {
	t.Helper()
	folder := t.TempDir()
	for _, words := range copies {
		if strings.HasPrefix(words, "--from") {
			continue
		}
		names := strings.Fields(words)
		for _, name := range names[:len(names)-1] {
			target := filepath.Join(folder, filepath.Dir(name))
			require.NoError(t, os.MkdirAll(target, 0o755))
			require.NoError(t, goBuild(work.one, nil, "cp", "-r", name, target))
		}
	}
	require.NoError(t, goBuild(folder, nil, "find", ".", "(", "-name", "*_test.go", "-o", "-name", "testdata", ")", "-prune", "-exec", "rm", "-r", "{}", "+"))
	ignored, err := os.ReadFile(repository + "/.dockerignore")
	require.NoError(t, err)
	for _, rule := range []string{"*\n", "!go.mod\n", "!service\n", "!cmd/api\n", "**/*_test.go\n", "**/testdata\n"} {
		assert.Contains(t, string(ignored), rule, "what this test leaves out is what Docker leaves out")
	}
	return folder
}

func TestTheDockerfileSaysWhatTheRecipeSays(t *testing.T) {
	found := dockerfile(t, "Dockerfile")
	from := all(found, "FROM")
	require.Len(t, from, 2)
	mod, err := os.ReadFile(repository + "/go.mod")
	require.NoError(t, err)
	toolchain := regexp.MustCompile(`(?m)^toolchain go(\S+)$`).FindSubmatch(mod)
	require.NotNil(t, toolchain, "go.mod names the toolchain")
	assert.Contains(t, from[0], "golang:"+string(toolchain[1])+"-", "the toolchain of go.mod")
	assert.Equal(t, "scratch", from[1])
	recipe := apiimage.Recipe(".")
	assert.Equal(t, []string{`["` + recipe.Path + `"]`}, all(found, "ENTRYPOINT"))
	assert.Equal(t, []string{"65532:65532"}, all(found, "USER"))
	assert.Equal(t, []string{"SIGTERM"}, all(found, "STOPSIGNAL"))
	assert.Equal(t, strings.ReplaceAll(strings.Join(recipe.Container.Ports, " "), "/tcp", ""), all(found, "EXPOSE")[0])
	for platform, image := range pushed(t) {
		config, err := image.ConfigFile()
		require.NoError(t, err)
		labels := all(found, "LABEL")[0]
		for name := range config.Config.Labels {
			assert.Contains(t, labels, name+`="`, platform)
		}
		for _, variable := range config.Config.Env {
			name, _, _ := strings.Cut(variable, "=")
			assert.Contains(t, all(lastStage(found), "ENV")[0], name+"=", platform)
		}
	}
}

func TestDockerfilesAreHardened(t *testing.T) {
	files, err := filepath.Glob(repository + "/deploy/*Dockerfile")
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, file := range files {
		name := filepath.Base(file)
		found := dockerfile(t, name)
		for _, base := range all(found, "FROM") {
			assert.Regexp(t, `(^| )([a-z0-9./-]+:[a-z0-9.-]+@sha256:[0-9a-f]{64}( AS [a-z]+)?|scratch)$`, base, name)
		}
		last := lastStage(found)
		assert.Regexp(t, `^(scratch|gcr\.io/distroless/)`, last[0].rest, "%s: no shell, no package manager", name)
		assert.Equal(t, []string{"65532:65532"}, all(last, "USER"), name)
		assert.Empty(t, all(last, "RUN"), name)
		assert.Empty(t, all(found, "ADD"), name)
		for _, start := range append(all(last, "ENTRYPOINT"), all(last, "CMD")...) {
			assert.Regexp(t, `^\[`, start, "%s: without a shell", name)
		}
		for _, run := range all(found, "RUN") {
			if strings.Contains(run, "install") || strings.Contains(run, "go build") {
				assert.Contains(t, run, "--mount=type=cache", name)
			}
		}
		for _, label := range []string{"source", "revision", "version"} {
			assert.Contains(t, all(last, "LABEL")[0], "org.opencontainers.image."+label, name)
		}
	}
}
