{{- define "tenant-operator.args" -}}
- run
- --operator-namespace={{ .Release.Namespace }}
- --health-bind-address=:8081
{{- if .Values.watchNamespace }}
- {{ printf "--namespace=%s" .Values.watchNamespace | quote }}
{{- end }}
- --concurrency={{ int64 .Values.concurrency }}
- --shards={{ int64 .Values.shards }}
- --statement-timeout={{ int64 .Values.statementTimeoutSeconds }}
{{- range .Values.resolve }}
- {{ printf "--resolve=%s" . | quote }}
{{- end }}
{{- if .Values.log.level }}
- {{ printf "--log-level=%s" .Values.log.level | quote }}
{{- end }}
- --lease-duration-seconds={{ int64 .Values.leaderElection.leaseDurationSeconds }}
- --lease-renew-deadline-seconds={{ int64 .Values.leaderElection.renewDeadlineSeconds }}
- --lease-retry-period-seconds={{ int64 .Values.leaderElection.retryPeriodSeconds }}
{{- range .Values.scope.allowedKinds }}
- {{ printf "--allowed-kinds=%s" . | quote }}
{{- end }}
{{- range .Values.scope.allowedNamespaces }}
- {{ printf "--allowed-namespaces=%s" . | quote }}
{{- end }}
{{- if .Values.scope.defaultServiceAccount }}
- {{ printf "--default-service-account=%s" .Values.scope.defaultServiceAccount | quote }}
{{- end }}
{{- if .Values.webhook.enabled }}
- --webhook
{{- end }}
{{- if .Values.webhook.enabled }}
- --webhook-bind-address=:{{ .Values.webhook.port }}
{{- end }}
{{- if and .Values.webhook.enabled .Values.webhook.certManager.enabled }}
- --webhook-tls-cert-file=/certificates/webhook/tls.crt
- --webhook-tls-key-file=/certificates/webhook/tls.key
{{- end }}
{{- if .Values.dashboard.enabled }}
- --dashboard-bind-address=:{{ .Values.dashboard.port }}
{{- end }}
{{- if .Values.metrics.enabled }}
- --metrics-bind-address=:{{ .Values.metrics.port }}
{{- end }}
{{- if and .Values.metrics.enabled .Values.metrics.auth }}
- {{ printf "--metrics-auth=%s" .Values.metrics.auth | quote }}
{{- end }}
{{- if and .Values.metrics.enabled .Values.metrics.tlsSecretName }}
- --metrics-tls-cert-file=/certificates/metrics/tls.crt
- --metrics-tls-key-file=/certificates/metrics/tls.key
{{- end }}
{{- if .Values.metrics.enabled }}
- --metrics-tenant-series-limit={{ int64 .Values.metrics.tenantSeriesLimit }}
{{- end }}
{{- if .Values.dns.verification }}
- {{ printf "--dns-verification=%s" .Values.dns.verification | quote }}
{{- end }}
- --dns-timeout-seconds={{ int64 .Values.dns.timeoutSeconds }}
{{- if .Values.dns.onTimeout }}
- {{ printf "--dns-on-timeout=%s" .Values.dns.onTimeout | quote }}
{{- end }}
{{- range .Values.dns.nameservers }}
- {{ printf "--dns-nameserver=%s" . | quote }}
{{- end }}
{{- if .Values.dns.holdCertificates }}
- --dns-hold-certificates
{{- end }}
{{- if .Values.dns.probe }}
- --dns-probe
{{- end }}
{{- if .Values.dns.probePrivateAddresses }}
- --dns-probe-private-addresses
{{- end }}
{{- if .Values.dns.externalDns.ownerId }}
- {{ printf "--dns-external-dns-owner-id=%s" .Values.dns.externalDns.ownerId | quote }}
{{- end }}
{{- if .Values.dns.externalDns.txtPrefix }}
- {{ printf "--dns-external-dns-txt-prefix=%s" .Values.dns.externalDns.txtPrefix | quote }}
{{- end }}
{{- if .Values.dns.externalDns.txtSuffix }}
- {{ printf "--dns-external-dns-txt-suffix=%s" .Values.dns.externalDns.txtSuffix | quote }}
{{- end }}
{{- if .Values.dns.externalDns.policy }}
- {{ printf "--dns-external-dns-policy=%s" .Values.dns.externalDns.policy | quote }}
{{- end }}
{{- range .Values.dns.externalDns.domainFilters }}
- {{ printf "--dns-external-dns-domain-filter=%s" . | quote }}
{{- end }}
{{- if .Values.dns.externalDns.annotationPrefix }}
- {{ printf "--dns-external-dns-annotation-prefix=%s" .Values.dns.externalDns.annotationPrefix | quote }}
{{- end }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}
