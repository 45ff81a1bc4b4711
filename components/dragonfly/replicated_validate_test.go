package dragonfly

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/internal/pulumitest"
)

func TestReplicatedValidate(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/x"
	for want, change := range map[string]func(*ReplicatedArgs){
		`Name is "Cache": expected a DNS label`:                             func(a *ReplicatedArgs) { a.Name = "Cache" },
		`MaxMemoryMiB is 300: expected at least 512: 256 MiB for each of 2`: func(a *ReplicatedArgs) { a.MaxMemoryMiB = 300; a.MemoryLimitMiB = 600 },
		`MemoryLimitMiB is 500: expected at least MaxMemoryMiB (1024)`:      func(a *ReplicatedArgs) { a.MemoryLimitMiB = 500 },
		`Replicas is 1: expected 2 to 16: a master and at least one copy`:   func(a *ReplicatedArgs) { a.Replicas = 1 },
		`Replicas is -1: expected 2 to 16`:                                  func(a *ReplicatedArgs) { a.Replicas = -1 },
		`Clients is missing: expected at least one peer`:                    func(a *ReplicatedArgs) { a.Clients = nil },
		`Clients[0].Name is "operator": expected another name`:              func(a *ReplicatedArgs) { a.Clients[0].Name = "operator" },
		`Scrapers[0].Name is "replicas": expected another name`:             func(a *ReplicatedArgs) { a.Scrapers[0].Name = "replicas" },
		`Secret.Name is missing`:                                            func(a *ReplicatedArgs) { a.Secret.Name = nil; a.TLSSecret = "" },
		`OperatorNamespace is "O": expected a DNS label`:                    func(a *ReplicatedArgs) { a.OperatorNamespace = "O" },
		`TLSSecret is "T": expected a DNS label`:                            func(a *ReplicatedArgs) { a.TLSSecret = "T" },
		`ImagePullSecret is "R": expected a DNS label`:                      func(a *ReplicatedArgs) { a.ImagePullSecret = "R" },
		`Snapshot.Schedule is missing: expected a crontab`:                  func(a *ReplicatedArgs) { a.Snapshot.Schedule = "" },
		`Snapshot.Schedule is "0 * * *": expected a crontab of five fields`: func(a *ReplicatedArgs) { a.Snapshot.Schedule = "0 * * *" },
		`with a hour of 0 to 23, not "24"`:                                  func(a *ReplicatedArgs) { a.Snapshot.Schedule = "0 24 * * *" },
		`Snapshot.URL is "/data": expected s3://bucket/folder`:              func(a *ReplicatedArgs) { a.Snapshot.URL = "/data" },
		`Snapshot.URL is missing: expected s3://bucket/folder`:              func(a *ReplicatedArgs) { a.Snapshot.URL = "" },
		`Snapshot.Region is "Frankfurt": expected a region`:                 func(a *ReplicatedArgs) { a.Snapshot.Region = "Frankfurt" },
		`Snapshot.Endpoint is "https://s3": expected host or host:port`:     func(a *ReplicatedArgs) { a.Snapshot.Endpoint = "https://s3" },
		`Snapshot.CIDRs is missing: expected the address ranges`:            func(a *ReplicatedArgs) { a.Snapshot.CIDRs = nil },
		`Snapshot.CIDRs[0] is "all": expected an address range`:             func(a *ReplicatedArgs) { a.Snapshot.CIDRs = []string{"all"} },
		`Snapshot.Credentials is missing: expected a Secret`:                func(a *ReplicatedArgs) { a.Snapshot.Credentials = nil },
		`Snapshot.Credentials.Version is missing`:                           func(a *ReplicatedArgs) { a.Snapshot.Credentials.Version = nil },
		`expected to be empty, because Credentials are given`:               func(a *ReplicatedArgs) { a.Snapshot.RoleARN = role },
		`Snapshot.RoleARN is "admin": expected the ARN`:                     func(a *ReplicatedArgs) { a.Snapshot.Credentials = nil; a.Snapshot.RoleARN = "admin" },
	} {
		t.Run(want, func(t *testing.T) {
			args := fullReplicated()
			change(&args)
			err := args.withDefaults("dragonfly").Validate()
			require.ErrorContains(t, err, want)
			assert.Len(t, strings.Split(err.Error(), "\n"), 1, "one mistake, one line: %v", err)
		})
	}
	assert.NoError(t, fullReplicated().withDefaults("dragonfly").Validate())
}

func TestTLSNeedsAuthentication(t *testing.T) {
	args := fullReplicated()
	args.Secret = SecretRef{}
	assert.ErrorContains(t, args.withDefaults("x").Validate(), "Dragonfly does not start with TLS and without authentication")
}

func TestBadReplicatedArgsRegisterNothing(t *testing.T) {
	recording, err := pulumitest.Up(replicated(ReplicatedArgs{}))
	assert.ErrorContains(t, err, "replicated dragonfly dragonfly:")
	assert.Empty(t, recording.Resources)
}

// New never writes to what the caller gave.
func TestReplicatedArgsStayAsTheyAre(t *testing.T) {
	args, same := fullReplicated(), fullReplicated()
	_, err := pulumitest.Up(replicated(args))
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprint(same.Clients, same.Replicas, same.Snapshot.URL), fmt.Sprint(args.Clients, args.Replicas, args.Snapshot.URL))
	assert.Empty(t, args.Name)
	assert.Zero(t, args.MemoryLimitMiB)
}

func TestStorageURLs(t *testing.T) {
	for _, good := range []string{"s3://abc", "s3://a.b-c/x", "s3://abc/x_1/y.z"} {
		assert.NoError(t, ValidateStorageURL(good), good)
	}
	for _, bad := range []string{
		"", "s3:", "s3://", "s3://ab", "s3://abc/", "s3://abc/x/", "s3://abc//x", "s3://abc/../x", "s3://a..b", "s3://ABC",
		"s3://abc?x=1", "s3://user:secret@abc", "s3://abc:443/x", "gs://abc", "https://abc/x", "abc", "s3://abc/x y", "S3://abc",
	} {
		assert.Error(t, ValidateStorageURL(bad), bad)
	}
}

func TestEndpoints(t *testing.T) {
	for _, good := range []string{"", "minio", "s3.eu-central-1.amazonaws.com", "10.0.0.1:9000", "a.b:65535"} {
		assert.NoError(t, validateEndpoint(good), good)
	}
	for _, bad := range []string{"https://a", "a/b", "a:", "a:0", "a:65536", "a:09", ":9000", "a..b", "-a", "a b", "::1", "A"} {
		assert.Error(t, validateEndpoint(bad), bad)
	}
}

func TestSchedules(t *testing.T) {
	for _, good := range []string{"* * * * *", "0 */6 * * *", "5,35 0-6 1 1 0", "10-50/10 1-5,8 31 12 6", "0 3/2 * * *"} {
		assert.NoError(t, ValidateSchedule(good), good)
	}
	for _, bad := range []string{
		"", "@daily", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "*/0 * * * *",
		"5-1 * * * *", "1, * * * *", "a * * * *", "*  * * * *", "+1 * * * *", "01 * * * *", "*-5 * * * *", "* * * * */", " * * * * *",
	} {
		assert.Error(t, ValidateSchedule(bad), bad)
	}
}

// Whatever is made of numbers in range is accepted.
func TestSchedulesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var parts []string
		for _, field := range scheduleFields() {
			from := rapid.IntRange(field.low, field.high).Draw(t, "from")
			to := rapid.IntRange(from, field.high).Draw(t, "to")
			step := rapid.IntRange(1, field.high).Draw(t, "step")
			one := rapid.SampledFrom([]string{"*", fmt.Sprint(from), fmt.Sprintf("%d-%d", from, to),
				fmt.Sprintf("%d-%d/%d", from, to, step), fmt.Sprintf("*/%d", step), fmt.Sprintf("%d,%d", to, from)}).Draw(t, "field")
			parts = append(parts, one)
		}
		assert.NoError(t, ValidateSchedule(strings.Join(parts, " ")))
	})
}

func FuzzSchedule(f *testing.F) {
	for _, seed := range []string{"* * * * *", "*/30 * * * *", "1-2/3,4 * 5 6 0", "a b c d e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if ValidateSchedule(text) != nil {
			return
		}
		assert.Len(t, strings.Split(text, " "), 5)
		assert.Empty(t, strings.Trim(text, "0123456789*/-, "), "only what a crontab is made of")
	})
}

func FuzzStorageURL(f *testing.F) {
	for _, seed := range []string{"s3://abc/x", "s3://abc", "s3://", "s3://a@b/c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if ValidateStorageURL(text) == nil {
			assert.Regexp(t, `^s3://[a-z0-9][-a-z0-9.]+[a-z0-9](/[-_.A-Za-z0-9]+)*$`, text)
		}
	})
}
