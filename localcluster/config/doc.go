// Package config renders the configuration files of the cluster's processes.
package config

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed *.yaml *.toml *.conflist *.conf
var files embed.FS

// Values is what the files are filled with: absolute paths, addresses and names.
type Values struct {
	NodeName, NodeAddress, PodNetwork, NodePods, DNSAddress string

	CA, KubeletCert, KubeletKey, ProxyKubeconfig, ResolvConf string

	CgroupRoot, CNIPrograms, CNIConfig, RegistryConfig string

	Registry, PauseImage, EncryptionKey string
}

// Write renders the file called name to path, readable by its owner only. A
// file that is right already is not touched.
func Write(name, path string, values Values) error {
	parsed, err := template.New(name).Option("missingkey=error").ParseFS(files, name)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := parsed.Execute(&text, values); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text.Bytes()) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o600)
}
