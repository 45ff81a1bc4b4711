package localcluster

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"os"

	"github.com/tripsage/infrastructure/localcluster/pki"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// identities are the certificates that the processes present and trust.
type identities struct {
	ca, frontProxyCA, etcdCA                          pki.Pair
	apiServer, apiServerToKubelet, apiServerToEtcd    pki.Pair
	frontProxy, etcd, serviceAccounts, kubeletServing pki.Pair
	metricsServer                                     pki.Pair
}

// users maps the name of a kubeconfig to the identity it carries. The groups
// and names are those that Kubernetes' own RBAC rules know.
func users() map[string]pki.Leaf {
	return map[string]pki.Leaf{
		"admin":              {CommonName: "kubernetes-admin", Organizations: []string{"system:masters"}},
		"controller-manager": {CommonName: "system:kube-controller-manager"},
		"scheduler":          {CommonName: "system:kube-scheduler"},
		"kubelet":            {CommonName: "system:node:" + nodeName, Organizations: []string{"system:nodes"}},
		"proxy":              {CommonName: "system:kube-proxy"},
		"router":             {CommonName: "tripsage:kube-router"},
		"provisioner":        {CommonName: "tripsage:provisioner"},
		"kwok":               {CommonName: "tripsage:kwok"},
	}
}

func (c *Cluster) issueIdentities() (identities, error) {
	var ids identities
	ca, err := pki.OpenAuthority(c.pki(), "ca")
	if err != nil {
		return ids, err
	}
	// The aggregation layer and etcd trust authorities of their own, so that a
	// client certificate of the cluster opens neither.
	front, err := pki.OpenAuthority(c.pki(), "front-proxy-ca")
	if err != nil {
		return ids, err
	}
	etcd, err := pki.OpenAuthority(c.pki(), "etcd-ca")
	if err != nil {
		return ids, err
	}
	ids.ca, ids.frontProxyCA, ids.etcdCA = ca.Pair(), front.Pair(), etcd.Pair()
	local := []string{"localhost", "127.0.0.1"}
	apiHosts := append([]string{"kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc.cluster.local", apiServiceIP, nodeAddress}, local...)
	leaves := []struct {
		into *pki.Pair
		by   *pki.Authority
		leaf pki.Leaf
	}{
		{&ids.apiServer, ca, pki.Leaf{Name: "apiserver", CommonName: "kube-apiserver", Hosts: apiHosts}},
		{&ids.apiServerToKubelet, ca, pki.Leaf{Name: "apiserver-kubelet", CommonName: "kube-apiserver-kubelet-client", Organizations: []string{"system:masters"}}},
		{&ids.apiServerToEtcd, etcd, pki.Leaf{Name: "apiserver-etcd", CommonName: "kube-apiserver-etcd-client"}},
		{&ids.etcd, etcd, pki.Leaf{Name: "etcd", CommonName: "etcd", Hosts: local}},
		{&ids.frontProxy, front, pki.Leaf{Name: "front-proxy", CommonName: "front-proxy-client"}},
		{&ids.serviceAccounts, ca, pki.Leaf{Name: "service-accounts", CommonName: "service-accounts"}},
		{&ids.kubeletServing, ca, pki.Leaf{Name: "kubelet-serving", CommonName: "system:node:" + nodeName, Hosts: []string{nodeName, nodeAddress}}},
		{&ids.metricsServer, ca, pki.Leaf{Name: "metrics-server", CommonName: "metrics-server", Hosts: []string{"metrics-server.kube-system.svc"}}},
	}
	for _, l := range leaves {
		if *l.into, err = l.by.Issue(l.leaf); err != nil {
			return ids, err
		}
	}
	return ids, c.writeKubeconfigs(ca)
}

func (c *Cluster) writeKubeconfigs(ca *pki.Authority) error {
	for name, leaf := range users() {
		leaf.Name = "user-" + name
		pair, err := ca.Issue(leaf)
		if err != nil {
			return err
		}
		if err := writeKubeconfig(c.kubeconfig(name), "https://"+c.addresses().apiServer(), ca.Pair().Cert, pair); err != nil {
			return err
		}
		if name == "admin" { // the one for people, who are on the host
			host := "https://" + loopback(c.record.Ports.APIServer)
			if err := writeKubeconfig(c.adminKubeconfig(), host, ca.Pair().Cert, pair); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeKubeconfig carries the certificates inside, so that the file can be
// copied elsewhere.
func writeKubeconfig(path, server, caFile string, pair pki.Pair) error {
	config := clientcmdapi.NewConfig()
	config.Clusters["tripsage"] = &clientcmdapi.Cluster{Server: server, CertificateAuthority: caFile}
	config.AuthInfos["tripsage"] = &clientcmdapi.AuthInfo{ClientCertificate: pair.Cert, ClientKey: pair.Key}
	config.Contexts["tripsage"] = &clientcmdapi.Context{Cluster: "tripsage", AuthInfo: "tripsage"}
	config.CurrentContext = "tripsage"
	if err := clientcmdapi.FlattenConfig(config); err != nil {
		return err
	}
	return clientcmd.WriteToFile(*config, path) // mode 0600
}

// encryptionKey is what Secrets are encrypted with in etcd: 32 random bytes,
// in base64, made once.
func (c *Cluster) encryptionKey() (string, error) {
	path := c.path("pki", "secrets.key")
	data, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return string(data), err
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return "", err
	}
	text := base64.StdEncoding.EncodeToString(key)
	return text, os.WriteFile(path, []byte(text), 0o600)
}
