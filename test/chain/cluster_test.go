package chain

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/tripsage/infrastructure/localcluster"
	"github.com/tripsage/infrastructure/localcluster/images"
	"github.com/tripsage/infrastructure/localcluster/toolchain"
)

// cluster is the embedded one, as its administrator sees it.
type cluster struct {
	*kubernetes.Clientset
	config   *rest.Config
	registry string            // host:port on loopback
	images   map[string]string // of what its own stack is made, by digest
}

// startCluster starts a cluster without a stack, as a preview does.
func (w *world) startCluster(t *testing.T) cluster {
	t.Helper()
	state := filepath.Join(w.dir, "s")
	tripsage := func(ctx context.Context, args ...string) {
		args = append([]string{"--project", w.clone, "--state-dir", state, "--nodes", "real"}, args...)
		cmd := exec.CommandContext(ctx, filepath.Join(w.clone, "bin", "tripsage"), args...) // #nosec G204 -- a test's own
		cmd.Env = bare()
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "tripsage %s\n%s", args, out)
	}
	t.Cleanup(func() { tripsage(context.WithoutCancel(t.Context()), "down", "--purge") })
	tripsage(t.Context(), "preview", "--policy", "off")

	mirror(t, state)
	embedded, err := localcluster.Open(state, localcluster.Real)
	require.NoError(t, err)
	config, err := clientcmd.BuildConfigFromFlags("", embedded.Kubeconfig())
	require.NoError(t, err)
	require.NoError(t, rest.LoadTLSFiles(config))
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return cluster{client, config, embedded.Registry(), w.pushed(t, embedded.Registry())}
}

// pushed are the images that the preview has pushed, which are in a cache.
func (w *world) pushed(t *testing.T, registry string) map[string]string {
	t.Helper()
	cache, err := toolchain.CacheDir()
	require.NoError(t, err)
	store := images.Store{Dir: filepath.Join(cache, "images-real"), Registry: registry, Prefix: localcluster.RegistryName}
	references := map[string]string{}
	for _, recipe := range []images.Recipe{images.Dragonfly{Image: "dragonfly", Module: w.clone}, images.Postgres("postgres")} {
		built, err := store.Ensure(t.Context(), recipe)
		require.NoError(t, err)
		references[recipe.Name()] = built.Reference
	}
	return references
}

// identity makes whom the jobs log in as, and gives what asks for his tokens.
func (c cluster) identity(t *testing.T) func(ctx context.Context, audience string) (string, error) {
	t.Helper()
	const namespace, name = "default", "github-actions"
	_, err := c.CoreV1().ServiceAccounts(namespace).Create(t.Context(),
		&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = c.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	return func(ctx context.Context, audience string) (string, error) {
		token, err := c.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, name,
			&authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: []string{audience}}}, metav1.CreateOptions{})
		if err != nil {
			return "", err
		}
		return token.Status.Token, nil
	}
}

// serves is the image that users of a stack get, "" where there is none, when
// all its pods run it.
func (c cluster) serves(t *testing.T, stack string) string {
	t.Helper()
	deployment, err := c.AppsV1().Deployments(stack).Get(t.Context(), "tripsage-api", metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return ""
	}
	require.NoError(t, err)
	containers := deployment.Spec.Template.Spec.Containers
	at := slices.IndexFunc(containers, func(one corev1.Container) bool { return one.Image != "" })
	require.Zero(t, at)
	require.Equal(t, deployment.Status.Replicas, deployment.Status.AvailableReplicas)
	require.Equal(t, deployment.Status.Replicas, deployment.Status.UpdatedReplicas)
	return containers[0].Image
}
