{{- define "tenant-operator.labels" -}}
{{ include "tenant-operator.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: tenant-operator
{{- end }}

{{- define "tenant-operator.selector" -}}
app.kubernetes.io/name: tenant-operator
{{- end }}

{{- define "tenant-operator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{- define "tenant-operator.webhookCertificate" -}}
{{- if and .Values.webhook.enabled .Values.webhook.certManager.enabled -}}
tenant-operator-webhook-tls
{{- end -}}
{{- end }}

{{- define "tenant-operator.metricsCertificate" -}}
{{- if .Values.metrics.enabled -}}
{{ .Values.metrics.tlsSecretName }}
{{- end -}}
{{- end }}

{{- /* In the whole cluster, or in the one namespace that is looked at. */ -}}
{{- define "tenant-operator.furtherRules" -}}
{{ include "tenant-operator.namespaceRules" . }}
{{- if .Values.rbac.anyKind }}
- apiGroups:
    - "*"
  resources:
    - "*"
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - update
    - delete
{{- end }}
{{- if .Values.rbac.impersonate }}
{{ include "tenant-operator.impersonationRules" . }}
{{- end }}
{{- with .Values.rbac.extraRules }}
{{ toYaml . }}
{{- end }}
{{- end }}
