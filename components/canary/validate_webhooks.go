package canary

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	flaggerv1 "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"

	"github.com/tripsage/infrastructure/components/internal/fault"
	"github.com/tripsage/infrastructure/components/internal/labels"
)

// The moments at which Flagger calls a webhook.
const (
	// ConfirmRollout holds a new version back until the answer is yes.
	ConfirmRollout = flaggerv1.ConfirmRolloutHook
	// PreRollout has to say yes before the new version gets traffic.
	PreRollout = flaggerv1.PreRolloutHook
	// Rollout is called with every check, for instance to make load.
	Rollout = flaggerv1.RolloutHook
	// ConfirmPromotion holds the promotion back until the answer is yes.
	ConfirmPromotion = flaggerv1.ConfirmPromotionHook
	// PostRollout is told the end.
	PostRollout = flaggerv1.PostRolloutHook
	// Rollback takes the new version back as soon as the answer is yes.
	Rollback = flaggerv1.RollbackHook
)

var hookTypes = []HookType{ConfirmRollout, PreRollout, Rollout, ConfirmPromotion, PostRollout, Rollback}

// validateWebhooks checks each hook, and that those of one check are over before
// the next one begins.
func (a Analysis) validateWebhooks(interval time.Duration) error {
	var faults []error
	var load time.Duration
	for i, hook := range a.Webhooks {
		at := fmt.Sprintf("Webhooks[%d].", i)
		faults = append(faults, fault.Under(at, hook.validate()))
		if slices.ContainsFunc(a.Webhooks[:i], func(w Webhook) bool { return w.Name == hook.Name }) {
			faults = append(faults, fault.Of(at+"Name", hook.Name, "a name that no other webhook has"))
		}
		if hook.Type == Rollout {
			load += time.Duration(hook.TimeoutSeconds) * time.Second
		}
	}
	if load >= interval {
		faults = append(faults, fault.Of("Interval", a.Interval,
			fmt.Sprintf("more than the %s that the webhooks of the type %q may take together", load, Rollout)))
	}
	return errors.Join(faults...)
}

func (w Webhook) validate() error {
	faults := []error{labels.ValidateName("Name", w.Name)}
	if !slices.Contains(hookTypes, w.Type) {
		faults = append(faults, fault.Of("Type", string(w.Type), fmt.Sprintf("one of %v", hookTypes)))
	}
	if w.TimeoutSeconds < 1 || w.TimeoutSeconds > 3600 {
		faults = append(faults, fault.Of("TimeoutSeconds", w.TimeoutSeconds, "1 to 3600"))
	}
	return errors.Join(append(faults, validateURL("URL", w.URL))...)
}

func validateURL(key, text string) error {
	if strings.Contains(text, "@") { // the text may be a secret: it stays out of the message
		return fmt.Errorf("%s has a user or a password in it: expected none, because everybody who can read the Canary can read it", key)
	}
	parsed, err := url.Parse(text)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Hostname() == "" || parsed.Fragment != "" {
		return fault.Of(key, text, "an address such as http://loadtester.production/")
	}
	return nil
}
