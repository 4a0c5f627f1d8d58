package flat_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/geo/flat"
)

func open(t interface {
	Helper()
	Fatal(...any)
}, spans []flat.Span) *flat.Table {
	t.Helper()
	table, err := flat.Open(flat.Encode(spans))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// slow is what Lookup must agree with.
func slow(spans []flat.Span, key uint64) (value uint32) {
	for _, s := range spans {
		if s.Start <= key {
			value = s.Value
		}
	}
	return value
}

func TestLookupAgreesWithTheSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		starts := rapid.SliceOfNDistinct(rapid.OneOf(
			rapid.Uint64(),
			rapid.Custom(func(t *rapid.T) uint64 { return uint64(rapid.Uint16().Draw(t, "low")) }),
			rapid.Custom(func(t *rapid.T) uint64 { return uint64(rapid.Uint16().Draw(t, "high")) << 40 }),
		), 0, 400, rapid.ID).Draw(t, "starts")
		slices.Sort(starts)
		most := rapid.Uint32Range(1, math.MaxUint32).Draw(t, "most")
		var spans []flat.Span
		for _, s := range starts {
			spans = append(spans, flat.Span{Start: s, Value: rapid.Uint32Range(0, most).Draw(t, "value")})
		}
		table := open(t, spans)
		for _, s := range starts {
			for _, key := range []uint64{s - 1, s, s + 1} {
				if got, want := table.Lookup(key), slow(spans, key); got != want {
					t.Fatalf("Lookup(%#x) = %d, want %d", key, got, want)
				}
			}
		}
		for _, key := range []uint64{0, math.MaxUint64} {
			if got, want := table.Lookup(key), slow(spans, key); got != want {
				t.Fatalf("Lookup(%#x) = %d, want %d", key, got, want)
			}
		}
	})
}

// More values than two bytes number are kept in the blocks themselves.
func TestManyValues(t *testing.T) {
	var spans []flat.Span
	for i := range uint64(70_000) {
		spans = append(spans, flat.Span{Start: i * 1000, Value: uint32(i + 1)})
	}
	table := open(t, spans)
	for i := range uint64(70_000) {
		if got := table.Lookup(i*1000 + 999); got != uint32(i+1) {
			t.Fatalf("Lookup(%d) = %d, want %d", i*1000+999, got, i+1)
		}
	}
}

func TestEqualNeighboursAreOneSpan(t *testing.T) {
	two := flat.Encode([]flat.Span{{Start: 1, Value: 5}, {Start: 9, Value: 5}, {Start: 12, Value: 6}})
	one := flat.Encode([]flat.Span{{Start: 1, Value: 5}, {Start: 12, Value: 6}})
	if !slices.Equal(two, one) {
		t.Error("a span that says what the one before says takes up room")
	}
}

func TestOpenRefusesTornData(t *testing.T) {
	whole := flat.Encode([]flat.Span{{Start: 10, Value: 7}, {Start: 20, Value: 0}})
	for _, n := range []int{0, 7, 63, 64, len(whole) / 2, len(whole) - 1} {
		if _, err := flat.Open(whole[:n]); err == nil {
			t.Errorf("%d of %d bytes were taken for a table", n, len(whole))
		}
	}
	if _, err := flat.Open(append(slices.Clone(whole), 0)); err == nil {
		t.Error("a byte too many was taken for a table")
	}
	if _, err := flat.Open(append([]byte("X"), whole[1:]...)); err == nil {
		t.Error("another format was taken for a table")
	}
}

func TestPlaceSurvivesPacking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := doorward.Place{
			Country: rapid.StringMatching(`([A-Z]{2})?`).Draw(t, "country"),
			Lat:     float32(rapid.Float64Range(-90, 90).Draw(t, "lat")),
			Lon:     float32(rapid.Float64Range(-180, 180).Draw(t, "lon")),
			Located: true,
		}
		value, err := flat.PackPlace(want)
		if err != nil {
			t.Fatal(err)
		}
		var got doorward.Place
		flat.UnpackPlace(value, &got)
		const half = 0.125 + 1e-4 // float32 has about five digits after the point here
		if got.Country != want.Country || !got.Located ||
			math.Abs(float64(got.Lat-want.Lat)) > half || math.Abs(float64(got.Lon-want.Lon)) > half {
			t.Fatalf("%+v came back as %+v", want, got)
		}
	})
}

func TestPackPlaceRefusesWhatIsNone(t *testing.T) {
	nan := float32(math.NaN())
	for _, p := range []doorward.Place{
		{Country: "us"}, {Country: "USA"}, {Country: "U"},
		{Located: true, Lat: 91}, {Located: true, Lon: -181}, {Located: true, Lat: nan}, {Located: true, Lon: nan},
	} {
		if _, err := flat.PackPlace(p); err == nil {
			t.Errorf("%+v was taken", p)
		}
	}
}

func TestUnknownStaysUnknown(t *testing.T) {
	var p doorward.Place
	flat.UnpackPlace(0, &p)
	flat.UnpackNetwork(0, &p)
	if p != (doorward.Place{}) {
		t.Errorf("0 means %+v", p)
	}
}
