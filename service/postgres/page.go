package postgres

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/tripsage/infrastructure/service"
)

// cursor is the place of the last item of a page in its list. It is opaque to clients and grants
// nothing: the next page is asked for with the same rights as any.
type cursor[K any] struct {
	List string `json:"list"`
	Key  K      `json:"key"`
}

// after reads the page's cursor; nil asks for the first page. Faults of the page are reported
// together.
func after[K any](list string, page service.Page) (*K, error) {
	var faults service.Invalid
	if page.Limit < 1 || page.Limit > service.MaxPage {
		faults.Add("query.limit", "is "+strconv.Itoa(page.Limit), "1 to "+strconv.Itoa(service.MaxPage))
	}
	if page.After == "" {
		return nil, faults.Err()
	}
	at, err := parseCursor[K](list, page.After)
	if err != nil {
		faults.Add("query.after", "is not a place in this list", `"next" of an earlier page, unchanged`)
	}
	return &at.Key, faults.Err()
}

func parseCursor[K any](list, text string) (at cursor[K], err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return at, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&at); err != nil {
		return at, err
	}
	if at.List != list || decoder.More() {
		return at, errors.New("a cursor of another list")
	}
	return at, nil
}

// pageOf cuts what was found, one item more than the page when there is more, and names the next
// page by the key of the last item.
func pageOf[T, K any](list string, found []T, page service.Page, key func(T) K) (service.List[T], error) {
	if len(found) <= page.Limit {
		return service.List[T]{Items: found}, nil
	}
	found = found[:page.Limit]
	raw, err := json.Marshal(cursor[K]{List: list, Key: key(found[page.Limit-1])})
	if err != nil {
		return service.List[T]{}, err
	}
	return service.List[T]{Items: found, Next: base64.RawURLEncoding.EncodeToString(raw)}, nil
}
