package main

import (
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"
)

type inputs = map[string]property.Value

func urn(module, name string) resource.URN {
	token := tokens.Type("random:index/" + module + ":" + name)
	return resource.NewURN("local", "tripsage", "", token, "x")
}

func passwordURN() resource.URN { return urn("randomPassword", "RandomPassword") }

func create(t *testing.T, s p.Provider, u resource.URN, in inputs) p.CreateResponse {
	t.Helper()
	checked, err := s.Check(t.Context(), p.CheckRequest{Urn: u, Inputs: property.NewMap(in)})
	require.NoError(t, err)
	require.Empty(t, checked.Failures)
	created, err := s.Create(t.Context(), p.CreateRequest{Urn: u, Properties: checked.Inputs})
	require.NoError(t, err)
	return created
}

func TestPasswordCreate(t *testing.T) {
	created := create(t, newProvider(), passwordURN(), inputs{
		"length":          property.New(24.0),
		"overrideSpecial": property.New("-_"),
		"minSpecial":      property.New(3.0),
		"keepers":         property.New(inputs{"epoch": property.New("1")}),
	})
	out := created.Properties

	result, hashed := out.Get("result"), out.Get("bcryptHash")
	assert.True(t, result.Secret(), "result is secret")
	assert.True(t, hashed.Secret(), "bcryptHash is secret")
	password := result.AsString()
	assert.Len(t, password, 24)
	assert.GreaterOrEqual(t, count(password, "-_"), 3)
	assert.Zero(t, count(password, strings.NewReplacer("-", "", "_", "").Replace(specialChars)))
	require.NoError(t, bcrypt.CompareHashAndPassword([]byte(hashed.AsString()), []byte(password)))

	assert.Equal(t, "none", created.ID, "the id tells nothing")
	assert.True(t, out.Get("upper").AsBool())
	assert.Equal(t, "1", out.Get("keepers").AsMap().Get("epoch").AsString())
}

func TestPasswordsDiffer(t *testing.T) {
	s := newProvider()
	in := inputs{"length": property.New(16.0)}
	one := create(t, s, passwordURN(), in).Properties.Get("result").AsString()
	two := create(t, s, passwordURN(), in).Properties.Get("result").AsString()
	assert.NotEqual(t, one, two)
}

func TestLongPasswordHashCoversItsFirst72Bytes(t *testing.T) {
	out := create(t, newProvider(), passwordURN(), inputs{"length": property.New(100.0)}).Properties
	hashed, password := out.Get("bcryptHash").AsString(), out.Get("result").AsString()
	require.NoError(t, bcrypt.CompareHashAndPassword([]byte(hashed), []byte(password)[:72]))
}

func TestPasswordPreviewKnowsNoResult(t *testing.T) {
	created, err := newProvider().Create(t.Context(), p.CreateRequest{
		Urn:        passwordURN(),
		Properties: property.NewMap(inputs{"length": property.New(16.0)}),
		DryRun:     true,
	})
	require.NoError(t, err)
	assert.True(t, created.Properties.Get("result").IsComputed())
	assert.True(t, created.Properties.Get("bcryptHash").IsComputed())
	assert.InDelta(t, 16, created.Properties.Get("length").AsNumber(), 0)
}

func TestPasswordCheckNamesEveryFault(t *testing.T) {
	number, text := property.New[float64], property.New[string]
	tests := map[string]struct {
		in   inputs
		want map[string]string
	}{
		"no length":  {inputs{}, map[string]string{"length": "is required: a whole number"}},
		"fraction":   {inputs{"length": number(1.5)}, map[string]string{"length": "must be a whole number"}},
		"keepers":    {inputs{"length": number(1), "keepers": text("x")}, map[string]string{"keepers": "must be a map of strings"}},
		"zero":       {inputs{"length": number(0)}, map[string]string{"length": "must be 1 or more, not 0"}},
		"wrong type": {inputs{"length": text("long")}, map[string]string{"length": "must be a whole number"}},
		"too short": {
			inputs{"length": number(3), "minLower": number(2), "minUpper": number(2)},
			map[string]string{"length": "must be at least minLower + minUpper + minNumeric + minSpecial = 4, not 3"},
		},
		"negative": {
			inputs{"length": number(3), "minLower": number(-1)},
			map[string]string{"minLower": "must be 0 or more, not -1"},
		},
		"no class": {
			inputs{
				"length": number(3), "lower": property.New(false), "upper": property.New(false),
				"numeric": property.New(false), "special": property.New(false),
			},
			map[string]string{"special": "at least one of lower, upper, numeric and special must be true"},
		},
		"not ASCII": {
			inputs{"length": number(3), "overrideSpecial": text("é")},
			map[string]string{"overrideSpecial": "printable ASCII"},
		},
		"unknown and deprecated inputs": {
			inputs{"length": number(3), "lenght": number(3), "number": property.New(true)},
			map[string]string{"lenght": "is not supported", "number": "it knows keepers, length"},
		},
	}
	s := newProvider()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := s.Check(t.Context(), p.CheckRequest{Urn: passwordURN(), Inputs: property.NewMap(tt.in)})
			require.NoError(t, err)
			require.Len(t, got.Failures, len(tt.want))
			for _, f := range got.Failures {
				assert.Contains(t, f.Reason, tt.want[f.Property], f.Property)
				assert.NotEmpty(t, tt.want[f.Property], f.Property)
			}
		})
	}
}

func TestPasswordCheckWaitsForUnknownValues(t *testing.T) {
	got, err := newProvider().Check(t.Context(), p.CheckRequest{Urn: passwordURN(), Inputs: property.NewMap(inputs{
		"length": property.New(property.Computed),
	})})
	require.NoError(t, err)
	assert.Empty(t, got.Failures)
	assert.True(t, got.Inputs.Get("length").IsComputed())
}

func TestPasswordDiff(t *testing.T) {
	s := newProvider()
	epoch := func(v string) property.Value { return property.New(inputs{"epoch": property.New(v)}) }
	old := inputs{"length": property.New(16.0), "keepers": epoch("1")}
	state := create(t, s, passwordURN(), old).Properties
	tests := map[string]struct {
		in   inputs
		want []string
	}{
		"same":          {old, nil},
		"default given": {inputs{"length": property.New(16.0), "keepers": epoch("1"), "special": property.New(true)}, nil},
		"keeper":        {inputs{"length": property.New(16.0), "keepers": epoch("2")}, []string{"keepers"}},
		"secret keeper": {
			inputs{"length": property.New(16.0), "keepers": epoch("1").WithSecret(true)}, nil,
		},
		"no keepers": {inputs{"length": property.New(16.0)}, []string{"keepers"}},
		"unknown keeper": {
			inputs{"length": property.New(16.0), "keepers": property.New(inputs{"epoch": property.New(property.Computed)})},
			[]string{"keepers"},
		},
		"length and class": {
			inputs{"length": property.New(17.0), "keepers": epoch("1"), "lower": property.New(false)},
			[]string{"length", "lower"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := s.Diff(t.Context(), p.DiffRequest{
				ID: "none", Urn: passwordURN(),
				State: state, OldInputs: property.NewMap(old), Inputs: property.NewMap(tt.in),
			})
			require.NoError(t, err)
			assert.Equal(t, len(tt.want) > 0, got.HasChanges)
			assert.Len(t, got.DetailedDiff, len(tt.want))
			for _, name := range tt.want {
				assert.Equal(t, p.UpdateReplace, got.DetailedDiff[name].Kind, name)
			}
		})
	}
}

// State and inputs as the official plugin writes them hold a few more keys.
func TestPasswordReadsOfficialState(t *testing.T) {
	s := newProvider()
	state := create(t, s, passwordURN(), inputs{"length": property.New(16.0)}).Properties.
		Set("__meta", property.New(`{"schema_version":"3"}`))
	old := property.NewMap(inputs{
		"length":     property.New(16.0),
		"__defaults": property.New([]property.Value{}),
	})
	got, err := s.Diff(t.Context(), p.DiffRequest{
		ID: "none", Urn: passwordURN(), State: state, OldInputs: old,
		Inputs: property.NewMap(inputs{"length": property.New(16.0)}),
	})
	require.NoError(t, err)
	assert.False(t, got.HasChanges)
}

func TestPasswordRefreshKeepsTheValue(t *testing.T) {
	s := newProvider()
	in := property.NewMap(inputs{"length": property.New(16.0)})
	created := create(t, s, passwordURN(), inputs{"length": property.New(16.0)})
	read, err := s.Read(t.Context(), p.ReadRequest{
		ID: created.ID, Urn: passwordURN(), Inputs: in, Properties: created.Properties,
	})
	require.NoError(t, err)
	assert.Equal(t, created.Properties.Get("result").AsString(), read.Properties.Get("result").AsString())
	assert.True(t, read.Properties.Get("result").Secret())
}

func TestIdNotationsAgree(t *testing.T) {
	u := urn("randomId", "RandomId")
	created := create(t, newProvider(), u, inputs{
		"byteLength": property.New(8.0), "prefix": property.New("p-"),
	})
	part := func(key string) string {
		value, ok := strings.CutPrefix(created.Properties.Get(key).AsString(), "p-")
		require.True(t, ok, key)
		return value
	}
	raw, err := hex.DecodeString(part("hex"))
	require.NoError(t, err)
	assert.Len(t, raw, 8)
	assert.Equal(t, base64.StdEncoding.EncodeToString(raw), part("b64Std"))
	assert.Equal(t, base64.RawURLEncoding.EncodeToString(raw), part("b64Url"))
	assert.Equal(t, new(big.Int).SetBytes(raw).String(), part("dec"))
	assert.Equal(t, part("b64Url"), created.ID)
}

func TestIdCheck(t *testing.T) {
	got, err := newProvider().Check(t.Context(), p.CheckRequest{
		Urn: urn("randomId", "RandomId"), Inputs: property.NewMap(inputs{"byteLength": property.New(0.0)}),
	})
	require.NoError(t, err)
	require.Len(t, got.Failures, 1)
	assert.Equal(t, "must be 1 or more, not 0", got.Failures[0].Reason)
}

func TestUnservedTypeSaysWhatToDo(t *testing.T) {
	_, err := newProvider().Check(t.Context(), p.CheckRequest{Urn: urn("randomPet", "RandomPet")})
	require.ErrorContains(t, err, "does not serve random:index/randomPet:RandomPet")
	require.ErrorContains(t, err, "official random plugin")
}

func TestImportIsRefused(t *testing.T) {
	_, err := newProvider().Read(t.Context(), p.ReadRequest{ID: "none", Urn: passwordURN()})
	require.ErrorContains(t, err, "cannot import")
}

func TestProviderSettingsAreRefused(t *testing.T) {
	got, err := newProvider().CheckConfig(t.Context(), p.CheckRequest{Inputs: property.NewMap(inputs{
		"version": property.New(pluginVersion), "seed": property.New("x"),
	})})
	require.NoError(t, err)
	assert.Equal(t, []p.CheckFailure{{Property: "seed", Reason: "the random provider has no settings"}}, got.Failures)
}
