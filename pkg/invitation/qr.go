package invitation

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quietZone is the white border that readers need around a code, in modules.
const quietZone = 4

// QR returns the SVG of the code that carries a link. The link is put in upper case, which a QR code packs almost twice
// as densely; hosts and our paths don't mind the case.
func (i *Invitations) QR(text string) (string, error) {
	code, err := qr.Encode(strings.ToUpper(i.origin+"/i/"+text), qr.M)
	if err != nil {
		return "", fmt.Errorf("drawing a QR code: %w", err)
	}
	size := code.Size + 2*quietZone
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			run := 1
			for code.Black(x+run, y) {
				run++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x+quietZone, y+quietZone, run, run)
			x += run
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" role="img" aria-label="Your entry code">`+
		`<path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="%s"/></svg>`, size, size, size, size, path.String()), nil
}
