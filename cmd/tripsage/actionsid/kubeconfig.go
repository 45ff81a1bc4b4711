package actionsid

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Cluster is what a job has to know of a cluster. None of it is secret.
type Cluster struct {
	// Context is the name that the stack's file expects
	// (tripsage:kubernetes.context).
	Context string
	// Server is the API server's address.
	Server string
	// Authority is the certificate authority of the server's certificate, as
	// PEM or as base64 of it. Empty: a public one.
	Authority string
	// Audience is whom the tokens are for; the API server asks for it.
	Audience string
}

// Validate reports every fault at once.
func (c Cluster) Validate() error {
	var faults []error
	if c.Context == "" {
		faults = append(faults, errors.New("--context is missing: give the name in the stack's tripsage:kubernetes.context"))
	}
	if u, err := url.Parse(c.Server); err != nil || u.Scheme != "https" || u.Host == "" {
		faults = append(faults, fmt.Errorf("--server %q: expected the https address of the API server", c.Server))
	}
	if c.Audience == "" {
		faults = append(faults, errors.New("--audience is missing: give the API server's --oidc-client-id"))
	}
	if _, err := c.authority(); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func (c Cluster) authority() ([]byte, error) {
	if c.Authority == "" {
		return nil, nil
	}
	pem := []byte(c.Authority)
	if !strings.Contains(c.Authority, "-----BEGIN") {
		decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(c.Authority))
		if err != nil {
			return nil, errors.New("CLUSTER_CA is neither PEM nor base64 of it")
		}
		pem = decoded
	}
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		return nil, errors.New("CLUSTER_CA holds no certificate: give the API server's certificate authority as PEM, or as base64 of it")
	}
	return pem, nil
}

// WriteKubeconfig writes a kubeconfig whose user is the command credential.
// The file holds no secret.
func (c Cluster) WriteKubeconfig(path, program string, credential ...string) error {
	if err := c.Validate(); err != nil {
		return err
	}
	authority, err := c.authority()
	if err != nil {
		return err
	}
	config := api.NewConfig()
	config.Clusters[c.Context] = &api.Cluster{Server: c.Server, CertificateAuthorityData: authority}
	config.AuthInfos[c.Context] = &api.AuthInfo{Exec: &api.ExecConfig{
		APIVersion: "client.authentication.k8s.io/v1", Command: program, Args: credential,
		InteractiveMode: api.NeverExecInteractiveMode,
	}}
	config.Contexts[c.Context] = &api.Context{Cluster: c.Context, AuthInfo: c.Context}
	config.CurrentContext = c.Context
	content, err := clientcmd.Write(*config)
	if err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	return nil
}
