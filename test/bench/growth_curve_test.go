package bench

import (
	"fmt"
	"slices"
)

// growthBase is the number of workloads that the others are compared with. A
// single one costs little more than the start of the engine and the provider.
const growthBase = 10

// growthPoint is a value that was measured in a step.
type growthPoint struct {
	growthStep

	value float64
}

func (p growthPoint) perResource() float64 { return p.value / float64(p.resources) }

// growthCurve is one quantity in all steps.
type growthCurve []growthPoint

// further is what each resource costs that a step has more than the one before.
func (c growthCurve) further(i int) float64 {
	return (c[i].value - c[i-1].value) / float64(c[i].resources-c[i-1].resources)
}

// growth is the ratio of what each further resource costs in the last step to
// what it costs in the one before; 1 when the curve is a straight line.
func (c growthCurve) growth() float64 {
	last := len(c) - 1
	return c.further(last) / c.further(last-1)
}

// table has a row for each step; own are the columns of this quantity, and unit
// is that of the values.
func (c growthCurve) table(unit string, own []string, cells func(growthStep) []string) [][]string {
	rows := [][]string{slices.Concat([]string{"workloads", "resources"}, own,
		[]string{unit + " per resource", "ratio", unit + " each further"})}
	base := c[slices.IndexFunc(c, func(p growthPoint) bool { return p.workloads == growthBase })]
	for i, p := range c {
		further := ""
		if i > 0 {
			further = fmt.Sprintf("%.2f", c.further(i))
		}
		rows = append(rows, slices.Concat([]string{fmt.Sprint(p.workloads), fmt.Sprint(p.resources)}, cells(p.growthStep),
			[]string{fmt.Sprintf("%.2f", p.perResource()), fmt.Sprintf("%.2f", p.perResource()/base.perResource()), further}))
	}
	return rows
}
