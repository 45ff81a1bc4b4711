package toolchain

import (
	"context"
	"path/filepath"
)

// Linters are the programs that judge Kubernetes manifests, as paths.
type Linters struct {
	Kubeconform string
	KubeScore   string
	Kubeaudit   string
	// IstioAnalyze is ours, made of Istio's own validation and analysis.
	IstioAnalyze string
}

// Linters returns the programs that judge manifests.
func (b *Builder) Linters(ctx context.Context) (Linters, error) {
	var all Linters
	for _, linter := range []struct {
		into        *string
		module, pkg string
		output      string
	}{
		{&all.Kubeconform, "manifests", "github.com/yannh/kubeconform/cmd/kubeconform", "kubeconform"},
		{&all.KubeScore, "manifests", "github.com/zegl/kube-score/cmd/kube-score", "kube-score"},
		{&all.Kubeaudit, "kubeaudit", "github.com/Shopify/kubeaudit/cmd", "kubeaudit"},
		{&all.IstioAnalyze, "istio", "./cmd/analyze", "istio-analyze"},
	} {
		dir, _, err := b.ensure(ctx, build{module: linter.module, pkg: linter.pkg, output: linter.output})
		if err != nil {
			return all, err
		}
		*linter.into = filepath.Join(dir, linter.output)
	}
	return all, nil
}
