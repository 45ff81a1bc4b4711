package renderer

import (
	"encoding/base64"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

const (
	secretShown = "[secret]"
	// unknownShown stands for what a provider computes.
	unknownShown = "[known after deployment]"
	// redacted stands in Secrets, whose data has to stay valid base64.
	redacted = "redacted"
)

// redact gives the properties of an object without secret and unknown values.
// In a Secret every value is secret, marked or not; its keys are not.
func redact(properties resource.PropertyMap) resource.PropertyMap {
	out := resource.PropertyMap{}
	isSecret := text(properties["apiVersion"]) == "v1" && text(properties["kind"]) == "Secret"
	for key, value := range properties {
		switch {
		case isSecret && key == "data":
			out[key] = blank(value, base64.StdEncoding.EncodeToString([]byte(redacted)))
		case isSecret && key == "stringData":
			out[key] = blank(value, redacted)
		default:
			out[key] = hide(value)
		}
	}
	return out
}

// blank keeps the keys of an object and gives each the same value.
func blank(value resource.PropertyValue, with string) resource.PropertyValue {
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !value.IsObject() {
		return hide(resource.MakeSecret(value))
	}
	out := resource.PropertyMap{}
	for key := range value.ObjectValue() {
		out[key] = resource.NewStringProperty(with)
	}
	return resource.NewObjectProperty(out)
}

// hide replaces what is marked secret or unknown, at any depth.
func hide(value resource.PropertyValue) resource.PropertyValue {
	switch {
	case value.IsSecret() || value.IsOutput() && value.OutputValue().Secret:
		return resource.NewStringProperty(secretShown)
	case value.IsComputed() || value.IsOutput():
		return resource.NewStringProperty(unknownShown)
	case value.IsArray():
		var out []resource.PropertyValue
		for _, item := range value.ArrayValue() {
			out = append(out, hide(item))
		}
		return resource.NewArrayProperty(out)
	case value.IsObject():
		out := resource.PropertyMap{}
		for key, item := range value.ObjectValue() {
			out[key] = hide(item)
		}
		return resource.NewObjectProperty(out)
	default:
		return value
	}
}
