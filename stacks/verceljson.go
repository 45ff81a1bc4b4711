package stacks

import "fmt"

// VercelJSON gives the content of the vercel.json that belongs to the stack's
// frontend. It needs no secrets, like Offline.
func VercelJSON(project, stack string) ([]byte, error) {
	known, err := readOffline(project, stack)
	if err != nil {
		return nil, err
	}
	if known.spec.Vercel == nil {
		return nil, fmt.Errorf("stack %q has no frontend: Pulumi.%s.yaml does not set tripsage:vercel", stack, stack)
	}
	return known.spec.VercelJSON()
}
