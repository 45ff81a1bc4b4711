package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tripsage/infrastructure/service"
	apitoken "github.com/tripsage/infrastructure/service/token"
)

// longestToken is what Supabase Auth allows for its own: nobody can take a token
// back.
const longestToken = 7 * 24 * time.Hour

// defaultAudience is what an API that was told nothing else asks for (JWT_AUDIENCE).
const defaultAudience = "authenticated"

// wantedToken is what the flags of token ask for.
type wantedToken struct {
	user    string
	scopes  []string
	expires time.Duration
	force   bool
	// secretFile holds the secret of an API that is on no cluster; "" for the stack's.
	secretFile string
}

func tokenCommand(f *flags) *cobra.Command {
	var want wantedToken
	command := &cobra.Command{
		Use: "token --user EMAIL", Short: "Sign a token for the API, to try it as one of its users", Args: cobra.NoArgs,
		Long: `Sign a token for the stack's API like those of Supabase Auth, with the secret
that the API in the cluster verifies them with. Standard output has the token and
nothing else.

The user is made of the address: the same one each time, and another one than any
that has signed up at Supabase. Whoever holds the token is that user, so a stack
with tripsage:kubernetes.protect wants --force. Where only Supabase can sign
(tripsage:auth.jwksURL and no secret) there is no token to be had here.`,
		Example: `  TOKEN=$(tripsage token --user ada@example.com)
  tripsage token --user ada@example.com --scope trips:read --expires 10m
  docker compose -f deploy/compose.yaml run --rm -T secrets show api/jwt-secret |
    tripsage token --user ada@example.com --secret-file /dev/stdin`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return f.run(func(s *settings) error {
				return printToken(cmd.Context(), s, want, cmd.OutOrStdout(), cmd.ErrOrStderr())
			})
		},
	}
	command.Flags().StringVar(&want.user, "user", "", "e-mail address of the user (required)")
	command.Flags().StringSliceVar(&want.scopes, "scope", nil, "what the token allows, such as trips:read; several times (default: everything)")
	command.Flags().DurationVar(&want.expires, "expires", time.Hour, "how long the token is good, at most a week")
	command.Flags().BoolVar(&want.force, "force", false, "sign for a protected stack too")
	command.Flags().StringVar(&want.secretFile, "secret-file", "", "file with the API's JWT_SECRET, for one that is on no cluster")
	return command
}

// signed is what token reports as JSON.
type signed struct {
	Token   string    `json:"token"`
	User    string    `json:"user"`
	Expires time.Time `json:"expires"`
}

func printToken(ctx context.Context, s *settings, want wantedToken, out, notes io.Writer) error {
	claims, err := want.claims(time.Now())
	if err != nil {
		return err
	}
	api := "the API of stack " + s.stack
	var secret []byte
	if want.secretFile != "" {
		api = "the API with the secret in " + want.secretFile
		claims.Audience = defaultAudience
		secret, err = readSecret(want.secretFile)
	} else {
		secret, err = s.stackSecret(ctx, want.force, &claims)
	}
	if err != nil {
		return err
	}
	text, err := apitoken.Sign(secret, claims)
	if err != nil {
		return fmt.Errorf("%s: %w", api, err)
	}
	if s.json {
		return writeJSON(out, signed{Token: text, User: string(claims.User), Expires: claims.Expires})
	}
	fmt.Fprintf(notes, "A token of %s, user %s, for %s until %s\n",
		claims.Email, claims.User, api, claims.Expires.Format(time.RFC3339))
	_, err = fmt.Fprintln(out, text)
	return err
}

// stackSecret gives the secret of the stack's API and completes the claims with
// what that API asks of them.
func (s *settings) stackSecret(ctx context.Context, force bool, claims *apitoken.Claims) ([]byte, error) {
	d, err := s.deployed(ctx)
	if err != nil {
		return nil, err
	}
	if d.Protected && !force {
		return nil, fmt.Errorf("stack %q is protected (tripsage:kubernetes.protect), and whoever holds the token is the user: repeat it with --force if you mean it", s.stack)
	}
	claims.Audience, claims.Issuer = d.Tokens.Audience, d.Tokens.Issuer
	return d.jwtSecret(ctx)
}

func readSecret(file string) ([]byte, error) {
	secret, err := os.ReadFile(file) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("--secret-file: %w", err)
	}
	return bytes.TrimRight(secret, "\r\n"), nil
}

// claims checks the flags. What the stack asks of a token is not in it yet.
func (w wantedToken) claims(now time.Time) (apitoken.Claims, error) {
	var faults []error
	address, err := mail.ParseAddress(w.user)
	if err != nil || address.Address != w.user {
		faults = append(faults, fmt.Errorf("--user %q: expected an e-mail address such as ada@example.com", w.user))
	}
	var scopes []service.Scope
	for _, word := range w.scopes {
		scope := service.Scope(word)
		if !slices.Contains(service.Scopes(), scope) {
			faults = append(faults, fmt.Errorf("--scope %q: expected one of %s", word, scopeList()))
		}
		scopes = append(scopes, scope)
	}
	if w.expires < time.Second || w.expires > longestToken {
		faults = append(faults, fmt.Errorf("--expires %s: expected 1s to %s, such as 10m", w.expires, longestToken))
	}
	now = now.Truncate(time.Second)
	return apitoken.Claims{
		User: userOf(w.user), Email: w.user, Scopes: scopes, Issued: now, Expires: now.Add(w.expires),
	}, errors.Join(faults...)
}

func scopeList() string {
	var words []string
	for _, scope := range service.Scopes() {
		words = append(words, string(scope))
	}
	return strings.Join(words, ", ")
}

// userOf makes a user of an address: a UUID of version 5, so it is the same on
// every machine. Letters' case does not matter in practice.
func userOf(address string) service.UserID {
	return service.UserID(uuid.NewSHA1(uuid.NameSpaceURL, []byte("mailto:"+strings.ToLower(address))).String())
}

// jwtSecret reads what the API verifies tokens with.
func (d deployed) jwtSecret(ctx context.Context) ([]byte, error) {
	at := d.Tokens
	if at.Key == "" {
		return nil, fmt.Errorf("stack %q has no secret to sign with: its tokens come from Supabase (tripsage:auth.jwksURL %s); sign in there", d.name, at.JWKSURL)
	}
	where := fmt.Sprintf("Secret %s in namespace %s", at.Secret, d.Namespace)
	found, err := d.client.CoreV1().Secrets(d.Namespace).Get(ctx, at.Secret, metav1.GetOptions{})
	if kerrors.IsNotFound(err) {
		return nil, fmt.Errorf("there is no %s: bring the stack %q up first with `tripsage up`", where, d.name)
	}
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", where, err)
	}
	if len(found.Data[at.Key]) == 0 {
		return nil, fmt.Errorf("the %s has no %s: the stack's file was changed since it was brought up; run `tripsage up`", where, at.Key)
	}
	return found.Data[at.Key], nil
}
