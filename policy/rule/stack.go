package rule

// Stack is all resources of a stack.
type Stack struct {
	// Name is the stack's name.
	Name      string
	Resources []Resource
	// Memory spares rules what others have found out; nil is none.
	Memory *Memory
}

// Objects are the Kubernetes objects of a group and one of its kinds.
func (s Stack) Objects(group string, kinds ...string) []Resource {
	var found []Resource
	for _, r := range s.Resources {
		if r.Is(group, kinds...) {
			found = append(found, r)
		}
	}
	return found
}

// OfType are the resources with one of the type tokens.
func (s Stack) OfType(types ...string) []Resource {
	var found []Resource
	for _, r := range s.Resources {
		for _, t := range types {
			if r.Type == t {
				found = append(found, r)
			}
		}
	}
	return found
}

// Answer is that of a question about values that may be unknown.
type Answer int

// The answers.
const (
	No Answer = iota
	Maybe
	Yes
)

// Selects says whether a label selector (matchLabels and matchExpressions)
// selects those labels. An empty selector selects everything, a missing one
// nothing.
func Selects(selector, labels Value) Answer {
	if selector.Missing() {
		return No
	}
	answer := Matches(selector.At("matchLabels"), labels)
	for _, expression := range selector.At("matchExpressions").Items() {
		answer = min(answer, meets(expression, labels))
	}
	if selector.Unknown() || selector.At("matchExpressions").Unknown() {
		answer = min(answer, Maybe)
	}
	return answer
}

// Matches says whether labels have all those of a plain selector, such as a
// Service's. A missing or empty one matches everything.
func Matches(selector, labels Value) Answer {
	answer := Yes
	if selector.Unknown() {
		answer = Maybe
	}
	for _, key := range selector.Keys() {
		answer = min(answer, same(selector.At(key), labels.At(key)))
	}
	return answer
}

func same(want, have Value) Answer {
	text, known := want.Text()
	switch {
	case want.Unknown() || have.Unknown():
		return Maybe
	case known && have.IsText(text):
		return Yes
	default:
		return No
	}
}

func meets(expression, labels Value) Answer {
	key, known := expression.At("key").Text()
	operator, given := expression.At("operator").Text()
	values := expression.At("values")
	if !known || !given || !values.Settled() || labels.At(key).Unknown() {
		return Maybe
	}
	label := labels.At(key)
	in := label.IsText(values.Texts()...)
	holds := map[string]bool{
		"In": in, "NotIn": !in, "Exists": !label.Missing(), "DoesNotExist": label.Missing(),
	}[operator]
	if holds {
		return Yes
	}
	return No
}
