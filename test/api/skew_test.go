package apitest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/service"
	apitoken "github.com/tripsage/infrastructure/service/token"
)

// TestClockSkew: the issuer's clock and ours may be half a minute apart, either way and no further.
func TestClockSkew(t *testing.T) {
	a, ada := start(t), someone("ada")
	for skew, good := range map[time.Duration]bool{
		20 * time.Second: true, 45 * time.Second: false, -20 * time.Second: true, -45 * time.Second: false,
	} {
		token := ada.sign(func(claims *apitoken.Claims) {
			at := time.Now().Add(skew)
			claims.Issued, claims.Expires = at, at.Add(time.Hour)
			if skew < 0 { // it ends at this moment of the issuer's
				claims.Issued, claims.Expires = at.Add(-time.Hour), at
			}
		})
		got := a.with(token).do(t, "GET", "/trips", "")
		if good {
			got.is(t, http.StatusOK)
			continue
		}
		got.fails(t, http.StatusUnauthorized, service.CodeUnauthenticated)
		assert.Contains(t, got.header.Get("Www-Authenticate"), "invalid_token")
	}
}
