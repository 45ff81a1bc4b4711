package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tripsage/infrastructure/cmd/tripsage/verify"
	"github.com/tripsage/infrastructure/localcluster"
	apitoken "github.com/tripsage/infrastructure/service/token"
)

const (
	// tokenVariable is the environment's way to give a token: CI has its secrets
	// there, and a command line can be read by others.
	tokenVariable = "TRIPSAGE_VERIFY_TOKEN"
	// apiPort is where the API's pods listen.
	apiPort = 8000
	// verifiers is how many users a stack's own tokens are for. Each may make a
	// number of requests a minute, and one deployment verifies several times.
	verifiers = 20
	// verifierFor is how long such a token is good.
	verifierFor = 15 * time.Minute
)

// wantedVerification is what the flags of verify ask for; deploy and rollback
// have the same.
type wantedVerification struct {
	url, tokenFile, frontend, junit string
	frontendSet                     bool
	budgets                         map[string]string
	requests                        int
	strict                          bool
	command                         *cobra.Command
}

func (w *wantedVerification) register(command *cobra.Command) {
	guide := verify.GuideBudgets()
	w.command = command
	f := command.Flags()
	f.StringVar(&w.url, "url", "", "the API's address (default: the stack's own)")
	f.StringVar(&w.tokenFile, "token-file", "", "file with an access token of a test user (default: $"+tokenVariable+", or one that the stack signs)")
	f.StringVar(&w.frontend, "frontend-url", "", "the frontend's address; '' leaves it out (default: the stack's own)")
	f.StringToStringVar(&w.budgets, "budget", nil, fmt.Sprintf("time that api, vector or realtime may take (default: the deployment guide's api=%s,vector=%s,realtime=%s)", guide.API, guide.Vector, guide.Realtime))
	f.IntVar(&w.requests, "requests", 10, "how many requests make a percentile of the latency")
	f.BoolVar(&w.strict, "strict", false, "count skipped checks as failed")
	f.StringVar(&w.junit, "junit", "", "write the checklist to this file as JUnit XML too")
}

// check finds faults of the flags before any work.
func (w *wantedVerification) check() error {
	w.frontendSet = w.command.Flags().Changed("frontend-url")
	var faults []error
	for name, text := range w.budgets {
		if !slices.Contains([]string{"api", "vector", "realtime"}, name) {
			faults = append(faults, fmt.Errorf("--budget %s=%s: expected api, vector or realtime", name, text))
		}
		if d, err := time.ParseDuration(text); err != nil || d <= 0 {
			faults = append(faults, fmt.Errorf("--budget %s=%s: expected a time above zero, such as 500ms", name, text))
		}
	}
	if w.requests < 1 || w.requests > 1000 {
		faults = append(faults, fmt.Errorf("--requests %d: expected 1 to 1000", w.requests))
	}
	if w.tokenFile != "" {
		if text, err := os.ReadFile(w.tokenFile); err != nil {
			faults = append(faults, fmt.Errorf("--token-file: %w", err))
		} else if len(strings.Fields(string(text))) != 1 {
			faults = append(faults, fmt.Errorf("--token-file %s: expected one token and nothing else", w.tokenFile))
		}
	}
	return errors.Join(faults...)
}

// options are those of the flags; check has found them good.
func (w wantedVerification) options() verify.Options {
	budgets := verify.GuideBudgets()
	for name, text := range w.budgets {
		d, _ := time.ParseDuration(text)
		*map[string]*time.Duration{"api": &budgets.API, "vector": &budgets.Vector, "realtime": &budgets.Realtime}[name] = d
	}
	return verify.Options{Frontend: w.frontend, Budgets: budgets, Requests: w.requests}
}

func (w wantedVerification) writeJUnit(report verify.Report, stack string) error {
	if w.junit == "" {
		return nil
	}
	file, err := os.Create(w.junit)
	if err != nil {
		return fmt.Errorf("--junit: %w", err)
	}
	return errors.Join(report.JUnit(file, "tripsage verify "+stack), file.Close())
}

// tokenFor finds a token, or says why there is none.
func (s *settings) tokenFor(ctx context.Context, d deployed, unreachable error, want wantedVerification, o *verify.Options) {
	o.NoToken = "put the access token of a test user into a file and name it with --token-file, or into " + tokenVariable
	if want.tokenFile != "" {
		text, err := os.ReadFile(want.tokenFile)
		if o.Token = strings.TrimSpace(string(text)); err != nil {
			o.NoToken = err.Error()
		}
		return
	}
	if o.Token = strings.TrimSpace(os.Getenv(tokenVariable)); o.Token != "" || unreachable != nil {
		return
	}
	if d.Protected {
		o.NoToken = "the stack is protected, so no token is signed for it: " + o.NoToken
		return
	}
	secret, err := d.jwtSecret(ctx)
	if err != nil {
		o.NoToken = err.Error() + "; or " + o.NoToken
		return
	}
	address := fmt.Sprintf("verify-%d@tripsage.invalid", rand.IntN(verifiers)) //nolint:gosec // any of them will do
	now := time.Now().Truncate(time.Second)
	o.Token, err = apitoken.Sign(secret, apitoken.Claims{
		User: userOf(address), Email: address, Issued: now, Expires: now.Add(verifierFor), Audience: d.Tokens.Audience, Issuer: d.Tokens.Issuer,
	})
	if err != nil {
		o.NoToken = err.Error()
	}
}

// exposed makes the stack's API reachable on this machine. Of several stacks on
// the embedded cluster the last one that was looked at has the address.
func (d deployed) exposed(ctx context.Context) (url string, err error) {
	if d.target.cluster.Nodes != localcluster.Real {
		return "", errors.New("pods are simulated here, so there is nothing to verify: run `tripsage up` as root on Linux, or set KUBECONFIG to a cluster of yours")
	}
	service, err := d.client.CoreV1().Services(d.Namespace).Get(ctx, d.Release.API, metav1.GetOptions{})
	if err != nil {
		return "", fmt.Errorf("there is no API in namespace %s: bring the stack up first: %w", d.Namespace, err)
	}
	for _, port := range service.Spec.Ports {
		if port.Name == "http" {
			address := net.JoinHostPort(service.Spec.ClusterIP, strconv.Itoa(int(port.Port)))
			return "http://" + d.target.cluster.APIAddress(), d.target.cluster.Expose(ctx, address)
		}
	}
	return "", fmt.Errorf("the Service %s in namespace %s has no port named http", d.Release.API, d.Namespace)
}
