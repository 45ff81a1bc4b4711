package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/tripsage/infrastructure/localcluster/config"
)

func values() config.Values {
	return config.Values{
		NodeName: "tripsage", NodeAddress: "10.87.0.1", PodNetwork: "10.244.0.0/16", NodePods: "10.244.0.0/24", DNSAddress: "10.96.0.10",
		CA: "/s/ca.crt", KubeletCert: "/s/kubelet.crt", KubeletKey: "/s/kubelet.key", ProxyKubeconfig: "/s/proxy.conf",
		ResolvConf: "/s/resolv.conf", CgroupRoot: "/tripsage-0", CNIPrograms: "/usr/lib/cni", CNIConfig: "/s/cni", RegistryConfig: "/s/certs.d",
		Registry: "127.0.0.1:5000", PauseImage: "tripsage.local/pause@sha256:0", EncryptionKey: "a2V5",
	}
}

func write(t *testing.T, name string) (path string, text []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "sub", name)
	require.NoError(t, config.Write(name, path, values()))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return path, text
}

func TestYAMLFilesSayWhatTheyWereGiven(t *testing.T) {
	for name, want := range map[string]map[string]any{
		"kubelet.yaml": {
			"kind": "KubeletConfiguration", "address": "10.87.0.1", "clusterDNS": []any{"10.96.0.10"},
			"cgroupRoot": "/tripsage-0", "readOnlyPort": 0.0, "authorization": map[string]any{"mode": "Webhook"},
		},
		"kube-proxy.yaml": {"kind": "KubeProxyConfiguration", "mode": "nftables", "clusterCIDR": "10.244.0.0/16"},
		"encryption.yaml": {"kind": "EncryptionConfiguration"},
	} {
		_, text := write(t, name)
		got := map[string]any{}
		require.NoError(t, yaml.UnmarshalStrict(text, &got), name)
		for key, value := range want {
			assert.Equal(t, value, got[key], "%s: %s", name, key)
		}
	}
}

func TestNoFileIsReadableByOthersOrHasAGap(t *testing.T) {
	for _, name := range []string{"kubelet.yaml", "kube-proxy.yaml", "containerd.toml", "hosts.toml", "cni.conflist", "encryption.yaml", "resolv.conf"} {
		path, text := write(t, name)
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
		assert.NotContains(t, string(text), "<no value>", name)
		assert.NotContains(t, string(text), "{{", name)
	}
}

func TestAFileThatIsRightIsNotTouched(t *testing.T) {
	path, _ := write(t, "hosts.toml")
	old := time.Unix(1_000_000_000, 0)
	require.NoError(t, os.Chtimes(path, old, old))
	require.NoError(t, config.Write("hosts.toml", path, values()))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, old, info.ModTime())
}
