package httpapi_test

import (
	"testing"
)

// An item that can't be read is refused by itself, and the others are let in.
func TestUnreadableItemSpoilsNoOther(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	ana, ben := p.guest(host, event, "Ana", 1), p.guest(host, event, "Ben", 1)
	phone := p.phone(host, event, "Main door")
	got := p.raw("POST", api+"/door/checkins", phone, "application/json", `{"sent_at":"2026-06-12T20:00:00Z","items":[
		{"nonce":"1","guest_id":"`+ana+`","direction":"in"},
		{"nonce":"2","guest_id":"`+ana+`","direction":"in","heads":1.5},
		{"nonce":"3","guest_id":"`+ana+`","direction":"in","color":"red"},
		{"nonce":4}, 5, null, "six",
		{"nonce":"7","guest_id":"`+ben+`","direction":"in","at":"2026-06-12T20:00:00Z"}]}`)
	if got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	want := []object{
		{"nonce": "1", "outcome": "admitted"}, {"nonce": "2", "reason": "invalid"}, {"nonce": "3", "reason": "invalid"},
		{"nonce": "", "reason": "invalid"}, {"nonce": "", "reason": "invalid"}, {"nonce": "", "reason": "invalid"}, {"nonce": "", "reason": "invalid"},
		{"nonce": "7", "outcome": "admitted"},
	}
	items := got.get(t, "items").([]any)
	if len(items) != len(want) {
		t.Fatalf("%d outcomes, want %d", len(items), len(want))
	}
	for i, item := range items {
		for key, value := range want[i] {
			if item.(map[string]any)[key] != value {
				t.Errorf("item %d: %v, want %v", i, item, want[i])
			}
		}
	}
}

// What is no object, a key that is only nearly one of ours and one that stands twice are refused.
//
// ASVS 1.5.2 1.5.3
func TestStrictBodies(t *testing.T) {
	p := start(t)
	host := p.user("hanna")
	event := p.event(host, nil)
	guest := event + "/guests/" + p.guest(host, event, "Ana", 1)
	for _, body := range []string{"null", "[]", `"x"`, "1", "", `{"Name":"Eve"}`, `{"name":"Ana","NAME":"Eve"}`, `{"name":"Ana","name":"Eve"}`, `{"name":"Ana"} {}`} {
		for method, path := range map[string]string{"PATCH": guest, "POST": event + "/guests"} {
			if got := p.raw(method, path, host, "application/json", body); got.status != 400 {
				t.Errorf("%s %s: %d %s", method, body, got.status, got.body)
			}
		}
		if got := p.raw("PATCH", event, host, "application/json", body); got.status != 400 {
			t.Errorf("PATCH of the event with %s: %d %s", body, got.status, got.body)
		}
	}
	if name := p.must(200, "GET", guest, host, nil).text(t, "name"); name != "Ana" {
		t.Errorf("the guest is called %q now", name)
	}
}
