package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"
)

// openAPI handles GET /api/v1/openapi.json.
func (s *Server) openAPI(c *call) error {
	b, err := s.description()
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, b)
}

// pathParams are the parts of a path that vary, in the form that the description takes them.
var pathParams = map[string]any{
	"event": struct {
		Event string `path:"event"`
	}{},
	"guest": struct {
		Guest string `path:"guest"`
	}{},
	"access": struct {
		Access string `path:"access"`
	}{},
	"device": struct {
		Device string `path:"device"`
	}{},
	"user": struct {
		User string `path:"user"`
	}{},
	"session": struct {
		Session string `path:"session"`
	}{},
	"token": struct {
		Token string `path:"token"`
	}{},
}

// queryParams are the parameters behind the ?, like pathParams. What a number means is with its handler.
var queryParams = map[string]any{
	"limit": struct {
		Limit int `query:"limit" minimum:"1" maximum:"500" default:"100"`
	}{},
	"cursor": struct {
		Cursor string `query:"cursor" description:"next of the page before"`
	}{},
	"after": struct {
		After int64 `query:"after" description:"id of an activity"`
	}{},
	"before": struct {
		Before int64 `query:"before" description:"id of an activity"`
	}{},
	"guest_id": struct {
		Guest string `query:"guest_id"`
	}{},
	"band": struct {
		Band string `query:"band" enum:"low,medium,high,block"`
	}{},
	"status": struct {
		Status string `query:"status" enum:"none,attending,declined,maybe,waitlisted,inside"`
	}{},
	"q": struct {
		Query string `query:"q" description:"beginning of a name, address or phone"`
	}{},
	"tag": struct {
		Tag string `query:"tag"`
	}{},
	"ticket": struct {
		Ticket string `query:"ticket" required:"true"`
	}{},
	"cidr": struct {
		CIDR string `query:"cidr" required:"true"`
	}{},
	"email": struct {
		Email string `query:"email" required:"true"`
	}{},
	"skip_invalid": struct {
		SkipInvalid bool `query:"skip_invalid" default:"false"`
	}{},
	"medium": struct {
		Medium int `query:"medium" minimum:"1" maximum:"100"`
	}{},
	"high": struct {
		High int `query:"high" minimum:"1" maximum:"100"`
	}{},
	"block": struct {
		Block int `query:"block" minimum:"1" maximum:"100"`
	}{},
}

var pathParam = regexp.MustCompile(`:(\w+)`)

// describe makes the OpenAPI document of the routes that speak JSON.
func describe(routes []route) ([]byte, error) {
	r := openapi31.NewReflector()
	r.Spec.Info.WithTitle("Doorward").WithVersion("1")
	r.SpecEns().SetHTTPBearerTokenSecurity("bearer", "JWT", "A person's access token, or the token of a paired phone.")
	r.DefaultOptions = append(r.DefaultOptions, jsonschema.InterceptDefName(func(_ reflect.Type, name string) string { return shortName(name) }))
	for _, rt := range routes {
		if rt.method == http.MethodHead || rt.out == nil && rt.in == nil && rt.status == http.StatusOK {
			continue
		}
		if err := addOperation(r, rt); err != nil {
			return nil, err
		}
	}
	return json.MarshalIndent(r.Spec, "", "  ")
}

// packagePrefix is what the schema library puts in front of a type's name.
var packagePrefix = regexp.MustCompile(`(Httpapi|Doorward)`)

func shortName(name string) string { return packagePrefix.ReplaceAllString(name, "") }

func addOperation(r *openapi31.Reflector, rt route) error {
	op, err := r.NewOperationContext(rt.method, pathParam.ReplaceAllString(rt.path, "{$1}"))
	if err != nil {
		return err
	}
	if rt.in != nil {
		op.AddReqStructure(rt.in)
	}
	for _, p := range pathParam.FindAllStringSubmatch(rt.path, -1) {
		op.AddReqStructure(pathParams[p[1]])
	}
	for _, name := range strings.Fields(rt.query) {
		op.AddReqStructure(queryParams[name])
	}
	op.AddRespStructure(rt.out, openapi.WithHTTPStatus(rt.status))
	op.AddRespStructure(Problem{}, openapi.WithContentType("application/problem+json"), func(cu *openapi.ContentUnit) { cu.IsDefault = true })
	if rt.guard != public && rt.guard != ticketed {
		op.AddSecurity("bearer")
	}
	return r.AddOperation(op)
}

// JSONSchema implements jsonschema.Exposer: on the wire it is a string or null.
func (text) JSONSchema() (jsonschema.Schema, error) {
	s := jsonschema.Schema{}
	s.AddType(jsonschema.String)
	s.AddType(jsonschema.Null)
	return s, nil
}
