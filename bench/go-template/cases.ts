/** What is rendered: the smallest template that tenants have, and a whole manifest. */

export interface BenchCase {
  readonly name: string;
  readonly template: string;
}

/** One row of the table, as text like the database gives it. */
export const DATA = {
  uid: 'acme-corp',
  host: 'acme.example.com',
  hostOrUrl: 'https://acme.example.com/app',
  activate: '1',
  namespace: 'tenants',
  registryId: 'main',
  templateRef: 'web',
  plan: 'gold',
  region: 'eu-west-1',
  image: 'registry.example.com/web:1.42.0',
  email: '',
};

/** 60 lines, 25 expressions and a condition. */
const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .uid }}-web
  namespace: {{ .namespace }}
  labels:
    app: {{ .uid }}
    registry: {{ .registryId }}
    template: {{ .templateRef }}
    plan: {{ .plan | default "basic" }}
    region: {{ .region }}
  annotations:
    host: {{ .host | quote }}
    contact: {{ .email | default "none" | quote }}
    name: {{ printf "%s-%s" .uid .region | trunc 63 }}
spec:
  replicas: {{ if eq .plan "gold" }}3{{ else }}1{{ end }}
  selector:
    matchLabels:
      app: {{ .uid }}
  strategy:
    type: {{ .strategy | default "RollingUpdate" }}
    rollingUpdate: { maxSurge: 1 }
  template:
    metadata:
      labels:
        app: {{ .uid }}
        plan: {{ .plan | lower }}
    spec:
      serviceAccountName: {{ .uid }}-sa
      containers:
        - name: web
          image: {{ .image }}
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: TENANT
              value: {{ .uid | quote }}
            - name: HOST
              value: {{ .host | quote }}
            - name: URL
              value: {{ .hostOrUrl | quote }}
            - name: EMAIL
              value: {{ .email | squote }}
            - name: REGION
              value: {{ .region | upper | quote }}
            - name: DATABASE
              value: {{ printf "db_%s" (.uid | replace "-" "_") | quote }}
          readinessProbe:
            httpGet:
              path: {{ .health | default "/healthz" }}
              port: http
          resources: { requests: { cpu: 100m } }
          volumeMounts:
            - name: data
              mountPath: /var/lib/{{ .uid }}
      volumes:
        - name: data
          persistentVolumeClaim: { claimName: {{ .uid }}-data }
`;

export const CASES: readonly BenchCase[] = [
  { name: 'small', template: '{{ .uid }}-ingress' },
  { name: 'manifest', template: MANIFEST },
];
