package stacks

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/tripsage/infrastructure/infra"
)

// Reference renders the table of configuration keys as Markdown.
func Reference() string {
	fields := map[string]field{}
	for _, f := range schema().all() {
		fields[f.path] = f
	}
	var text strings.Builder
	text.WriteString(referenceHead)
	for _, knob := range Knobs() {
		fmt.Fprintf(&text, "| `%s` | %s | %s | %s |\n",
			infra.Key(knob.Key), fields[knob.Key].kindInTable(), knob.defaultInTable(), knob.whyInTable())
	}
	return text.String()
}

const referenceHead = `# Configuration of a stack

Generated from the table in ` + "`stacks/defaults*.go`" + `; ` + "`go test ./stacks -update`" + ` writes it.
Set a key with ` + "`pulumi config set --path <key without tripsage:> <value>`" + ` or in ` + "`Pulumi.<stack>.yaml`" + `.
Where environments differ the defaults are given as local / staging / production; a dash means that the key must be set.

| key | type | default | what it is for |
|---|---|---|---|
`

func (f field) kindInTable() string {
	switch {
	case f.typ == secretType:
		return "secret text"
	case f.typ.Kind() == reflect.Int:
		return "number"
	case f.typ.Kind() == reflect.Bool:
		return "boolean"
	case f.isList() && f.typ.Elem().Kind() == reflect.Int:
		return "numbers"
	case f.isList():
		return "texts"
	default:
		return "text"
	}
}

func (k Knob) defaultInTable() string {
	if k.By == nil {
		return inTable(k.Default)
	}
	var each []string
	for _, environment := range infra.Environments() {
		value, differs := k.By[environment]
		if !differs {
			value = k.Default
		}
		each = append(each, inTable(value))
	}
	return strings.Join(each, " / ")
}

func (k Knob) whyInTable() string {
	if k.Mode == "" {
		return k.Why
	}
	return fmt.Sprintf("%s Only with database.mode %s.", k.Why, k.Mode)
}

func inTable(value any) string {
	if list, isList := value.([]string); isList {
		return "`[" + strings.Join(list, ", ") + "]`"
	}
	switch value {
	case nil:
		return "-"
	case "", infra.Secret{}:
		return "empty"
	case "1":
		return "`\"1\"`" // As YAML needs it: without quotes it is a number.
	default:
		return fmt.Sprintf("`%v`", value)
	}
}
