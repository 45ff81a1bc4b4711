// Command infrastructure is the Pulumi program of TripSage. The Pulumi engine
// runs it; a person uses `pulumi up` or, on the embedded cluster, `tripsage up`.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tripsage/infrastructure/stacks"
)

func main() {
	pulumi.Run(stacks.Program)
}
