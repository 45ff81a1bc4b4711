package embedding

// stem cuts the endings of English plurals, "-ed", "-ing" and a silent "-e" off a word in lower
// case, in place: steps 1 and 5a of M. F. Porter, "An algorithm for suffix stripping", 1980.
// Later steps join words of different meaning too often ("universe", "university"), and what they
// would join is near anyway by its n-grams. Words with other letters than a to z stay.
func stem(word []byte) []byte {
	if len(word) < 3 {
		return word
	}
	for _, c := range word {
		if c < 'a' || c > 'z' {
			return word
		}
	}
	return withoutE(withI(withoutPast(withoutPlural(word))))
}

// withoutPlural is step 1a.
func withoutPlural(w []byte) []byte {
	switch {
	case ends(w, "sses"), ends(w, "ies"):
		return w[:len(w)-2]
	case ends(w, "ss"), !ends(w, "s"):
		return w
	default:
		return w[:len(w)-1]
	}
}

// withoutPast is step 1b. The letter that "ing" or "ed" replaced or doubled is put right.
func withoutPast(w []byte) []byte {
	switch {
	case ends(w, "eed"):
		if measure(w[:len(w)-3]) > 0 {
			return w[:len(w)-1]
		}
		return w
	case ends(w, "ed") && hasVowel(w[:len(w)-2]):
		w = w[:len(w)-2]
	case ends(w, "ing") && hasVowel(w[:len(w)-3]):
		w = w[:len(w)-3]
	default:
		return w
	}
	n := len(w)
	switch {
	case ends(w, "at"), ends(w, "bl"), ends(w, "iz"):
		return append(w, 'e') // there is room: the cut ending was longer
	case n > 1 && w[n-1] == w[n-2] && !isVowel(w, n-1) && w[n-1] != 'l' && w[n-1] != 's' && w[n-1] != 'z':
		return w[:n-1]
	case measure(w) == 1 && endsShort(w):
		return append(w, 'e')
	default:
		return w
	}
}

// withI is step 1c: "party" ends as "parties" does.
func withI(w []byte) []byte {
	if n := len(w); w[n-1] == 'y' && hasVowel(w[:n-1]) {
		w[n-1] = 'i'
	}
	return w
}

// withoutE is step 5a.
func withoutE(w []byte) []byte {
	n := len(w)
	if w[n-1] != 'e' {
		return w
	}
	if m := measure(w[:n-1]); m > 1 || m == 1 && !endsShort(w[:n-1]) {
		return w[:n-1]
	}
	return w
}

func ends(w []byte, suffix string) bool {
	return len(w) >= len(suffix) && string(w[len(w)-len(suffix):]) == suffix
}

// isVowel counts a y after a consonant as one.
func isVowel(w []byte, i int) bool {
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	case 'y':
		return i > 0 && !isVowel(w, i-1)
	default:
		return false
	}
}

func hasVowel(w []byte) bool {
	for i := range w {
		if isVowel(w, i) {
			return true
		}
	}
	return false
}

// measure counts how often a consonant follows a vowel: Porter's m.
func measure(w []byte) int {
	m, after := 0, false
	for i := range w {
		vowel := isVowel(w, i)
		if after && !vowel {
			m++
		}
		after = vowel
	}
	return m
}

// endsShort says whether w ends with consonant, vowel, consonant, the last not w, x or y, as in
// "hop": Porter's *o.
func endsShort(w []byte) bool {
	n := len(w)
	return n > 2 && !isVowel(w, n-3) && isVowel(w, n-2) && !isVowel(w, n-1) &&
		w[n-1] != 'w' && w[n-1] != 'x' && w[n-1] != 'y'
}
