package monitoring

import (
	"maps"
	"path"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/internal/imageref"
	"github.com/tripsage/infrastructure/components/internal/labels"
	"github.com/tripsage/infrastructure/components/internal/mesh"
	"github.com/tripsage/infrastructure/components/internal/netpol"
	"github.com/tripsage/infrastructure/components/internal/object"
	"github.com/tripsage/infrastructure/components/internal/process"
)

const (
	// pagesPort is what people look at.
	pagesPort   = "http"
	metricsPort = "metrics" // of what offers nothing else
	dataVolume  = "data"
	// tokenPath is where client libraries look for the pod's account.
	tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount" // #nosec G101 -- a folder, not a secret
	// graceSeconds is for a database to write what it has in memory.
	graceSeconds = 60
)

// program is one of the processes: all that its objects are made of.
type program struct {
	name, image string
	args        []string
	env         map[string]string
	port        object.Port
	// live and ready are paths that probes ask for; without one the port has to
	// accept.
	live, ready string
	resources   Resources
	userID      int
	secrets     []process.SecretFiles
	// configs are folders with files of a ConfigMap each.
	configs []configFolder
	// data is a folder on a volume of storageGiB, or none.
	data       string
	storageGiB int
	protect    bool
	// scratch are folders that live as long as the pod, with their limits.
	scratch map[string]string
	// kubernetes gives it a token for what permissions allow.
	permissions []permission
	from, to    []Edge
}

// configFolder is a folder with the files of a ConfigMap.
type configFolder struct {
	// suffix is of the ConfigMap's name, after the program's.
	suffix, path string
	files        map[string]string
}

func (p program) owner(c *Component, logical string, args Args) object.Owner {
	return object.Owner{
		Resource: c, Logical: logical + "-" + p.name, Namespace: args.Namespace,
		Identity: labels.Identity{Name: p.name, Instance: p.name, Component: "monitoring", Version: imageref.Version(p.image)},
	}
}

func (p program) process(args Args) process.Process {
	return process.Process{
		Name: p.name, Image: p.image, PullSecret: args.ImagePullSecret, UserID: p.userID,
		Secrets: p.secrets, SecretsPath: SecretsPath, Resources: p.resources,
	}
}

// validate reports the faults that come from the caller.
func (p program) validate(args Args) error { return p.process(args).Validate() }

func (p program) policies(ctx *pulumi.Context, o object.Owner) error {
	_, err := netpol.Allow(ctx, o, netpol.Rules{Pods: o.Identity.Selector(), From: p.from, To: p.to})
	return err
}

// template is the pod. Of the configuration it has a checksum, so that a new one
// replaces it.
func (p program) template(o object.Owner, args Args, in inputs) (*corev1.PodTemplateSpecArgs, error) {
	own := p.process(args)
	container := own.Container()
	container.Args = pulumi.ToStringArray(p.args)
	container.Env = environment(p.env)
	container.Ports = corev1.ContainerPortArray{object.ContainerPort(p.port.Name, p.port.Number)}
	live, ready := object.Check{Port: p.port.Name, Path: p.live}, object.Check{Port: p.port.Name, Path: p.ready}
	container.StartupProbe = object.Probe(live, object.StartupPace(300))
	container.LivenessProbe = object.Probe(live, object.Pace{Period: 10, Timeout: 5, Failures: 6})
	container.ReadinessProbe = object.Probe(ready, object.Pace{Period: 5, Timeout: 5, Failures: 2})
	spec := own.Pod(in.account, container)
	spec.TerminationGracePeriodSeconds = pulumi.Int(graceSeconds)
	p.mount(spec, container, in)

	checksum, err := process.Checksum(p.files())
	if err != nil {
		return nil, err
	}
	annotations := pulumi.StringMap{}
	if len(p.configs) > 0 {
		annotations["checksum/config"] = pulumi.String(checksum)
	}
	if len(p.secrets) > 0 {
		annotations[process.SecretsAnnotation] = own.SecretsChecksum()
	}
	meta := o.PodMeta(annotations)
	meta.Labels = labels.Input(o.Identity.With(mesh.Outside()))
	return &corev1.PodTemplateSpecArgs{Metadata: meta, Spec: spec}, nil
}

// files are the files of all folders.
func (p program) files() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, folder := range p.configs {
		all[folder.path] = folder.files
	}
	return all
}

// mount adds the volumes.
func (p program) mount(spec *corev1.PodSpecArgs, container *corev1.ContainerArgs, in inputs) {
	var volumes corev1.VolumeArray
	var mounts corev1.VolumeMountArray
	if spec.Volumes != nil { // the secrets
		volumes, mounts = spec.Volumes.(corev1.VolumeArray), container.VolumeMounts.(corev1.VolumeMountArray)
	}
	for i, folder := range p.configs {
		volumes = append(volumes, &corev1.VolumeArgs{
			Name: pulumi.String(folder.suffix), ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: in.configs[i]},
		})
		mounts = append(mounts, object.ReadOnlyMount(folder.suffix, folder.path))
	}
	if p.data != "" {
		volumes = append(volumes, &corev1.VolumeArgs{
			Name:                  pulumi.String(dataVolume),
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSourceArgs{ClaimName: in.claim.Elem()},
		})
		mounts = append(mounts, object.Mount(dataVolume, p.data))
	}
	for _, folder := range slices.Sorted(maps.Keys(p.scratch)) {
		name := path.Base(folder)
		volumes = append(volumes, object.ScratchVolume(name, p.scratch[folder]))
		mounts = append(mounts, object.Mount(name, folder))
	}
	if len(p.permissions) > 0 {
		volumes = append(volumes, tokenVolume())
		mounts = append(mounts, object.ReadOnlyMount("token", tokenPath))
	}
	spec.Volumes, container.VolumeMounts = volumes, mounts
}

func environment(values map[string]string) corev1.EnvVarArray {
	var list corev1.EnvVarArray
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, &corev1.EnvVarArgs{Name: pulumi.String(name), Value: pulumi.String(values[name])})
	}
	return list
}
