// Package httpapi is the HTTP side: every URL with its guard (routes.go), the JSON of requests and answers, the pages,
// the assets and the live stream.
//
// It decides nothing that a use case could: it reads a request strictly, calls one method, and writes what came back.
// It never touches the database. Echo's types stay inside.
//
// A handler is a method of Server that takes a *call: the request with who makes it, already allowed by the guard of
// its route.
//
//	// getEvent handles GET /api/v1/events/:event.
//	func (s *Server) getEvent(c *call) error
package httpapi
