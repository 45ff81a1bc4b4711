package replay

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/internal/offline"
)

// passwords put the passwords of this run where the recording has those that
// package offline invented.
type passwords struct {
	invented map[string]string // by key
	old      []string
	new      []any // outputs, in the same order
}

// inventedPasswords asks package offline again what it invents for each of the
// recorded passwords.
func inventedPasswords(ctx context.Context, graph []offline.Resource) (map[string]string, error) {
	var lock sync.Mutex
	invented := map[string]string{}
	_, err := offline.Evaluate(ctx, func(ctx *pulumi.Context) error {
		for _, one := range graph {
			if one.Type != randomPassword {
				continue
			}
			inputs, err := Inputs(one.Inputs, func([]string, any) (pulumi.Input, error) { return nil, nil })
			if err != nil {
				return fmt.Errorf("%s: %w", key(one), err)
			}
			var password random.RandomPassword
			if err := ctx.RegisterResource(one.Type, one.Name, inputs, &password); err != nil {
				return err
			}
			password.Result.ApplyT(func(value string) string {
				lock.Lock()
				defer lock.Unlock()
				invented[key(one)] = value
				return value
			})
		}
		return nil
	}, offline.Options{Project: "replay", Stack: "replay"})
	return invented, err
}

func (p *passwords) add(key string, result pulumi.StringOutput) {
	p.old, p.new = append(p.old, p.invented[key]), append(p.new, result)
}

// take is a [Taker] that knows how a recording marks secrets and looks for
// invented passwords.
func (p *passwords) take(path []string, value any) (pulumi.Input, error) {
	switch value := value.(type) {
	case string:
		return p.text(value), nil
	case map[string]any:
		hidden, ok := value["secret"]
		if !ok || len(value) != 1 || isSource(path) {
			return nil, nil
		}
		input, err := Input(path, hidden, p.take)
		if err != nil {
			return nil, err
		}
		return pulumi.ToSecret(input), nil
	default:
		return nil, nil
	}
}

// isSource tells the sources of a projected volume, which are objects like
// {"secret": {"name": …}}, from the mark of a secret: a recording writes both
// alike.
func isSource(path []string) bool {
	return len(path) > 1 && slices.Equal(path[len(path)-2:], []string{"projected", "sources"})
}

// text is nil when no invented password is in it.
func (p *passwords) text(text string) pulumi.Input {
	if p.isIn(text) {
		return p.renew(text, func(plain string) string { return plain })
	}
	if decoded, err := base64.StdEncoding.DecodeString(text); err == nil && p.isIn(string(decoded)) {
		return p.renew(string(decoded), func(plain string) string {
			return base64.StdEncoding.EncodeToString([]byte(plain))
		})
	}
	return nil
}

func (p *passwords) isIn(text string) bool {
	return slices.ContainsFunc(p.old, func(password string) bool { return strings.Contains(text, password) })
}

// renew depends on the passwords in the text only.
func (p *passwords) renew(text string, encode func(string) string) pulumi.Input {
	var old []string
	var outputs []any
	for i, password := range p.old {
		if strings.Contains(text, password) {
			old, outputs = append(old, password), append(outputs, p.new[i])
		}
	}
	return pulumi.All(outputs...).ApplyT(func(values []any) string {
		plain := text
		for i, value := range values {
			plain = strings.ReplaceAll(plain, old[i], value.(string))
		}
		return encode(plain)
	})
}
