package service

import "slices"

// ShortOrder returns an order of places in which the way through all of them is short: never longer
// than in the order given, the same for the same places, and one that no reversal of a part makes
// shorter (unless that took more than maxPasses). It is not always the shortest, which would take
// time exponential in their number. keepEnds leaves the first and the last place where they are.
//
// It improves the given order and the nearest-neighbour ones by 2-opt moves and takes the best.
func ShortOrder(places []Place, keepEnds bool) []int {
	d := distances(places)
	planned := make([]int, len(places))
	for i := range planned {
		planned[i] = i
	}
	best := slices.Clone(planned)
	d.improve(best, keepEnds)
	if len(places) <= 3 {
		return best // 2-opt has seen them all
	}
	candidate := d.nearestNeighbour(0, keepEnds)
	if !keepEnds {
		for start := 1; start < len(places); start++ {
			if other := d.nearestNeighbour(start, false); d.length(other) < d.length(candidate) {
				candidate = other
			}
		}
	}
	d.improve(candidate, keepEnds)
	if d.length(candidate) < d.length(best) {
		return candidate
	}
	return best
}

// distanceTable has the metres between each two places.
type distanceTable [][]int64

func distances(places []Place) distanceTable {
	table := make(distanceTable, len(places))
	for i := range places {
		table[i] = make([]int64, len(places))
		for j := range i {
			table[i][j] = places[i].MetresTo(places[j])
			table[j][i] = table[i][j]
		}
	}
	return table
}

func (d distanceTable) length(order []int) (sum int64) {
	for i := 1; i < len(order); i++ {
		sum += d[order[i-1]][order[i]]
	}
	return sum
}

// nearestNeighbour goes from start to the nearest place that is left, always; of equally near ones
// to the first. With keepEnds it goes to the last place last.
func (d distanceTable) nearestNeighbour(start int, keepEnds bool) []int {
	order := []int{start}
	last := len(d) - 1
	left := make([]bool, len(d))
	for i := range left {
		left[i] = i != start && (!keepEnds || i != last)
	}
	for here := start; ; {
		next := -1
		for i, is := range left {
			if is && (next < 0 || d[here][i] < d[here][next]) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		left[next] = false
		order = append(order, next)
		here = next
	}
	if keepEnds {
		order = append(order, last)
	}
	return order
}

// maxPasses bounds the time of improve. A few passes are usual.
const maxPasses = 100

// improve makes 2-opt moves: it reverses parts of order as long as that makes the way shorter.
func (d distanceTable) improve(order []int, keepEnds bool) {
	from, to := 0, len(order)-1
	if keepEnds {
		from, to = 1, len(order)-2
	}
	for range maxPasses {
		improved := false
		for i := from; i < to; i++ {
			for j := i + 1; j <= to; j++ {
				if d.gain(order, i, j) > 0 {
					slices.Reverse(order[i : j+1])
					improved = true
				}
			}
		}
		if !improved {
			return
		}
	}
}

// gain is how many metres shorter the way is with the part from i to j reversed. An end of the way
// has nothing beyond it.
func (d distanceTable) gain(order []int, i, j int) (metres int64) {
	if i > 0 {
		metres += d[order[i-1]][order[i]] - d[order[i-1]][order[j]]
	}
	if j < len(order)-1 {
		metres += d[order[j]][order[j+1]] - d[order[i]][order[j+1]]
	}
	return metres
}
