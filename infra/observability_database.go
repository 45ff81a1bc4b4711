package infra

import (
	"fmt"
	"net"
	"net/url"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/components/monitoring"
	"github.com/tripsage/infrastructure/components/postgres"
	"github.com/tripsage/infrastructure/components/secret"
)

// addExporter reads the database's statistics, as a role that may read nothing
// else. Of an external database that role is the operator's to make.
func addExporter(ctx *pulumi.Context, spec Spec, place platform, data stores, args *monitoring.Args) error {
	if spec.Images.PostgresExporter == "" {
		return nil
	}
	login := map[string]pulumi.StringInput{
		monitoring.DatabaseUserKey:     pulumi.String(postgres.MonitorRole),
		monitoring.DatabasePasswordKey: data.monitorPassword,
		monitoring.DatabaseAddressKey:  pulumi.String(fmt.Sprintf("%s:%d/%s?sslmode=disable", postgresName, postgres.Port, databaseName)),
	}
	to := data.monitorEdges
	if spec.Database.Mode == DatabaseExternal {
		given, port, err := spec.Monitoring.login()
		if err != nil {
			return err
		}
		login, to = given, anywhere("database", port)
	}
	credentials, err := secret.New(ctx, monitoring.ExporterName, secret.Args{
		Namespace: place.namespace, Component: "monitoring", Epoch: spec.epoch(), Given: login,
	}, place.inside...)
	if err != nil {
		return err
	}
	args.Exporter = &monitoring.Exporter{Image: spec.Images.PostgresExporter, Secret: credentials.Ref(), Database: to}
	return nil
}

// login takes the URL apart, as the exporter wants it.
func (m Monitoring) login() (login map[string]pulumi.StringInput, port int, err error) {
	if port, err = databasePort(m.DatabaseURL); err != nil {
		return nil, 0, err
	}
	u, err := url.Parse(m.DatabaseURL.Reveal())
	if err != nil {
		return nil, 0, fmt.Errorf("monitoring.databaseURL: not a URL") // the error would hold it
	}
	query := u.Query()
	if !query.Has("sslmode") {
		query.Set("sslmode", "require")
	}
	password, _ := u.User.Password()
	address := net.JoinHostPort(u.Hostname(), strconv.Itoa(port)) + u.EscapedPath() + "?" + query.Encode()
	return map[string]pulumi.StringInput{
		monitoring.DatabaseUserKey:     NewSecret(u.User.Username()).input(),
		monitoring.DatabasePasswordKey: NewSecret(password).input(),
		monitoring.DatabaseAddressKey:  NewSecret(address).input(),
	}, port, nil
}

// monitorPods are the exporter's, as a client of the embedded database.
func (s Spec) monitorPods() []postgres.Peer {
	if s.Monitoring == nil {
		return nil
	}
	return []postgres.Peer{{Name: monitoring.ExporterName, PodLabels: monitoring.Selector(monitoring.ExporterName)}}
}
