package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/object"
)

const (
	versionKeyLength = 64
	versionBytes     = 16
	// keyLength is the number of characters that a cipher's key is made of.
	keyLength = 64
)

// newValues returns the whole content of the Secret, marked secret.
func newValues(ctx *pulumi.Context, o object.Owner, args Args) (pulumi.StringMapOutput, error) {
	base := pulumi.StringMap{}
	maps.Copy(base, args.Given)
	for _, key := range slices.Sorted(maps.Keys(args.Generated)) {
		value, err := newGenerated(ctx, o, key, args.Generated[key], args.Epoch)
		if err != nil {
			return pulumi.StringMapOutput{}, err
		}
		base[key] = value
	}
	all := maps.Clone(base)
	for key, composed := range args.Composed {
		value, err := compose(composed, base)
		if err != nil {
			return pulumi.StringMapOutput{}, err
		}
		all[key] = value
	}
	return pulumi.ToSecret(all).(pulumi.StringMapOutput), nil
}

// newGenerated registers one generated value.
func newGenerated(ctx *pulumi.Context, o object.Owner, key string, want Generated, epoch string) (pulumi.StringOutput, error) {
	keepers := pulumi.StringMap{"epoch": pulumi.String(epoch)}
	if want.Lasting {
		keepers = nil
	}
	if !want.Key {
		return newRandom(ctx, o, key, want.Length, keepers)
	}
	text, err := newRandom(ctx, o, key, keyLength, keepers)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return text.ApplyT(cipherKey).(pulumi.StringOutput), nil
}

// cipherKey makes random letters and digits a key of 32 bytes. There are more
// bits in 64 of them (381) than in the key, so it is as good as random bytes,
// and needs no other resource of the random provider than passwords do.
func cipherKey(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// newRandom registers a random text. Letters and digits only: see Generated.
func newRandom(ctx *pulumi.Context, o object.Owner, suffix string, length int, keepers pulumi.StringMap) (pulumi.StringOutput, error) {
	args := &random.RandomPasswordArgs{Length: pulumi.Int(length), Special: pulumi.Bool(false)}
	if keepers != nil {
		args.Keepers = keepers
	}
	password, err := random.NewRandomPassword(ctx, o.Logical+"-"+suffix, args, o.Parent())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return password.Result, nil
}

// compose fills one template. It waits only for the values that it names.
func compose(c Composed, base pulumi.StringMap) (pulumi.StringOutput, error) {
	parts, err := parse(c.Template)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	needed := maps.Clone(pulumi.StringMap(c.With))
	if needed == nil {
		needed = pulumi.StringMap{}
	}
	for _, p := range parts {
		if value, ok := base[p.key]; ok {
			needed[p.key] = value
		}
	}
	return needed.ToStringMapOutput().ApplyT(func(values map[string]string) string {
		return render(parts, values, c.URL)
	}).(pulumi.StringOutput), nil
}

// newVersion derives the version from the values; the package comment says why
// it is an HMAC. Only the finished digest loses the secret mark.
func newVersion(ctx *pulumi.Context, o object.Owner, epoch string, values pulumi.StringMapOutput) (pulumi.StringOutput, error) {
	key, err := newRandom(ctx, o, versionKey, versionKeyLength, pulumi.StringMap{"epoch": pulumi.String(epoch)})
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	digest := pulumi.All(key, values).ApplyT(func(in []any) (string, error) {
		key, _ := in[0].(string)
		values, _ := in[1].(map[string]string)
		return version(key, values)
	})
	return pulumi.Unsecret(digest).(pulumi.StringOutput), nil
}

// version is an HMAC over the values in the order of their keys.
func version(key string, values map[string]string) (string, error) {
	text, err := json.Marshal(values)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(text)
	return hex.EncodeToString(mac.Sum(nil)[:versionBytes]), nil
}
