package bridged

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	sdk "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shop has one resource with a list of blocks.
func shop(t *testing.T) Plugin {
	t.Helper()
	item := &schema.Resource{Schema: map[string]*schema.Schema{"max_price": {Type: schema.TypeInt, Required: true}}}
	plugin, err := New(tfbridge.ProviderInfo{
		Name: "shop", Version: "1.2.3",
		P: sdk.NewProvider(&schema.Provider{ResourcesMap: map[string]*schema.Resource{
			"shop_order_list": {Schema: map[string]*schema.Schema{
				"item": {Type: schema.TypeList, Optional: true, Elem: item},
			}},
		}}),
	})
	require.NoError(t, err)
	return plugin
}

func TestNamesAreAsInTheSDKs(t *testing.T) {
	var spec struct {
		Name      string
		Resources map[string]struct{ InputProperties map[string]any }
	}
	require.NoError(t, json.Unmarshal(shop(t).Schema, &spec))
	assert.Equal(t, "shop", spec.Name)
	require.Contains(t, spec.Resources, "shop:index/orderList:OrderList")
	assert.Contains(t, spec.Resources["shop:index/orderList:OrderList"].InputProperties, "items")
}

func TestUnknownInputsAreRefused(t *testing.T) {
	check := shop(t).Info.Resources["shop_order_list"].PreCheckCallback
	good := resource.NewPropertyMapFromMap(map[string]any{"items": []any{map[string]any{"maxPrice": 3}}})
	checked, err := check(t.Context(), good, nil)
	require.NoError(t, err)
	assert.Equal(t, good, checked)

	bad := resource.NewPropertyMapFromMap(map[string]any{
		"item": 1, "items": []any{map[string]any{"maxPrice": true, "colour": "red"}},
	})
	_, err = check(t.Context(), bad, nil)
	assert.EqualError(t, err, `an unexpected argument "item" was provided
items[0]: an unexpected argument "colour" was provided
items[0].maxPrice: expected integer type, got {true} of type bool`)
}
