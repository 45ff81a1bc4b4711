package infra

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"

	"github.com/tripsage/infrastructure/components/dragonfly"
)

// Dragonfly exits when it has less memory than this for each thread.
const minMiBPerThread = 256

func (c Cache) validate(fs *faults) {
	threadsOK := fs.between("cache.threads", c.Threads, 1, 64)
	memoryOK := fs.between("cache.maxMemoryMiB", c.MaxMemoryMiB, minMiBPerThread, 1<<20)
	limitOK := fs.between("cache.memoryLimitMiB", c.MemoryLimitMiB, minMiBPerThread, 1<<21)
	if need := c.Threads * minMiBPerThread; threadsOK && memoryOK && c.MaxMemoryMiB < need {
		fs.add("cache.maxMemoryMiB", c.MaxMemoryMiB,
			fmt.Sprintf("at least %d for each of the %d threads = %d", minMiBPerThread, c.Threads, need),
			"raise maxMemoryMiB or lower threads: Dragonfly refuses to start otherwise", "cache.threads")
	}
	// A quarter more than the data: buffers, fragmentation, the program itself.
	if need := c.MaxMemoryMiB + c.MaxMemoryMiB/4; memoryOK && limitOK && c.MemoryLimitMiB < need {
		fs.add("cache.memoryLimitMiB", c.MemoryLimitMiB,
			fmt.Sprintf("at least a quarter more than maxMemoryMiB = %d", need),
			"raise memoryLimitMiB or lower maxMemoryMiB, or Kubernetes kills a full cache", "cache.maxMemoryMiB")
	}
	if c.Replicated != nil {
		c.Replicated.validate(fs)
	}
	millis, ok := cpuMillis(c.CPURequest)
	switch {
	case !ok:
		fs.add("cache.cpuRequest", c.CPURequest, wantCPU, fixCPU)
	case threadsOK && millis > c.Threads*1000:
		fs.add("cache.cpuRequest", c.CPURequest, fmt.Sprintf("at most one processor for each of the %d threads", c.Threads),
			"lower cpuRequest or raise threads", "cache.threads")
	}
}

func (r ReplicatedCache) validate(fs *faults) {
	fs.between("cache.replicated.replicas", r.Replicas, 2, 10)
	fs.like("cache.replicated.tlsSecret", r.TLSSecret, formObject)
	if dragonfly.ValidateStorageURL(r.Snapshot.URL) != nil {
		fs.add("cache.replicated.snapshot.url", r.Snapshot.URL, "s3://<bucket> with an optional path and no slash at the end",
			"name the bucket that the cache's pods may write to")
	}
	if dragonfly.ValidateSchedule(r.Snapshot.Cron) != nil {
		fs.add("cache.replicated.snapshot.cron", r.Snapshot.Cron, "five fields of cron such as */30 * * * *",
			"write minute, hour, day, month and weekday, in numbers")
	}
	fs.like("cache.replicated.snapshot.region", r.Snapshot.Region, form{`^[a-z]+(-[a-z]+)+-[0-9]+$`,
		"a region such as eu-central-1", "name the bucket's region"})
	fs.like("cache.replicated.snapshot.roleARN", r.Snapshot.RoleARN, form{`^arn:aws[-a-z]*:iam::[0-9]{12}:role/[-+=,.@_/A-Za-z0-9]+$`,
		"arn:aws:iam::<account>:role/<name>", "copy the role's ARN; it needs to read and write the folder"})
	if len(r.Snapshot.CIDRs) == 0 {
		fs.add("cache.replicated.snapshot.cidrs", r.Snapshot.CIDRs, "at least one address range", "list where the storage is, or 0.0.0.0/0")
	}
	for _, text := range r.Snapshot.CIDRs {
		if prefix, err := netip.ParsePrefix(text); err != nil || prefix != prefix.Masked() {
			fs.add("cache.replicated.snapshot.cidrs", text, "an address range such as 10.0.0.0/8, without host bits", "write the first address of the range and its length")
		}
	}
}

func (d Database) validate(fs *faults) {
	fs.oneOf("database.mode", d.Mode, DatabaseEmbedded, DatabaseExternal)
	switch d.Mode {
	case DatabaseEmbedded:
		fs.between("database.storageGiB", d.StorageGiB, 1, 1023)
		fs.between("database.maxConnections", d.MaxConnections, 10, 1000)
		d.Resources.validate(fs, "database.resources")
		for _, one := range d.urls() {
			if one.url.IsSet() {
				fs.add(one.path, one.url, "no value: the embedded database has URLs of its own",
					"remove it or set database.mode to external", "database.mode")
			}
		}
	case DatabaseExternal:
		d.validateExternal(fs)
	}
}

func (d Database) validateExternal(fs *faults) {
	for _, one := range d.urls() {
		if _, err := databasePort(one.url); err != nil && (one.required || one.url.IsSet()) {
			fs.add(one.path, one.url, "postgres://user:password@host:5432/database",
				"set it with `pulumi config set --path --secret "+one.path+"`, which asks for the value",
				"database.mode")
		}
	}
	listens := d.DirectURL
	if !listens.IsSet() {
		listens = d.URL
	}
	if port, err := databasePort(listens); err == nil && port == transactionPort {
		fs.add("database.directURL", d.DirectURL, "a URL past the pooler: in transaction mode (port 6543) it delivers no changes to websockets",
			"set it to the direct connection or to the pooler's session mode, both on port 5432", "database.url")
	}
	const only, fix = "no value: only the embedded database uses it", "remove it or set database.mode to embedded"
	for _, unused := range []struct {
		name  string
		value any
	}{
		{"storageGiB", d.StorageGiB},
		{"maxConnections", d.MaxConnections},
		{"resources.cpuRequest", d.Resources.CPURequest},
		{"resources.cpuLimit", d.Resources.CPULimit},
		{"resources.memoryRequest", d.Resources.MemoryRequest},
		{"resources.memoryLimit", d.Resources.MemoryLimit},
	} {
		if unused.value != 0 && unused.value != "" {
			fs.add("database."+unused.name, unused.value, only, fix, "database.mode")
		}
	}
}

// databaseURL is one of the ways to the external database.
type databaseURL struct {
	path     string
	url      Secret
	required bool
}

func (d Database) urls() []databaseURL {
	return []databaseURL{
		{"database.url", d.URL, true}, {"database.migrationURL", d.MigrationURL, true}, {"database.directURL", d.DirectURL, false},
	}
}

// databasePort gives the port of an external database. Its errors tell nothing
// about the URL: it holds a password.
func databasePort(secret Secret) (port int, err error) {
	unusable := errors.New("not the URL of a Postgres with user and password")
	u, err := url.Parse(secret.Reveal())
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || u.Hostname() == "" {
		return 0, unusable
	}
	if _, hasPassword := u.User.Password(); !hasPassword {
		return 0, unusable
	}
	if u.Port() == "" {
		return postgresPort, nil
	}
	port, err = strconv.Atoi(u.Port())
	if err != nil || port < 1 || port > 65535 {
		return 0, unusable
	}
	return port, nil
}

// transactionPort is where Supabase's pooler works in transaction mode.
const transactionPort = 6543

// postgresPort is where a Postgres listens if its URL names no port.
const postgresPort = 5432
