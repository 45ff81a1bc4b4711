package rules

import (
	"regexp"

	"github.com/tripsage/infrastructure/policy/rule"
)

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$`)

func imageDigest() rule.Rule {
	return rule.Rule{
		ID:       "image-digest",
		Title:    "Images are named by digest",
		Severity: rule.High,
		Reason: "A tag can be moved: what was tested is not what the next pod pulls, and a rollback finds something else " +
			"under the old name. A digest is the content.",
		Fix: "Name the image as repository@sha256:<digest> or repository:tag@sha256:<digest>; `crane digest <image>` tells it.",
		Sources: []string{
			"kube-linter latest-tag", "kube-score container-image-tag", "issue 5: images by digest",
		},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, place := range imagesOf(r) {
				named := parseImage(place.String())
				switch {
				case place.Unknown():
				case place.Empty() || !place.IsText(place.String()):
					c.Violation(r, "%s is %s", place.Path(), place.Show())
				case !digestForm.MatchString(named.digest):
					c.Violation(r, "%s is %s, without a digest", place.Path(), place.Show())
				case named.tag == "latest":
					c.Violation(r, "%s is %s: beside the digest, latest is soon wrong", place.Path(), place.Show())
				}
			}
		},
	}
}
