package e2e

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tripsage/infrastructure/cmd/tripsage/apiimage"
	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/images"
)

// trial is a stack beside the local one, released by blue/green. Without a mesh
// the Service moves the users, so this cluster can run it; staging's own file
// needs Istio, Vercel and GitHub, which are not here.
const trial = "trial"

// deployed is what `deploy --json` and `rollback --json` print.
type deployed struct {
	Outcome, Wanted, Before, Now, Error, Warning string
	Verifications                                []struct {
		OK, Failed, Skipped int
		Checks              []struct{ Group, Name, Status, Measured string }
	}
}

// A release comes from the registry of this cluster to two stacks, one after the other, as from
// staging to production; bad ones are taken back, and users notice nothing of either.
func testDeploy(t *testing.T, m *machine) {
	first := m.apiImage(t, "tripsage", "tripsage-api")
	second := m.pushAPI(t, "second", "service/build.go", `info.Version = "dev"`, `info.Version = "second"`)
	m.addTrial(t)
	t.Cleanup(func() {
		// The cluster goes on with other tests, which need its processors.
		ctx := context.WithoutCancel(t.Context())
		require.NoError(t, m.cluster.CoreV1().Namespaces().Delete(ctx, trial, metav1.DeleteOptions{}))
	})
	t.Run("BlueGreen", func(t *testing.T) { testBlueGreen(t, m, first, second) })
	t.Run("Rolling", func(t *testing.T) { testRolling(t, m, first, second) })
	m.start(t)
}

func testBlueGreen(t *testing.T, m *machine, first, second string) {
	got := m.deploy(t, 0, "--stack", trial, "deploy", "--image", first)
	assert.Equal(t, "deployed", got.Outcome)
	assert.Equal(t, first, got.Now)
	users := m.travellersOf(t, trial)
	assert.Contains(t, m.version(t), `"dev"`)

	t.Run("Good", func(t *testing.T) {
		here := m.crowd(t, users)
		got := m.deploy(t, 0, "--stack", trial, "deploy", "--image", second)
		assert.Equal(t, []string{first, second}, []string{got.Before, got.Now})
		require.Len(t, got.Verifications, 2, "before the users come, and after")
		for _, v := range got.Verifications {
			assert.Zero(t, v.Failed+v.Skipped, "%+v", v.Checks)
			assert.Equal(t, 19, v.OK)
		}
		here.answers(t, 100)
		assert.Empty(t, here.settle(t, users), "requests that were lost")
		assert.Contains(t, m.version(t), `"second"`)
		assert.Equal(t, first, m.apiImage(t, trial, "tripsage-api-blue"), "it waits on the other track")
	})
	t.Run("Bad", func(t *testing.T) {
		// Every list of trips fails. Readiness does not see it; the verification of the idle track does.
		broken := m.pushAPI(t, "broken", "service/http/trips.go", "list, err := a.Trips.ListTrips(r.Context(), by, page)\n",
			"list, err := a.Trips.ListTrips(r.Context(), by, page)\n\tif err == nil {\n\t\treturn &service.Error{Code: service.CodeInternal}\n\t}\n")
		here := m.crowd(t, users)
		got := m.deploy(t, 3, "--stack", trial, "deploy", "--image", broken)
		assert.Equal(t, "rolled back", got.Outcome)
		assert.Equal(t, second, got.Now)
		assert.Contains(t, got.Error, "roll out on the idle track blue: 2 of 19 checks failed")
		assert.Contains(t, got.Error, "GET /trips: 500")
		here.answers(t, 100)
		assert.Empty(t, here.settle(t, users), "no user has met it")
		assert.Contains(t, m.version(t), `"second"`)
		assert.Equal(t, first, m.apiImage(t, trial, "tripsage-api-blue"), "the idle track has what it had")
	})
	t.Run("Refused", func(t *testing.T) {
		_, digest, _ := strings.Cut(second, "@")
		for image, says := range map[string]string{
			"tripsage.local/api:latest":                            "is not an image by digest",
			"tripsage.local/api@sha256:" + strings.Repeat("1", 64): "the registry has no tripsage.local/api@sha256:1",
			"ghcr.io/tripsage/api@" + digest:                       "pulls from its own registry only",
		} {
			r := m.try(t, "--stack", trial, "deploy", "--policy", "advisory", "--image", image)
			assert.Equal(t, 1, r.code)
			assert.Contains(t, r.stderr, says)
		}
		assert.Equal(t, second, m.apiImage(t, trial, "tripsage-api-green"), "nothing has changed")
	})
}

func testRolling(t *testing.T, m *machine, first, second string) {
	edit(t, m.project, "    logLevel: debug\n", "    logLevel: debug\n    rateLimitPerMinute: 1000000\n")
	// What a tag does: the digest that the other stack has run, from the same registry.
	got := m.deploy(t, 0, "deploy", "--image", m.apiImage(t, trial, "tripsage-api-green"))
	assert.Equal(t, []string{first, second}, []string{got.Before, got.Now})
	assert.Equal(t, second, m.apiImage(t, "tripsage", "tripsage-api"))
	users := m.travellersOf(t, "local")

	t.Run("Bad", func(t *testing.T) {
		// Nobody is told of changes any more. The pods are ready and answer, so all of them are replaced
		// before it shows.
		mute := m.pushAPI(t, "mute", "service/ws/hub.go", "func (h *Hub) Publish(change service.RowChange) {\n",
			"func (h *Hub) Publish(change service.RowChange) {\n\tif change.Table != \"\" {\n\t\treturn\n\t}\n")
		here := m.crowd(t, users)
		got := m.deploy(t, 3, "deploy", "--image", mute)
		assert.Equal(t, []string{"rolled back", second, second}, []string{got.Outcome, got.Before, got.Now})
		assert.Contains(t, got.Error, "realtime, GET /ws: no word of a trip that was made")
		here.answers(t, 100)
		assert.Empty(t, here.settle(t, users), "requests that were lost")
		assert.Contains(t, m.version(t), `"second"`)
	})
	t.Run("Back", func(t *testing.T) {
		got := m.deploy(t, 0, "rollback")
		assert.Equal(t, []string{first, second, first}, []string{got.Wanted, got.Before, got.Now})
		assert.Equal(t, first, m.apiImage(t, "tripsage", "tripsage-api"))
		r := m.try(t, "rollback")
		assert.Equal(t, 1, r.code)
		assert.Contains(t, r.stderr, "no release before this one is on record")
	})
	t.Run("Verify", func(t *testing.T) {
		junit := filepath.Join(suite.dir, "verify.xml")
		r := m.must(t, append([]string{"verify", "--image", first, "--junit", junit, "--strict"}, patient...)...)
		assert.Contains(t, r.stdout, "19 ok, 0 failed, 0 skipped at "+m.up.API.URL)
		text, err := os.ReadFile(junit)
		require.NoError(t, err)
		assert.Contains(t, string(text), `<testsuite name="tripsage verify local" tests="19" failures="0"`)
		r = m.try(t, append([]string{"verify", "--image", second}, patient...)...)
		assert.Equal(t, 1, r.code, "another image than the one that serves")
		assert.Contains(t, r.stderr, "release, image")
		assert.Equal(t, "0", m.cluster.sql(t, `select count(*) from public.trips where name like 'tripsage verify %'`), "it leaves nothing")
	})
}

// patient is for a machine that is busy with more than this.
var patient = []string{"--budget", "api=5s,vector=5s,realtime=2s"}

// deploy runs a deployment that has to end with that exit code.
func (m *machine) deploy(t *testing.T, code int, args ...string) deployed {
	t.Helper()
	if slices.Contains(args, "deploy") {
		// A stack of another name than the shipped ones is held to production's policy.
		args = append(args, "--policy", "advisory")
	}
	r := m.try(t, append(append(args, "--json"), patient...)...)
	require.Equal(t, code, r.code, "%s\n%s", r.stdout, r.stderr)
	got := decode[deployed](t, r.stdout)
	assert.Empty(t, got.Warning)
	return got
}

// addTrial writes the trial stack's file: the local one's, in a namespace of its own.
func (m *machine) addTrial(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(m.project, "Pulumi.local.yaml"))
	require.NoError(t, err)
	changed := strings.NewReplacer(
		"config:\n", "config:\n  tripsage:kubernetes:\n    namespace: "+trial+"\n  tripsage:release:\n    blueGreen:\n      active: blue\n"+
			"      idleImage: tripsage.local/api@sha256:"+strings.Repeat("0", 64)+"\n",
		"    logLevel: debug\n", "    logLevel: debug\n    rateLimitPerMinute: 1000000\n",
	).Replace(string(text))
	path := filepath.Join(m.project, "Pulumi."+trial+".yaml")
	writeFile(t, path, changed)
	t.Cleanup(func() { require.NoError(t, os.Remove(path)) })
}

// pushAPI builds the API from a copy of the checkout with one change, pushes it to the cluster's
// registry and returns its reference there.
func (m *machine) pushAPI(t *testing.T, name, file, old, new string) string {
	t.Helper()
	project := copyProject(t, "api-"+name)
	path := filepath.Join(project, file)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), old), "%q in %s", old, path)
	writeFile(t, path, strings.Replace(string(text), old, new, 1))
	cluster, err := localcluster.Open(m.state, localcluster.Real)
	require.NoError(t, err)
	store := images.Store{Dir: filepath.Join(suite.dir, "images-"+name), Registry: cluster.Registry(), Prefix: localcluster.RegistryName}
	built, err := store.Ensure(t.Context(), apiimage.Recipe(project))
	require.NoError(t, err)
	return built.Reference
}

// apiImage is the image of a Deployment.
func (m *machine) apiImage(t *testing.T, namespace, name string) string {
	t.Helper()
	deployment, err := m.cluster.AppsV1().Deployments(namespace).Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	return deployment.Spec.Template.Spec.Containers[0].Image
}

func (m *machine) version(t *testing.T) string {
	t.Helper()
	text, err := get(t, m.up.API.URL+"/version")
	require.NoError(t, err)
	return text
}

// travellersOf is a user of one stack's API.
func (m *machine) travellersOf(t *testing.T, stack string) []traveller {
	t.Helper()
	on := *m
	on.args = []string{"--stack", stack}
	return []traveller{on.traveller(t, "deploy-"+stack)}
}

// crowd are clients that read, write and list all the time: a few, for this is not about load.
func (m *machine) crowd(t *testing.T, users []traveller) *crowd {
	t.Helper()
	here := gather(t, users, 2, 1)
	for _, u := range users {
		client := u.at(u.url)
		here.clients.Go(func() {
			for here.goesOn() {
				here.ask(client, http.StatusOK, `"items":`, http.MethodGet, "/trips?limit=1", "")
			}
		})
	}
	here.answers(t, 100)
	return here
}
