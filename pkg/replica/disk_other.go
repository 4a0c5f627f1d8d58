//go:build !unix

package replica

// usedPercent cannot be told here.
func usedPercent(string) int { return 0 }
