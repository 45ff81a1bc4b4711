package release_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/cmd/tripsage/release"
)

// image is one whose digest is the letter, many times.
func image(letter string) release.Image {
	return release.Image("registry.io/api@sha256:" + strings.Repeat(letter, 64))
}

// world is a platform in memory. What is in fails fails, each time; a failure
// of "update x" is one of an update that leads users to x.
type world struct {
	live    release.Live
	kind    release.Kind
	history release.History
	fails   map[string]bool
	onStep  func(string)
	did     []string
}

func letter(i release.Image) string {
	if i == "" {
		return "-"
	}
	return i.Digest()[len("sha256:") : len("sha256:")+1]
}

func (w *world) step(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	w.did = append(w.did, text)
	if w.onStep != nil {
		w.onStep(text)
	}
	if w.fails[text] {
		return errors.New(text + " failed")
	}
	return nil
}

func (w *world) Live(context.Context) (release.Live, error) {
	if w.fails["live"] {
		return release.Live{}, errors.New("no cluster")
	}
	return w.live, nil
}
func (w *world) Find(_ context.Context, i release.Image) error { return w.step("find %s", letter(i)) }
func (w *world) Fits(_ context.Context, i release.Image) error { return w.step("fits %s", letter(i)) }

func (w *world) Preview(_ context.Context, v release.Versions) error {
	return w.step("preview %s", describe(v))
}

func (w *world) Update(_ context.Context, v release.Versions) error {
	if err := w.step("update %s", describe(v)); err != nil {
		return err
	}
	if w.kind == release.BlueGreen {
		if v.Active == "" {
			v.Active = "blue" // as in the stack's file
		}
		w.live = release.Live{Image: v.API, Active: v.Active, Idle: v.Idle}
	} else {
		w.live = release.Live{Image: v.API}
	}
	return nil
}

func (w *world) Restore(ctx context.Context, v release.Versions) error {
	if err := w.step("restore"); err != nil {
		return err
	}
	return w.Update(ctx, v)
}

func (w *world) Promoted(_ context.Context, i release.Image) error {
	return w.step("promoted %s", letter(i))
}

func (w *world) Verify(_ context.Context, g release.Goal) error {
	return w.step("verify %s", strings.TrimSpace(letter(g.Image)+" "+g.Track))
}

func (w *world) History(context.Context) (release.History, error) { return w.history, nil }

func (w *world) Record(_ context.Context, h release.History) error {
	if w.fails["record"] {
		return errors.New("no permission")
	}
	w.history = h
	return nil
}

func describe(v release.Versions) string {
	if v.Active == "" && v.Idle == "" {
		return letter(v.API)
	}
	return fmt.Sprintf("%s on %s, idle %s", letter(v.API), v.Active, letter(v.Idle))
}

func (w *world) words() string {
	var words []string
	for _, e := range w.history {
		words = append(words, letter(e.Image)+" "+string(e.Word))
	}
	return strings.Join(words, ", ")
}

func past(words ...string) release.History {
	var h release.History
	slices.Reverse(words)
	for n, word := range words {
		letter, is, _ := strings.Cut(word, " ")
		h = h.With(image(letter), release.Word(is), time.Unix(int64(n), 0))
	}
	return h
}

// What happens, what is done about it, and the exit code.
func TestDeploy(t *testing.T) {
	green := release.Live{Image: image("b"), Active: "green", Idle: image("a")}
	for name, row := range map[string]struct {
		kind    release.Kind
		live    release.Live
		history release.History
		fails   string // comma-separated
		did     string // without find and preview; | between
		outcome release.Outcome
		now     string
		words   string
		says    string
	}{
		"first release": {kind: release.Rolling, did: "update c|verify c", outcome: release.Done, now: "c", words: "c good"},
		"first release is bad": {
			kind: release.Rolling, fails: "verify c", did: "update c|verify c",
			outcome: release.Stuck, now: "-", words: "c trying", says: "there is no release before",
		},
		"image cannot be found": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, fails: "find c",
			outcome: release.Refused, now: "b", says: "find c failed",
		},
		"policy says no": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, fails: "preview c",
			outcome: release.Refused, now: "b", says: "preview c failed",
		},
		"cluster cannot be read": {kind: release.Rolling, fails: "live", outcome: release.Refused, now: "-", says: "no cluster"},
		"record cannot be written": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, fails: "record",
			outcome: release.Refused, now: "b", says: "no permission",
		},
		"good": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, did: "update c|verify c",
			outcome: release.Done, now: "c", words: "c good, b found",
		},
		"roll-out fails": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, history: past("b good", "a good"), fails: "update c",
			did: "update c|restore|update b|verify b", outcome: release.RolledBack, now: "b", words: "b good, c bad, a good", says: "update c failed",
		},
		"smoke fails": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, fails: "verify c",
			did: "update c|verify c|restore|update b|verify b", outcome: release.RolledBack, now: "b", words: "b found, c bad", says: "verify c failed",
		},
		"smoke fails, and the way back too": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, fails: "verify c,update b",
			did: "update c|verify c|restore|update b", outcome: release.Stuck, now: "-", words: "b found, c trying",
			says: "verify c failed\nand the way back failed: put bbbbbbbbbbbb back: update b failed",
		},
		"smoke fails, and what comes back is not good": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, fails: "verify c,verify b",
			did: "update c|verify c|restore|update b|verify b", outcome: release.Stuck, now: "-", words: "b found, c trying", says: "bbbbbbbbbbbb serves again, but: verify b failed",
		},
		"the same again": {
			kind: release.Rolling, live: release.Live{Image: image("c")}, history: past("c good"),
			did: "update c|verify c", outcome: release.Done, now: "c", words: "c good",
		},
		"the same again, and now it is bad": {
			kind: release.Rolling, live: release.Live{Image: image("c")}, history: past("c good", "a good"), fails: "verify c",
			did: "update c|verify c", outcome: release.Stuck, now: "-", says: "the same image served before", words: "c trying, a good",
		},
		"after a deployment that was killed": {
			kind: release.Rolling, live: release.Live{Image: image("b")}, history: past("b trying", "a good"), fails: "verify c",
			did: "update c|verify c|restore|update a|verify a", outcome: release.RolledBack, now: "a", words: "a good, c bad, b trying",
		},
		"canary by hand": {kind: release.Canary, live: release.Live{Image: image("b")}, outcome: release.Refused, now: "-", says: "release.canary"},
		"flagger": {
			kind: release.Flagger, live: release.Live{Image: image("b")}, did: "update c|promoted c|verify c",
			outcome: release.Done, now: "c", words: "c good, b found",
		},
		"flagger takes it back": {
			kind: release.Flagger, live: release.Live{Image: image("b")}, fails: "promoted c",
			did:     "update c|promoted c|restore|update b|promoted b|verify b",
			outcome: release.RolledBack, now: "b", words: "b found, c bad",
		},
		"blue/green, first": {kind: release.BlueGreen, did: "update c on , idle c|verify c", outcome: release.Done, now: "c", words: "c good"},
		"blue/green": {
			kind: release.BlueGreen, live: green,
			did:     "update b on green, idle c|verify c blue|update c on blue, idle b|verify c",
			outcome: release.Done, now: "c", words: "c good, b found",
		},
		"blue/green, bad before the switch": {
			kind: release.BlueGreen, live: green, fails: "verify c blue",
			did:     "update b on green, idle c|verify c blue|restore|update b on green, idle a|verify b",
			outcome: release.RolledBack, now: "b", words: "b found, c bad",
		},
		"blue/green, bad after the switch": {
			kind: release.BlueGreen, live: green, fails: "verify c",
			did:     "update b on green, idle c|verify c blue|update c on blue, idle b|verify c|restore|update b on green, idle c|verify b",
			outcome: release.RolledBack, now: "b", words: "b found, c bad",
		},
		"blue/green, the same again": {
			kind: release.BlueGreen, live: green, history: past("b good"), fails: "find c",
			outcome: release.Refused, now: "b", says: "find c failed", words: "b good",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{live: row.live, kind: row.kind, history: row.history, fails: map[string]bool{}}
			for _, fault := range strings.Split(row.fails, ",") {
				w.fails[fault] = true
			}
			result := release.Deploy(t.Context(), w, row.kind, image("c"))
			assert.Equal(t, row.outcome, result.Outcome, "%v", result.Err)
			assert.Equal(t, row.now, letter(result.Now))
			assert.Equal(t, row.words, w.words())
			did := slices.DeleteFunc(slices.Clone(w.did), func(s string) bool {
				return strings.HasPrefix(s, "find") || strings.HasPrefix(s, "preview")
			})
			assert.Equal(t, row.did, strings.Join(did, "|"))
			if row.outcome == release.Done {
				require.NoError(t, result.Err)
				return
			}
			require.ErrorContains(t, result.Err, row.says)
			if row.now != "-" && row.live.Image != "" {
				assert.Equal(t, row.now, letter(w.live.Image), "what is reported serves")
			}
		})
	}
}

func TestDeployOfWhatServesOnABlueGreenStackMovesNobody(t *testing.T) {
	w := &world{live: release.Live{Image: image("c"), Active: "green", Idle: image("a")}, kind: release.BlueGreen}
	result := release.Deploy(t.Context(), w, release.BlueGreen, image("c"))
	require.NoError(t, result.Err)
	assert.Equal(t, []string{"find c", "preview c on green, idle a", "update c on green, idle a", "verify c"}, w.did)
}

// Whoever interrupts has no time for a way back.
func TestDeployIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := &world{live: release.Live{Image: image("b")}, kind: release.Rolling, fails: map[string]bool{"verify c": true}}
	w.onStep = func(step string) {
		if step == "verify c" {
			cancel()
		}
	}
	result := release.Deploy(ctx, w, release.Rolling, image("c"))
	assert.Equal(t, release.Stuck, result.Outcome)
	require.ErrorContains(t, result.Err, "nothing was taken back")
	assert.Equal(t, "verify c", w.did[len(w.did)-1])
	assert.Equal(t, "c trying, b found", w.words(), "the next one knows")
}

func TestRollback(t *testing.T) {
	live := release.Live{Image: image("c")}
	for name, row := range map[string]struct {
		to      release.Image
		history release.History
		fails   string
		outcome release.Outcome
		now     string
		words   string
		says    string
	}{
		"to the one before": {history: past("c good", "b good"), outcome: release.Done, now: "b", words: "b good, c withdrawn"},
		"past bad ones": {
			history: past("c good", "x bad", "w withdrawn", "a found"), outcome: release.Done, now: "a", words: "a good, c withdrawn, x bad, w withdrawn",
		},
		"of what was left behind": {history: past("c trying", "b good"), outcome: release.Done, now: "b", words: "b good, c withdrawn"},
		"to a named one":          {to: image("a"), history: past("c good", "b good"), outcome: release.Done, now: "a", words: "a good, c withdrawn, b good"},
		"to itself":               {to: image("c"), outcome: release.Refused, now: "c", says: "is what serves already"},
		"to nothing":              {history: past("c good"), outcome: release.Refused, now: "c", words: "c good", says: "name one with --to"},
		"behind a contract step": {
			history: past("c good", "b good"), fails: "fits b", outcome: release.Refused, now: "c", words: "c good, b good", says: "fits b failed",
		},
		"to one that is bad": {
			history: past("c good", "b good"), fails: "verify b", outcome: release.RolledBack, now: "c", words: "c good, b bad", says: "verify b failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{live: live, kind: release.Rolling, history: row.history, fails: map[string]bool{row.fails: true}}
			result := release.Rollback(t.Context(), w, release.Rolling, row.to)
			assert.Equal(t, row.outcome, result.Outcome, "%v", result.Err)
			assert.Equal(t, row.now, letter(result.Now))
			assert.Equal(t, row.now, letter(w.live.Image), "what is reported serves")
			assert.Equal(t, row.words, w.words())
			if row.says != "" {
				require.ErrorContains(t, result.Err, row.says)
			}
		})
	}
}

// One after the other goes further back.
func TestRollbackTwice(t *testing.T) {
	w := &world{live: release.Live{Image: image("c")}, kind: release.Rolling, history: past("c good", "b good", "a good")}
	require.Equal(t, release.Done, release.Rollback(t.Context(), w, release.Rolling, "").Outcome)
	require.Equal(t, release.Done, release.Rollback(t.Context(), w, release.Rolling, "").Outcome)
	assert.Equal(t, "a", letter(w.live.Image))
}

func TestParseImage(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0123456789abcdef", 4)
	for _, good := range []string{"ghcr.io/tripsage/tripsage-api@", "127.0.0.1:5000/api@", "ghcr.io/a/b:v1.2.3@"} {
		parsed, err := release.ParseImage(good + digest)
		require.NoError(t, err)
		assert.Equal(t, digest, parsed.Digest())
		assert.Equal(t, "0123456789ab", parsed.Short())
		assert.Equal(t, strings.TrimSuffix(good, "@"), parsed.Name())
		assert.True(t, parsed.Same("elsewhere.io/x@"+release.Image(digest)))
	}
	for _, bad := range []string{"", digest, "ghcr.io/a/b", "ghcr.io/a/b:v1", "ghcr.io/a/b@sha256:123", "A@" + digest, "a@" + digest + "0", "--flag@" + digest} {
		_, err := release.ParseImage(bad)
		require.ErrorContains(t, err, "expected registry/name@sha256:", bad)
	}
	assert.False(t, release.Image("").Same(""))
}

func TestHistoryIsBounded(t *testing.T) {
	var h release.History
	for n := range 50 {
		h = h.With(release.Image(fmt.Sprintf("a@sha256:%064d", n)), release.Good, time.Unix(int64(n), 0))
	}
	require.Len(t, h, 20)
	assert.Equal(t, release.Image(fmt.Sprintf("a@sha256:%064d", 49)), h[0].Image)
	assert.Equal(t, h, h.With("", release.Good, time.Now()), "nothing is no release")
}
