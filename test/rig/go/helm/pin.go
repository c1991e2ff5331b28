//go:build pin

// Package pin keeps the command that the rig builds among this module's requirements.
package pin

import _ "helm.sh/helm/v3/cmd/helm"
