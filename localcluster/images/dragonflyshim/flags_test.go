package main

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func files(content map[string]string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if text, ok := content[path]; ok {
			return []byte(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
}

func TestParseTheFlagsOfTheComponent(t *testing.T) {
	got, err := parse([]string{
		"--port=6380", "--admin_port=9999", "--admin_nopass=true", "--proactor_threads=2", "--maxmemory=512mb",
		"--flagfile=/f", "--dir=/data", "--dbfilename=", "--logtostderr", "-cache_mode", "--bind", "0.0.0.0",
	}, 8, files(map[string]string{"/f": "# generated\n\n  --requirepass=a=b c# \n--maxclients=7\n"}))
	require.NoError(t, err)
	assert.Equal(t, options{
		port: 6380, adminPort: 9999, threads: 2, maxMemory: 512 << 20, dir: "/data", cacheMode: true,
		bind: "0.0.0.0", requirePass: "a=b c#", maxClients: 7, databases: 16,
	}, got)
}

func TestParseDefaultsAndNegation(t *testing.T) {
	got, err := parse([]string{"--maxmemory=1G", "--cache_mode", "--nocache_mode"}, 4, files(nil))
	require.NoError(t, err)
	assert.Equal(t, options{port: 6379, threads: 4, maxMemory: 1 << 30, maxClients: 10_000, databases: 16}, got)
}

func TestParseRefuses(t *testing.T) {
	cases := map[string]struct {
		args []string
		want []string
	}{
		"too little memory":    {[]string{"--proactor_threads=2", "--maxmemory=511mb"}, []string{"--maxmemory is 535822336 bytes", "2 threads", "536870912 bytes"}},
		"no memory":            {nil, []string{"--maxmemory is 0 bytes"}},
		"unknown, all at once": {[]string{"--cluster_mode=yes", "--port=70000"}, []string{"--cluster_mode is not a flag", "cache_mode", `--port: "70000": expected a whole number from 1 to 65535`}},
		"positional":           {[]string{"serve"}, []string{"argument 1 is not a flag"}},
		"no value":             {[]string{"--dir"}, []string{"--dir needs a value"}},
		"negated with value":   {[]string{"--nocache_mode=true"}, []string{"--nocache_mode takes no value"}},
		"negated non-boolean":  {[]string{"--noport"}, []string{"--noport is not a flag"}},
		"bad boolean":          {[]string{"--cache_mode=maybe"}, []string{`"maybe": expected true or false`}},
		"snapshot pattern":     {[]string{"--dbfilename=dump-{timestamp}"}, []string{"--dbfilename", "plain file name"}},
		"snapshot elsewhere":   {[]string{"--dbfilename=../x"}, []string{"plain file name"}},
		"other log":            {[]string{"--logtostderr=false"}, []string{"--logtostderr", "always logs"}},
		"missing file":         {[]string{"--flagfile=/none"}, []string{"--flagfile", "/none"}},
		"bad line":             {[]string{"--flagfile=/bad"}, []string{"/bad", "line 1", "--requirepas is not a flag"}},
		"file in file":         {[]string{"--flagfile=/nested"}, []string{"/nested", "--flagfile is not a flag"}},
	}
	read := files(map[string]string{"/bad": "--requirepas=topsecret\n", "/nested": "--flagfile=/nested\n"})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := parse(c.args, 1, read)
			require.Error(t, err)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
			assert.NotContains(t, err.Error(), "topsecret")
		})
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]uint64{
		"300000000": 300000000, "512mb": 512 << 20, "512MiB": 512 << 20, "2G": 2 << 30, "1.25GiB": 5 << 28, "10k": 10 << 10, "0": 0, "7b": 7,
	} {
		got, err := parseBytes(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "mb", "-1", "1x", "1e99g", "nan", "inf", "0x10", "1kk", "1mg", "1 gb"} {
		_, err := parseBytes(text)
		assert.Error(t, err, text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("--maxmemory=512mb", "--port", "--requirepass=x\n# y\n--dir=/z")
	f.Add("--nocache_mode", "-", "=")
	f.Fuzz(func(t *testing.T, one, two, file string) {
		o, err := parse([]string{one, two, "--flagfile=/f", "--maxmemory=1g"}, 1, files(map[string]string{"/f": file}))
		if err != nil {
			assert.NotEmpty(t, err.Error())
			assert.False(t, errors.Is(err, fs.ErrInvalid))
			return
		}
		require.NoError(t, o.check())
		for _, c := range o.valkeyConfig() {
			require.True(t, c == '\n' || c >= ' ' && c < 0x7f, "byte %#x in the configuration", c)
		}
	})
}
