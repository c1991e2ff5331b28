module kubernetes-tenants.org/tenant-operator/test/rig/external-dns

go 1.24.0

require sigs.k8s.io/external-dns v0.14.0
