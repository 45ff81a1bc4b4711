package infra

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
)

// What an operator is told to look for is what a deployment makes.
func TestOperatorFindsWhatIsDeployed(t *testing.T) {
	spec := goodSpec()
	spec.Kubernetes.Context, spec.Kubernetes.Protect = "shared", true
	operator, recording := spec.Operator(), mustDeploy(t, spec)
	assert.Equal(t, "shared", operator.Context)
	assert.True(t, operator.Protected)
	assert.Contains(t, secretData(t, recording, operator.Tokens.Secret), operator.Tokens.Key)
	var job batchv1.Job
	require.NoError(t, recording.One(t, jobType, "tripsage-api-migrate").Decode(&job))
	assert.Equal(t, operator.Namespace, job.Namespace)
	assert.Subset(t, job.Labels, operator.Migrations)
}

func TestOperatorKnowsWhoSigns(t *testing.T) {
	const keys = "https://a.supabase.co/auth/v1/.well-known/jwks.json"
	for name, row := range map[string]struct {
		auth Auth
		here bool
	}{
		"generated":        {Auth{GenerateSecret: true}, true},
		"given":            {Auth{JWTSecret: NewSecret(strings.Repeat("x", 32))}, true},
		"others":           {Auth{JWKSURL: keys}, false},
		"others and ours":  {Auth{JWKSURL: keys, GenerateSecret: true}, true},
		"given and theirs": {Auth{JWKSURL: keys, JWTSecret: NewSecret(strings.Repeat("x", 32))}, true},
	} {
		spec := goodSpec()
		spec.Auth = row.auth
		tokens := spec.Operator().Tokens
		assert.Equal(t, row.here, tokens.Key != "", name)
		assert.Equal(t, row.auth.JWKSURL, tokens.JWKSURL, name)
		if spec.Validate() == nil && row.here {
			assert.Contains(t, secretData(t, mustDeploy(t, spec), tokens.Secret), tokens.Key, name)
		}
	}
}
