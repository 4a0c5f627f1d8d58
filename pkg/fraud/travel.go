package fraud

import "math"

// kilometres is the distance of two places on the globe, to about 1 %: on a plane, with the degrees of longitude
// shortened by the latitude between. It is for telling a town from the next and a flight from a walk.
func kilometres(lat1, lon1, lat2, lon2 float32) float64 {
	const perDegree = 111.2
	dLat := float64(lat2 - lat1)
	dLon := math.Abs(float64(lon2 - lon1))
	if dLon > 180 {
		dLon = 360 - dLon
	}
	dLon *= cosine(float64(lat1+lat2) / 2)
	return perDegree * math.Sqrt(float64(dLat*dLat)+float64(dLon*dLon))
}

// cosine is that of an angle in degrees from −90 to 90, to about 0.001: Bhaskara's fraction.
func cosine(degrees float64) float64 {
	square := float64(degrees * degrees)
	return (32400 - 4*square) / (32400 + square)
}

// Speeds in km/h. Airliners fly at 900; below 500 there are trains, short flights and places that are wrong.
const (
	speedFlight   = 900
	speedDoubtful = 500

	travelSlack = 150 // km that two places may be off together
	travelFloor = 900 // seconds; less is taken for this, since clocks and pages are not exact
)

// travel says how fast one would have had to go from the newest two visits of the guest's circle, in km/h. It is 0
// where a place is unknown, or of a line that moves or hides: carriers, relays, data centres.
func (g *guest) travel(now spot) float64 {
	fastest := 0.0
	for _, s := range g.last {
		if !s.fixed || !now.fixed {
			continue
		}
		km := kilometres(s.lat, s.lon, now.lat, now.lon) - travelSlack
		if km <= 0 {
			continue
		}
		d := int64(now.at) - int64(s.at)
		hours := float64(max(d, -d, travelFloor)) / 3600
		fastest = max(fastest, km/hours)
	}
	return fastest
}

// travelRate is how likely that speed is of one person.
func travelRate(speed float64) float64 {
	switch {
	case speed > speedFlight:
		return 0.05
	case speed > speedDoubtful:
		return 0.4
	default:
		return 1
	}
}
