// Package app builds the appliance out of its packages, starts it and stops it, in order. It is the only reader of the
// wall clock, of which it makes the one time that all the others go by, and the import rules of the whole program are
// tested here.
//
//	a, err := app.Open(ctx, app.Config{Data: "doorward-data", Listen: ":8080"})
//	…
//	err = a.Serve(ctx) // until ctx ends
package app
