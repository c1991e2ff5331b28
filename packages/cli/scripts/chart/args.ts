/** The container's arguments, as a Helm template. */
import { type ChartValue, VALUES } from './table.ts';

/** `{{- define "tenant-operator.args" }}` with one item for each flag whose value is set. */
export function argsTemplate(values: readonly ChartValue[] = VALUES): string {
  const lines = values.flatMap((value) => (value.flag === undefined ? [] : argument(value, value.flag)));
  return `{{- define "tenant-operator.args" -}}
- run
- --operator-namespace={{ .Release.Namespace }}
- --health-bind-address=:8081
${lines.join('\n')}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}
`;
}

function argument({ path, type, flagValue, when = [] }: ChartValue, flag: string): string[] {
  const value = `.Values.${path}`;
  const conditions = when.map((one) => `.Values.${one}`);
  const given = (more: readonly string[], lines: readonly string[]): string[] => {
    const all = [...conditions, ...more];
    if (all.length === 0) return [...lines];
    const condition = all.length === 1 ? (all[0] ?? '') : `and ${all.join(' ')}`;
    return [`{{- if ${condition} }}`, ...lines, '{{- end }}'];
  };
  if (flagValue !== undefined) {
    const isFile = flagValue.startsWith('/');
    const line = `- ${flag}=${flagValue.replace('%v', `{{ ${value} }}`)}`;
    if (!isFile) return given([], [line]);
    const key = line.replace('-cert-file=', '-key-file=').replace('/tls.crt', '/tls.key');
    return given([value], [line, key]);
  }
  switch (type.kind) {
    case 'boolean':
      return given([value], [`- ${flag}`]);
    case 'strings':
      return given([], [`{{- range ${value} }}`, `- {{ printf "${flag}=%s" . | quote }}`, '{{- end }}']);
    case 'integer':
      return given([], [`- ${flag}={{ int64 ${value} }}`]);
    default:
      return given([value], [`- {{ printf "${flag}=%s" ${value} | quote }}`]);
  }
}
