//go:build pin

// Package pin keeps the command that the rig builds among this module's requirements.
package pin

import _ "github.com/traefik/traefik/v3/cmd/traefik"
