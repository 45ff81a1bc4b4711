package service

// Features are the switches of things that not every environment has yet. All are off unless
// switched on.
type Features struct {
	NewSearch         bool // FEATURE_NEW_SEARCH
	PricePrediction   bool // FEATURE_PRICE_PREDICTION
	AlternativeRoutes bool // FEATURE_ALTERNATIVE_ROUTES
}

// Named returns each switch under the name that the release strategy gives it.
func (f Features) Named() map[string]bool {
	return map[string]bool{
		"enable_new_search_algorithm": f.NewSearch,
		"enable_price_prediction":     f.PricePrediction,
		"enable_alternative_routes":   f.AlternativeRoutes,
	}
}
