package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func dragonflySnapshots() rule.Rule {
	return rule.Rule{
		ID:       "dragonfly-snapshots",
		Title:    "Dragonfly takes snapshots that outlive its pods",
		Severity: rule.Medium,
		Reason:   "After the loss of all pods an empty cache sends the whole load to the database and to paid services at once.",
		Fix: "Operator: set snapshot.cron, and snapshot.dir to an object store or snapshot.persistentVolumeClaimSpec. " +
			"Container: --snapshot_cron, and --dir on a volume with a claim.",
		Sources: []string{"Dragonfly documentation, Backups", "Dragonfly Operator documentation, Snapshots"},
		Parameters: []rule.Parameter{
			{Name: "required", Default: true, Description: "Whether there have to be snapshots. Those that there are must be kept in any case."},
		},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, d := range dragonflyServers(r) {
				if d.operated {
					judgeOperatorSnapshots(c, r)
				} else {
					judgeSnapshots(c, r, d)
				}
			}
		},
	}
}

func judgeOperatorSnapshots(c *rule.Context, r rule.Resource) {
	snapshot := r.At("spec", "snapshot")
	cron, dir := snapshot.At("cron"), snapshot.At("dir")
	if cron.Empty() {
		if c.Flag("required") {
			c.Violation(r, "%s is %s", cron.Path(), cron.Show())
		}
		return
	}
	if text, ok := cron.Text(); ok && !crontab(text) {
		c.Violation(r, "%s is %s, which is no schedule", cron.Path(), cron.Show())
	}
	claim, existing := snapshot.At("persistentVolumeClaimSpec"), snapshot.At("existingPersistentVolumeClaimName")
	if !dir.Unknown() && !objectStore(dir.String()) && claim.Empty() && existing.Empty() {
		c.Violation(r, "%s is %s, and no volume has a claim: snapshots are lost with the pod", dir.Path(), dir.Show())
	}
}

func judgeSnapshots(c *rule.Context, r rule.Resource, d dragonflyServer) {
	cron, file, dir := d.flag("snapshot_cron"), d.flag("dbfilename"), d.flag("dir")
	switch {
	case cron.missing() || cron.given() && cron.text == "":
		if c.Flag("required") {
			c.Violation(r, "%s: --snapshot_cron is missing", d.name)
		}
		return
	case !cron.given():
		return
	case !crontab(cron.text):
		c.Violation(r, "%s: --snapshot_cron is %q, which is no schedule", d.name, cron.text)
	}
	if file.given() && file.text == "" {
		c.Violation(r, "%s: --dbfilename is empty, which turns snapshots off", d.name)
		return
	}
	if dir.missing() {
		dir = dragonflyFlag{"/data", rule.Yes} // where the image works
	}
	volume, known := d.volume(dir.text)
	if !dir.given() || objectStore(dir.text) || !known || !volume.At("persistentVolumeClaim").Missing() || claimed(r, d, dir.text) {
		return
	}
	c.Violation(r, "%s: snapshots go to %s, which is on no volume with a claim: they are lost with the pod", d.name, dir.text)
}

// claimed says that the folder is on one of a StatefulSet's own volumes.
func claimed(r rule.Resource, d dragonflyServer, dir string) bool {
	templates := r.At("spec", "volumeClaimTemplates")
	if templates.Unknown() {
		return true
	}
	for _, mount := range d.process.At("volumeMounts").Items() {
		for _, template := range templates.Items() {
			name, known := template.At("metadata", "name").Text()
			if !known || mount.At("name").IsText(name) && strings.HasPrefix(dir, mount.At("mountPath").String()) {
				return true
			}
		}
	}
	return false
}

func objectStore(dir string) bool {
	for _, scheme := range []string{"s3://", "gs://", "az://"} {
		if strings.HasPrefix(dir, scheme) {
			return true
		}
	}
	return false
}

// crontab says that the text has the five fields of a crontab, or six with
// seconds.
func crontab(text string) bool {
	fields := len(strings.Fields(text))
	return (fields == 5 || fields == 6) && strings.Trim(strings.ToUpper(text), "0123456789*/,-?LW# ABCDEFGHIJKMNOPRSTUVY") == ""
}
