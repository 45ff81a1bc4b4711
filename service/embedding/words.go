package embedding

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold appends the text to buffer as it is compared: in lower case, without accents, and with
// compatibility forms such as ligatures and full-width letters taken apart (Unicode's NFKD). What
// is not valid UTF-8 becomes a gap between words.
func fold(buffer []rune, text string) []rune {
	if isASCII(text) {
		for _, c := range []byte(text) {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			buffer = append(buffer, rune(c))
		}
		return buffer
	}
	for _, r := range norm.NFKD.String(text) {
		switch r = unicode.ToLower(r); {
		case r == utf8.RuneError:
			buffer = append(buffer, ' ')
		case unicode.Is(unicode.Inherited, r): // accents, and joiners that do not show
		default:
			buffer = appendPlain(buffer, r)
		}
	}
	return buffer
}

// appendPlain writes letters of the Latin alphabet that Unicode does not take apart as people type
// them without the right keyboard: Tromsø, Łódź, Gießen.
func appendPlain(buffer []rune, r rune) []rune {
	switch r {
	case 'ß':
		return append(buffer, 's', 's')
	case 'æ':
		return append(buffer, 'a', 'e')
	case 'œ':
		return append(buffer, 'o', 'e')
	case 'ø':
		r = 'o'
	case 'ł':
		r = 'l'
	case 'đ', 'ð':
		r = 'd'
	case 'ı':
		r = 'i'
	case 'ς':
		r = 'σ'
	}
	return append(buffer, r)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// class is what a rune does to words.
type class uint8

const (
	gap    class = iota // ends a word
	part                // is part of a word
	alone               // is a word: symbols, and letters of scripts that put no spaces between words
	joiner              // an apostrophe: "don't" is one word
)

func classOf(r rune) class {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return part
	case r == '\'', r == '’', r == 'ʼ':
		return joiner
	case r < utf8.RuneSelf:
		return gap
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar, unicode.So):
		return alone
	case unicode.In(r, unicode.Letter, unicode.Number, unicode.Mark):
		return part
	default:
		return gap
	}
}

// eachWord calls visit with the place of every word in folded text, in order. It closes the gaps that
// apostrophes leave by moving letters within their word, so the places stay good afterwards.
func eachWord(text []rune, visit func(from, to int, kind class)) {
	from, end := 0, 0 // of the word so far, which has moved to the left by the joiners in it
	flush := func() {
		if end > from {
			visit(from, end, part)
		}
	}
	for i, r := range text {
		switch kind := classOf(r); {
		case kind == part:
			text[end] = r
			end++
		case kind == joiner && end > from:
		default:
			flush()
			if kind == alone {
				visit(i, i+1, alone)
			}
			from, end = i+1, i+1
		}
	}
	flush()
}
