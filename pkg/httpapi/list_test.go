package httpapi_test

import (
	"fmt"
	"slices"
	"testing"
)

// The history pages through to its other end by next, forward and back, without a gap or a row twice.
func TestActivityPages(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	for i := range 6 {
		p.guest(host, event, fmt.Sprint("Guest ", i), 1)
	}
	pages := func(query string) (ids []float64) {
		for cursor := ""; ; {
			got := p.must(200, "GET", event+"/activity?limit=3&cursor="+cursor+query, host, nil)
			for _, item := range got.get(t, "items").([]any) {
				ids = append(ids, item.(map[string]any)["id"].(float64))
			}
			next, more := got.get(t, "next").(string)
			if !more || len(ids) > 20 {
				return ids
			}
			cursor = next
		}
	}
	back := pages("")
	if len(back) != 7 || !slices.IsSortedFunc(back, func(a, b float64) int { return int(b - a) }) {
		t.Fatalf("back: %v, want the event and 6 guests, newest first", back)
	}
	slices.Reverse(back)
	if forward := pages(fmt.Sprintf("&after=%d", int(back[0]))); !slices.Equal(forward, back[1:]) {
		t.Errorf("forward after %v: %v, want %v", back[0], forward, back[1:])
	}
	p.must(400, "GET", event+"/activity?cursor=x", host, nil)
}

// A filter that there is not finds everything or nothing, so it is refused.
func TestUnknownFilters(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	for path, want := range map[string]int{
		"/guests?status=attending": 200, "/guests?status=none&band=high": 200, "/access-logs?band=block": 200, "/guests?status=": 200,
		"/guests?status=coming": 400, "/guests?band=red": 400, "/access-logs?band=LOW": 400,
	} {
		p.must(want, "GET", event+path, host, nil)
	}
}
