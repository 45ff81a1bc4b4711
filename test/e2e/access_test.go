package e2e

import (
	"encoding/hex"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Rights are real: an administrator may, a pod's account may not, and whoever
// does not say who they are is not heard at all.
func testAccess(t *testing.T, m *machine) {
	secrets := authorizationv1.ResourceAttributes{Namespace: "tripsage", Verb: "list", Resource: "secrets"}
	assert.True(t, can(t, m.cluster.Clientset, secrets), "the administrator")

	token, err := m.cluster.CoreV1().ServiceAccounts("tripsage").CreateToken(t.Context(), "default",
		&authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	require.NoError(t, err)
	config := rest.AnonymousClientConfig(m.cluster.config)
	config.BearerToken = token.Status.Token
	account, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	assert.False(t, can(t, account, secrets), "the default account")
	who, err := account.AuthenticationV1().SelfSubjectReviews().Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	require.NoError(t, err)
	assert.Equal(t, "system:serviceaccount:tripsage:default", who.Status.UserInfo.Username)
	_, err = account.CoreV1().Secrets("tripsage").List(t.Context(), metav1.ListOptions{})
	assert.True(t, apierrors.IsForbidden(err), "%v", err)

	nobody, err := kubernetes.NewForConfig(rest.AnonymousClientConfig(m.cluster.config))
	require.NoError(t, err)
	_, err = nobody.CoreV1().Pods("tripsage").List(t.Context(), metav1.ListOptions{})
	assert.True(t, apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err), "anonymous: %v", err)

	forged := rest.AnonymousClientConfig(m.cluster.config)
	forged.BearerToken = token.Status.Token[:len(token.Status.Token)-8] + "AAAAAAAA"
	forger, err := kubernetes.NewForConfig(forged)
	require.NoError(t, err)
	_, err = forger.CoreV1().Pods("tripsage").List(t.Context(), metav1.ListOptions{})
	assert.True(t, apierrors.IsUnauthorized(err), "forged token: %v", err)
}

func can(t *testing.T, client *kubernetes.Clientset, what authorizationv1.ResourceAttributes) bool {
	t.Helper()
	review, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(),
		&authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &what}},
		metav1.CreateOptions{})
	require.NoError(t, err)
	return review.Status.Allowed
}

// Nothing of ours can be reached from another machine.
func testLoopbackOnly(t *testing.T, m *machine) {
	addresses := listening(t, family(t, m.state))
	ports := map[string]bool{}
	for _, address := range addresses {
		host, port, err := net.SplitHostPort(address)
		require.NoError(t, err)
		assert.True(t, net.ParseIP(host).IsLoopback(), "listens on %s", address)
		ports[port] = true
	}
	_, api, err := net.SplitHostPort(strings.TrimPrefix(m.up.API.URL, "http://"))
	require.NoError(t, err)
	_, server, err := net.SplitHostPort(strings.TrimPrefix(m.cluster.config.Host, "https://"))
	require.NoError(t, err)
	assert.True(t, ports[api] && ports[server], "the search finds at least %s and %s: %v", api, server, addresses)
	t.Logf("listens on %v", addresses)
}

// listening are the addresses in the host's network on which one of the
// processes takes connections.
func listening(t *testing.T, by []process) []string {
	t.Helper()
	sockets := map[string]bool{}
	for _, p := range by {
		links, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(p.pid), "fd", "*"))
		for _, link := range links {
			target, _ := os.Readlink(link)
			if inode, ok := strings.CutPrefix(target, "socket:["); ok {
				sockets[strings.TrimSuffix(inode, "]")] = true
			}
		}
	}
	// A UDP socket without a peer is as good as one that listens.
	states := map[string]string{"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}
	var found []string
	for table, state := range states {
		text, err := os.ReadFile("/proc/self/net/" + table)
		if os.IsNotExist(err) {
			continue // no IPv6
		}
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) > 9 && fields[3] == state && sockets[fields[9]] {
				found = append(found, socketAddress(t, fields[1]))
			}
		}
	}
	return found
}

// socketAddress reads "0100007F:1F90", words in the machine's byte order.
func socketAddress(t *testing.T, text string) string {
	t.Helper()
	require.Regexp(t, regexp.MustCompile(`^([0-9A-F]{8}){1,4}:[0-9A-F]{4}$`), text)
	address, port, _ := strings.Cut(text, ":")
	words, err := hex.DecodeString(address)
	require.NoError(t, err)
	ip := make(net.IP, 0, len(words))
	for i := 0; i < len(words); i += 4 { // all supported machines are little-endian
		ip = append(ip, words[i+3], words[i+2], words[i+1], words[i])
	}
	number, err := strconv.ParseUint(port, 16, 16)
	require.NoError(t, err)
	return net.JoinHostPort(ip.String(), strconv.FormatUint(number, 10))
}
