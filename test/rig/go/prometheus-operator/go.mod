module kubernetes-tenants.org/tenant-operator/test/rig/prometheus-operator

go 1.24.0

// Its sources are read, for the kinds of its API; nothing is built of it.
require github.com/prometheus-operator/prometheus-operator v0.85.0
