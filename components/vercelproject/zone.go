package vercelproject

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumiverse/pulumi-vercel/sdk/go/vercel"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

// minTTL is the provider's limit, in seconds.
const minTTL = 60

// record is one DNS record. Name is relative to the zone; the zone's own is "".
type record struct {
	name, kind, value string
}

func (z Zone) validate(domains []Domain) error {
	if z.Name == "" {
		if len(z.IPv4)+len(z.IPv6) > 0 || z.CNAME != "" || z.TTLSeconds != 0 {
			return fault.Missing("Name", "the zone that the records belong to")
		}
		return nil
	}
	faults := []error{
		checkDomain("Name", z.Name),
		checkDomain("CNAME", z.CNAME),
		checkAddresses("IPv4", z.IPv4, netip.Addr.Is4),
		checkAddresses("IPv6", z.IPv6, netip.Addr.Is6),
	}
	if z.TTLSeconds < minTTL || z.TTLSeconds > math.MaxInt32 {
		faults = append(faults, fault.Of("TTLSeconds", z.TTLSeconds, fmt.Sprintf("%d or more", minTTL)))
	}
	for _, domain := range domains {
		if _, inside := z.relative(domain.Name); !inside {
			faults = append(faults, fault.Of("Name", z.Name, "a zone that has "+domain.Name+", one of the Domains"))
		}
	}
	return errors.Join(faults...)
}

// checkAddresses refuses what cannot be a public web server.
func checkAddresses(key string, addresses []string, family func(netip.Addr) bool) error {
	var faults []error
	seen := map[netip.Addr]bool{}
	for i, text := range addresses {
		key := fmt.Sprintf("%s[%d]", key, i)
		address, err := netip.ParseAddr(text)
		switch {
		case err != nil || !family(address) || address.Zone() != "":
			faults = append(faults, fault.Of(key, text, "an address of that family"))
		case !address.IsGlobalUnicast() || address.IsPrivate():
			faults = append(faults, fault.Of(key, text, "a public address"))
		case seen[address]:
			faults = append(faults, fault.Of(key, text, "each address once"))
		}
		seen[address] = true
	}
	return errors.Join(faults...)
}

// relative returns a name without the zone, and whether it is in the zone.
func (z Zone) relative(name string) (string, bool) {
	if name == z.Name {
		return "", true
	}
	return strings.CutSuffix(name, "."+z.Name)
}

// records are the ones of the deployment guide: addresses for the zone's own
// name, which cannot have a CNAME, and a CNAME for every name below it.
func (z Zone) records(domains []Domain) []record {
	if z.Name == "" {
		return nil
	}
	var out []record
	for _, domain := range domains {
		name, _ := z.relative(domain.Name)
		if name != "" {
			out = append(out, record{name, "CNAME", z.CNAME + "."})
			continue
		}
		for _, address := range z.IPv4 {
			out = append(out, record{"", "A", address})
		}
		for _, address := range z.IPv6 {
			out = append(out, record{"", "AAAA", address})
		}
	}
	return out
}

func newRecords(ctx *pulumi.Context, o owner, args Args) error {
	count := map[string]int{}
	for _, one := range args.Zone.records(args.Domains) {
		label := one.name
		if label == "" {
			label = "apex"
		}
		name := fmt.Sprintf("%s-dns-%s-%s", o.logical, label, strings.ToLower(one.kind))
		if count[name]++; count[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, count[name])
		}
		_, err := vercel.NewDnsRecord(ctx, name, &vercel.DnsRecordArgs{
			TeamId:  o.team,
			Domain:  pulumi.String(args.Zone.Name),
			Name:    pulumi.String(one.name),
			Type:    pulumi.String(one.kind),
			Value:   pulumi.String(one.value),
			Ttl:     pulumi.Int(args.Zone.TTLSeconds),
			Comment: pulumi.String("Frontend at Vercel, managed by Pulumi"),
		}, o.parent())
		if err != nil {
			return err
		}
	}
	return nil
}
