package netpol_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/tripsage/infrastructure/components/internal/netpol"
)

func TestPeerIsEitherPodsOrAddresses(t *testing.T) {
	labels := map[string]string{"app": "x"}
	cidrs := []string{"192.0.2.0/24"}
	for name, tt := range map[string]struct {
		peer netpol.Peer
		ok   bool
	}{
		"pods":             {netpol.Peer{Name: "x", PodLabels: labels}, true},
		"namespace":        {netpol.Peer{Name: "x", NamespaceLabels: labels}, true},
		"both labels":      {netpol.Peer{Name: "x", PodLabels: labels, NamespaceLabels: labels}, true},
		"addresses":        {netpol.Peer{Name: "x", CIDRs: cidrs}, true},
		"nobody":           {netpol.Peer{Name: "x"}, false},
		"pods, addresses":  {netpol.Peer{Name: "x", PodLabels: labels, CIDRs: cidrs}, false},
		"except of nobody": {netpol.Peer{Name: "x", PodLabels: labels, Except: cidrs}, false},
		"bad label":        {netpol.Peer{Name: "x", PodLabels: map[string]string{"app": "-"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.ok, tt.peer.Validate() == nil, "%v", tt.peer.Validate())
		})
	}
}

// An exception is accepted exactly when it is a smaller range inside the other.
func TestExceptIsInside(t *testing.T) {
	prefix := rapid.Custom(func(t *rapid.T) netip.Prefix {
		octet := rapid.IntRange(0, 3)
		text := fmt.Sprintf("10.%d.%d.0/%d", octet.Draw(t, "b"), octet.Draw(t, "c"), rapid.IntRange(14, 24).Draw(t, "bits"))
		return netip.MustParsePrefix(text).Masked()
	})
	rapid.Check(t, func(t *rapid.T) {
		outer, hole := prefix.Draw(t, "outer"), prefix.Draw(t, "hole")
		peer := netpol.Peer{Name: "x", CIDRs: []string{outer.String()}, Except: []string{hole.String()}}
		inside := outer.Overlaps(hole) && hole.Bits() > outer.Bits()
		assert.Equal(t, inside, peer.Validate() == nil)
	})
}
