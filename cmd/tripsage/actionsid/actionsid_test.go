package actionsid_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/tripsage/infrastructure/cmd/tripsage/actionsid"
)

func jwt(t *testing.T, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	require.NoError(t, err)
	return "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".c2ln"
}

// github answers as GitHub does.
func github(t *testing.T, status int, body string) (*httptest.Server, func(string) string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "Bearer request-token", r.Header.Get("Authorization"))
		assert.Equal(t, "the cluster & co", r.URL.Query().Get("audience"))
		assert.Equal(t, "2", r.URL.Query().Get("api-version"))
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	env := map[string]string{
		"ACTIONS_ID_TOKEN_REQUEST_URL":   server.URL + "/token?api-version=2",
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token",
	}
	return server, func(name string) string { return env[name] }
}

func TestCredential(t *testing.T) {
	token := jwt(t, map[string]any{"exp": 1800000000})
	server, getenv := github(t, http.StatusOK, `{"count":1,"value":"`+token+`"}`)
	credential, err := actionsid.Credential(t.Context(), server.Client(), getenv, "the cluster & co")
	require.NoError(t, err)
	assert.Equal(t, "client.authentication.k8s.io/v1", credential.APIVersion)
	assert.Equal(t, "ExecCredential", credential.Kind)
	assert.Equal(t, token, credential.Status.Token)
	assert.Equal(t, time.Unix(1800000000, 0).UTC(), credential.Status.ExpirationTimestamp.UTC())
}

func TestCredentialFaults(t *testing.T) {
	for body, want := range map[string]string{
		`{}`:                      "answered without a token",
		`nonsense`:                "answered without a token",
		`{"value":"opaque"}`:      "it is no JSON Web Token",
		`{"value":"a.!.c"}`:       "its payload is no base64",
		`{"value":"e30.e30.e30"}`: "it has no claim exp",
	} {
		server, getenv := github(t, http.StatusOK, body)
		_, err := actionsid.Credential(t.Context(), server.Client(), getenv, "the cluster & co")
		assert.ErrorContains(t, err, want, body)
	}
	server, getenv := github(t, http.StatusForbidden, "secret words")
	_, err := actionsid.Credential(t.Context(), server.Client(), getenv, "the cluster & co")
	require.ErrorContains(t, err, "403 Forbidden")
	assert.NotContains(t, err.Error(), "secret words")
	_, err = actionsid.Credential(t.Context(), server.Client(), func(string) string { return "" }, "x")
	assert.ErrorContains(t, err, "run this in a job of GitHub Actions that has the permission id-token: write")
}

// A client that reads the file asks the command and sends what it prints.
func TestKubeconfigWorks(t *testing.T) {
	var got string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"major":"1","minor":"34"}`)
	}))
	defer server.Close()
	authority := base64.StdEncoding.EncodeToString([]byte("-----BEGIN CERTIFICATE-----\n" +
		base64.StdEncoding.EncodeToString(server.Certificate().Raw) + "\n-----END CERTIFICATE-----\n"))
	program := filepath.Join(t.TempDir(), "credential")
	script := "#!/bin/sh\n" + `test "$*" = "credential --audience kubernetes" && ` +
		`echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-github"}}'` + "\n"
	require.NoError(t, os.WriteFile(program, []byte(script), 0o700)) // #nosec G306 -- it is run

	path := filepath.Join(t.TempDir(), "kubeconfig")
	cluster := actionsid.Cluster{Context: "tripsage-staging", Server: server.URL, Authority: authority, Audience: "kubernetes"}
	require.NoError(t, cluster.WriteKubeconfig(path, program, "credential", "--audience", "kubernetes"))
	config, err := clientcmd.BuildConfigFromFlags("", path)
	require.NoError(t, err)
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	_, err = client.Discovery().ServerVersion()
	require.NoError(t, err)
	assert.Equal(t, "Bearer from-github", got)
	cluster.Authority = "" // of a server that every client trusts
	require.NoError(t, cluster.WriteKubeconfig(path, program))
	plain, err := clientcmd.LoadFromFile(path)
	require.NoError(t, err)
	assert.Empty(t, plain.Clusters["tripsage-staging"].CertificateAuthorityData)
}

func TestClusterFaultsComeTogether(t *testing.T) {
	err := actionsid.Cluster{Server: "http://plain", Authority: "bm90aGluZw=="}.Validate()
	for _, want := range []string{
		"--context is missing", `--server "http://plain": expected the https address`, "--audience is missing", "CLUSTER_CA holds no certificate",
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.ErrorContains(t, actionsid.Cluster{Authority: "!"}.Validate(), "CLUSTER_CA is neither PEM nor base64")
}
