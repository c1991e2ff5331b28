//go:build pin

// Package pin keeps the command that the rig builds among this module's requirements.
package pin

import _ "sigs.k8s.io/kwok/cmd/kwok"
