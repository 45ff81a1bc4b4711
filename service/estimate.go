package service

// Amount is money of one currency.
type Amount struct {
	Currency string `json:"currency"`
	Cents    int64  `json:"cents"`
	// Low and High are the range that a prediction has, and nil without one.
	Low  *int64 `json:"low_cents,omitempty"`
	High *int64 `json:"high_cents,omitempty"`
}

// How an estimate is made.
const (
	EstimateAverage  = "average"  // the destination's yearly average, each day
	EstimateSeasonal = "seasonal" // each day at the price of its month (enable_price_prediction)
)

// Estimate is what a trip may cost.
type Estimate struct {
	Method string `json:"method"`
	Days   int    `json:"days"` // both ends included
	// Destination is the place of the catalogue whose prices were taken, nil when none has the
	// name of the trip's destination.
	Destination *EstimatePlace `json:"destination"`
	// Living is what the days cost there: a bed, meals, getting about. nil without a Destination.
	Living *Amount `json:"living"`
	// Items is the sum of what the itinerary's items cost, in the trip's currency.
	Items Amount `json:"items"`
	// Total is both together. It is nil without Living, and when the currencies are not the same:
	// this service knows no exchange rates.
	Total *Amount `json:"total"`
}

// EstimatePlace names a destination.
type EstimatePlace struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country"`
}

// CatalogueCurrency is that of Destination.DailyCostCents.
const CatalogueCurrency = "EUR"

// spread is how far travellers of one month differ, in percent of its price.
const spread = 10

// NewEstimate adds up a trip. place may be nil. With the daily average c of the place, the factor
// f(m) of month m in percent (Season; 100 where it is not known), and n(m) the days of the trip in
// month m:
//
//	average:  Σ n(m) · c
//	seasonal: Σ n(m) · c · f(m) / 100
//	low:      Σ n(m) · c · min(f(m-1), f(m), f(m+1)) / 100 · (100 - spread) / 100
//	high:     Σ n(m) · c · max(f(m-1), f(m), f(m+1)) / 100 · (100 + spread) / 100
//
// A season may begin a month early or late, hence the months before and after. Sums are rounded to
// the nearest cent, half up, once.
func NewEstimate(trip Trip, items []Item, place *Destination, seasonal bool) Estimate {
	estimate := Estimate{
		Method: EstimateAverage, Days: trip.StartDate.DaysTo(trip.EndDate) + 1,
		Items: Amount{Currency: trip.Currency},
	}
	for _, item := range items {
		if item.CostCents != nil {
			estimate.Items.Cents += *item.CostCents
		}
	}
	if seasonal {
		estimate.Method = EstimateSeasonal
	}
	if place == nil {
		return estimate
	}
	estimate.Destination = &EstimatePlace{ID: place.ID, Name: place.Name, Country: place.Country}
	living := Amount{Currency: CatalogueCurrency, Cents: place.DailyCostCents * int64(estimate.Days)}
	if seasonal {
		living = seasonalAmount(trip, *place)
	}
	estimate.Living = &living
	if trip.Currency == living.Currency {
		total := living.plus(estimate.Items.Cents)
		estimate.Total = &total
	}
	return estimate
}

// plus adds what is certain: the range moves and stays as wide.
func (a Amount) plus(cents int64) Amount {
	sum := Amount{Currency: a.Currency, Cents: a.Cents + cents}
	if a.Low != nil && a.High != nil {
		low, high := *a.Low+cents, *a.High+cents
		sum.Low, sum.High = &low, &high
	}
	return sum
}

func seasonalAmount(trip Trip, place Destination) Amount {
	var cents, low, high int64 // sums of percents
	for month, days := range daysOfMonths(trip.StartDate, trip.EndDate) {
		before, now, after := place.factor(month+11), place.factor(month), place.factor(month+1)
		cents += days * now
		low += days * min(before, now, after)
		high += days * max(before, now, after)
	}
	at := func(sum, percent int64) int64 { return (place.DailyCostCents*sum*percent + 5000) / 10_000 }
	lowest, highest := at(low, 100-spread), at(high, 100+spread)
	return Amount{Currency: CatalogueCurrency, Cents: at(cents, 100), Low: &lowest, High: &highest}
}

// factor is the price of a month in percent; month counts from January as 0 and may pass the year.
func (d Destination) factor(month int) int64 {
	if len(d.Season) != 12 {
		return 100
	}
	return int64(d.Season[month%12])
}

// daysOfMonths counts the days from first to last, both included, by month of the year.
func daysOfMonths(first, last Date) (days [12]int64) {
	for !last.Before(first) {
		month := first.Time().Month()
		next := NewDate(first.Time().Year(), month+1, 1)
		if last.Before(next) {
			next = Date{last.Time().AddDate(0, 0, 1)}
		}
		days[month-1] += int64(first.DaysTo(next))
		first = next
	}
	return days
}
