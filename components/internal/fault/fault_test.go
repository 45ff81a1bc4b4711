package fault_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tripsage/infrastructure/components/internal/fault"
)

func TestUnderNamesTheFullKeyOnEachLine(t *testing.T) {
	inner := errors.Join(fault.Of("A", 1, "2"), errors.Join(fault.Of("B", "x", "y"), nil, fault.Missing("C", "z")))
	assert.EqualError(t, fault.Under("Top.", inner), "Top.A is 1: expected 2\nTop.B is \"x\": expected y\nTop.C is missing: expected z")
	assert.NoError(t, fault.Under("Top.", errors.Join(nil, nil)))
	cause := errors.New("cause")
	assert.ErrorIs(t, fault.Under("Top.", cause), cause)
}
