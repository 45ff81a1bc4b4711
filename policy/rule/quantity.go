package rule

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var quantityForm = regexp.MustCompile(`^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]+)?$`)

// Quantity reads an amount as Kubernetes writes them: "250m", "1", 2, "512Mi".
// ok is false for what is not known, and for what is no quantity.
func Quantity(v Value) (amount float64, ok bool) {
	if number, isNumber := v.Number(); isNumber {
		return number, true
	}
	text, isText := v.Text()
	parts := quantityForm.FindStringSubmatch(text)
	if !isText || parts == nil {
		return 0, false
	}
	number, unit := parts[1], parts[2]
	if strings.ContainsAny(unit, "eE") && len(unit) > 1 && unit != "Ei" { // an exponent
		number, unit = number+unit, ""
	}
	amount, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, false
	}
	switch unit {
	case "n", "u", "m":
		return amount / math.Pow(1000, float64(strings.Index("mun", unit)+1)), true
	case "":
		return amount, true
	}
	base, steps := 1000.0, strings.Index("kMGTPE", unit[:1])+1
	if strings.HasSuffix(unit, "i") {
		base, steps = 1024, strings.Index("KMGTPE", unit[:1])+1
	}
	return amount * math.Pow(base, float64(steps)), true
}

// Share reads what may be a number or a percentage of a whole, "25%", and says
// how many that is, rounded up. ok is false for what is not known, and for what
// is neither.
func Share(v Value, whole float64) (amount float64, ok bool) {
	if number, isNumber := v.Number(); isNumber {
		return number, true
	}
	text, isText := v.Text()
	digits, isShare := strings.CutSuffix(text, "%")
	percent, err := strconv.Atoi(digits)
	if !isText || !isShare || err != nil {
		return 0, false
	}
	return math.Ceil(whole * float64(percent) / 100), true
}
