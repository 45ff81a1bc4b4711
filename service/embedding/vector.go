package embedding

import (
	"math"
	"math/bits"

	"github.com/tripsage/infrastructure/service"
)

// vector adds up features. It counts in whole numbers: their sums are the same in every order and
// on every machine, which the sums of fractions are not.
type vector [service.Dimensions]int64

// add puts a feature on one of the dimensions, for or against its direction, both by its hash. Two
// features that meet are as likely to cancel as to add up, so on average they do not disturb
// (Weinberger et al., "Feature hashing for large scale multitask learning", 2009). Dimension 0 is
// left to texts without features.
func (v *vector) add(hash uint64, weight int64) {
	hash = mixed(hash)
	dimension := 1 + (hash>>32)*(service.Dimensions-1)>>32
	if hash&1 == 0 {
		weight = -weight
	}
	v[dimension] += weight
}

// unit returns the vector with length 1. The conversions keep compilers from joining the
// multiplication and the addition into one operation, which some machines have and round
// differently.
func (v *vector) unit() service.Embedding {
	sum := 0.0
	for _, x := range v {
		sum += float64(float64(x) * float64(x))
	}
	out := make(service.Embedding, service.Dimensions)
	if sum == 0 {
		out[0] = 1
		return out
	}
	length := math.Sqrt(sum)
	for i, x := range v {
		out[i] = float32(float64(x) / length)
	}
	return out
}

// dampened is weight times 1+ln(count): a word that comes ten times says more than one that comes
// once, but not ten times as much. The logarithm is linear between powers of two.
func dampened(weight int64, count int) int64 {
	whole := bits.Len(uint(count)) - 1
	fraction := count<<8>>whole - 256
	log2 := int64(whole<<8 + fraction)
	const ln2 = 177 // times 256
	return weight * (256*256 + log2*ln2) / (256 * 256)
}

// Hashes are FNV-1a over runes instead of bytes, from a start for each kind of feature.
const (
	startWord  = 0xcbf29ce484222325
	startPair  = 0x9ae16a3b2f90404f
	startGram  = 0xc2b2ae3d27d4eb4f
	fnvPrime   = 0x100000001b3
	wordBorder = ' '
)

func hashed(hash uint64, r rune) uint64 { return (hash ^ uint64(uint32(r))) * fnvPrime }

// mixed spreads what FNV leaves in the low bits over all of them: MurmurHash3's finaliser.
func mixed(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
