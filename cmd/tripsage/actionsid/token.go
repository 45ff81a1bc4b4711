// Package actionsid logs a job of GitHub Actions in to a Kubernetes cluster
// with the job's own identity, so that no key has to be kept.
//
// The API server trusts GitHub's tokens as those of any OpenID Connect issuer
// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens).
// A token lives for minutes and a deployment may take longer, so the kubeconfig
// names a command that asks for a new one each time
// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
package actionsid

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientauthv1 "k8s.io/client-go/pkg/apis/clientauthentication/v1"
)

// The variables by which a job may ask for its token. It has them only with
// the permission "id-token: write".
const (
	urlVariable   = "ACTIONS_ID_TOKEN_REQUEST_URL"
	tokenVariable = "ACTIONS_ID_TOKEN_REQUEST_TOKEN" // #nosec G101 -- a name
)

// answerLimit is far more than a token takes.
const answerLimit = 1 << 20

// Credential asks GitHub for a token for the audience.
func Credential(ctx context.Context, client *http.Client, getenv func(string) string, audience string) (clientauthv1.ExecCredential, error) {
	address, err := url.Parse(getenv(urlVariable))
	if getenv(urlVariable) == "" || getenv(tokenVariable) == "" || err != nil {
		return clientauthv1.ExecCredential{}, fmt.Errorf("%s and %s are not set: "+
			"run this in a job of GitHub Actions that has the permission id-token: write", urlVariable, tokenVariable)
	}
	query := address.Query()
	query.Set("audience", audience)
	address.RawQuery = query.Encode()
	token, err := ask(ctx, client, address.String(), getenv(tokenVariable))
	if err != nil {
		return clientauthv1.ExecCredential{}, fmt.Errorf("asking GitHub for the job's identity: %w", err)
	}
	expires, err := expiry(token)
	if err != nil {
		return clientauthv1.ExecCredential{}, fmt.Errorf("the job's identity: %w", err)
	}
	return clientauthv1.ExecCredential{
		TypeMeta: metav1.TypeMeta{APIVersion: clientauthv1.SchemeGroupVersion.String(), Kind: "ExecCredential"},
		Status:   &clientauthv1.ExecCredentialStatus{Token: token, ExpirationTimestamp: &metav1.Time{Time: expires}},
	}, nil
}

func ask(ctx context.Context, client *http.Client, address, bearer string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+bearer)
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	if err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answered %s", request.URL.Host, answer.Status)
	}
	var token struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal(body, &token); err != nil || token.Value == "" {
		return "", fmt.Errorf("%s answered without a token", request.URL.Host)
	}
	return token.Value, nil
}

// expiry reads the claim exp. Whether the token is genuine is the cluster's to
// judge.
func expiry(token string) (time.Time, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}, errors.New("it is no JSON Web Token")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}, errors.New("its payload is no base64")
	}
	var claims struct {
		Expires int64 `json:"exp"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil || claims.Expires == 0 {
		return time.Time{}, errors.New("it has no claim exp")
	}
	return time.Unix(claims.Expires, 0).UTC(), nil
}
