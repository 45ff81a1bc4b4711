package rules

import (
	"strings"

	"github.com/tripsage/infrastructure/policy/rule"
)

func imageRegistry() rule.Rule {
	return rule.Rule{
		ID:       "image-registry",
		Title:    "Images come from registries that we trust",
		Severity: rule.High,
		Reason:   "Whoever fills a repository runs code in the cluster. Of the ones listed we know who that is.",
		Fix:      "Use an image of an allowed repository, copy the image to one, or add the repository to the parameter allowed.",
		Sources:  []string{"issue 5: images from allowed registries", "Kubernetes documentation, Images"},
		Parameters: []rule.Parameter{{
			Name:        "allowed",
			Description: "Where images may come from: registries or folders of them; each stands for all that is in it.",
			Default: []string{
				"ghcr.io/tripsage", "ghcr.io/dragonflydb", "docker.io/grafana", "quay.io/prometheus", "quay.io/prometheuscommunity",
				"registry.k8s.io/kube-state-metrics",
			},
		}},
		Check: func(c *rule.Context, r rule.Resource) {
			for _, place := range imagesOf(r) {
				reference, known := place.Text()
				if !known || reference == "" {
					continue
				}
				repository := parseImage(reference).repository
				if !isBelow(repository, c.Texts("allowed")) {
					c.Violation(r, "%s is %s; allowed are %s", place.Path(), place.Show(), strings.Join(c.Texts("allowed"), ", "))
				}
			}
		},
	}
}

func isBelow(repository string, folders []string) bool {
	for _, folder := range folders {
		if strings.HasPrefix(repository, strings.TrimSuffix(folder, "/")+"/") {
			return true
		}
	}
	return false
}
