package toolchain

import "context"

const (
	githubVersion = "6.7.0"
	vercelVersion = "1.15.0"
)

// Providers returns the plugins for what is outside of any cluster, GitHub and
// Vercel, as Engine.Plugins has them. They are a matter of their own because a
// stack without such resources, as the local one, needs no time to build them.
func (b *Builder) Providers(ctx context.Context) (plugins map[string]string, cached bool, err error) {
	plugins, cached = map[string]string{}, true
	github, vercel := "resource-github-v"+githubVersion, "resource-vercel-v"+vercelVersion
	for plugin, how := range map[string]build{
		github: {module: "providers", pkg: "./cmd/pulumi-resource-github", output: "pulumi-resource-github"},
		vercel: {module: "providers", pkg: "./cmd/pulumi-resource-vercel", output: "pulumi-resource-vercel"},
	} {
		// The official Vercel plugin panics after it has made a FirewallConfig or
		// a ProjectDeploymentRetention, see pulumiverse/pulumi-vercel issue 265.
		if dir, ok := installedPlugin(plugin); ok && plugin == github {
			plugins[plugin] = dir
			continue
		}
		dir, found, err := b.ensure(ctx, how)
		if err != nil {
			return nil, false, err
		}
		plugins[plugin] = dir
		cached = cached && found
	}
	return plugins, cached, nil
}
