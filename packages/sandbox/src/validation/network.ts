/** Services, Ingresses, NetworkPolicies. */
import { isIP } from 'node:net';
import { child, isObject, type JsonObject } from '../json.ts';
import { label1035Errors, subdomainErrors } from '../registry/names.ts';
import { duplicate, type FieldError, invalidValue, required } from '../status/index.ts';
import { dnsLabel, labelSelector, objects, oneOf, portNumber, specOf, text } from './common.ts';

export function validateService(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  const ports = objects(spec.ports);
  if (ports.length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName')
    errors.push(required('spec.ports'));
  if (spec.type === 'ExternalName') {
    const name = text(spec.externalName);
    if (!name) errors.push(required('spec.externalName', ''));
    else
      errors.push(
        ...subdomainErrors(name.replace(/\.$/, '')).map((message) =>
          invalidValue('spec.externalName', name, message),
        ),
      );
  }
  const names = new Set<string>();
  const seen = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const at = `spec.ports[${i}]`;
    if (!text(port.name)) {
      if (ports.length > 1) errors.push(required(`${at}.name`));
    } else {
      errors.push(...dnsLabel(`${at}.name`, port.name));
      if (names.has(text(port.name))) errors.push(duplicate(`${at}.name`, port.name));
      names.add(text(port.name));
    }
    errors.push(
      ...portNumber(`${at}.port`, port.port ?? 0),
      ...oneOf(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']),
      ...portNumber(`${at}.targetPort`, port.targetPort),
    );
    const id = `${text(port.protocol)}/${String(port.port as number)}`;
    if (seen.has(id)) errors.push(duplicate(at, { protocol: port.protocol, port: port.port }));
    seen.add(id);
  }
  errors.push(
    ...oneOf('spec.type', spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']),
  );
  const before = specOf(old);
  if (
    old &&
    before.type !== 'ExternalName' &&
    spec.type !== 'ExternalName' &&
    text(before.clusterIP) &&
    spec.clusterIP !== before.clusterIP
  )
    errors.push(invalidValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set'));
  return errors;
}

/** Addresses in the status of a Service or an Ingress. */
export function validateAddresses(object: JsonObject): FieldError[] {
  const list = child(child(object, 'status'), 'loadBalancer')?.ingress;
  return objects(list).flatMap(({ ip }, i) =>
    text(ip) && isIP(text(ip)) === 0
      ? [
          invalidValue(
            `status.loadBalancer.ingress[${i}].ip`,
            ip,
            'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
          ),
        ]
      : [],
  );
}

export function validateIngress(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  const rules = objects(spec.rules);
  if (rules.length === 0 && spec.defaultBackend === undefined)
    errors.push(invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified'));
  if (isObject(spec.defaultBackend)) errors.push(...backend('spec.defaultBackend', spec.defaultBackend));
  for (const [i, rule] of rules.entries()) {
    const host = text(rule.host);
    if (host) {
      const checked = host.startsWith('*.') ? host.slice(2) : host;
      errors.push(
        ...subdomainErrors(checked).map((message) => invalidValue(`spec.rules[${i}].host`, host, message)),
      );
    }
    const http = child(rule, 'http');
    if (!http) continue;
    const paths = objects(http.paths);
    if (paths.length === 0) errors.push(required(`spec.rules[${i}].http.paths`));
    for (const [n, path] of paths.entries()) {
      const at = `spec.rules[${i}].http.paths[${n}]`;
      if (!text(path.pathType)) errors.push(required(`${at}.pathType`, 'pathType must be specified'));
      else if (path.pathType !== 'ImplementationSpecific') {
        errors.push(...oneOf(`${at}.pathType`, path.pathType, ['Exact', 'ImplementationSpecific', 'Prefix']));
        if (!text(path.path).startsWith('/'))
          errors.push(invalidValue(`${at}.path`, text(path.path), 'must be an absolute path'));
      }
      errors.push(...backend(`${at}.backend`, child(path, 'backend') ?? {}));
    }
  }
  return errors;
}

function backend(at: string, value: JsonObject): FieldError[] {
  const service = child(value, 'service');
  if (!service)
    return value.resource === undefined
      ? [invalidValue(at, '', 'resource or service backend is required')]
      : [];
  const errors: FieldError[] = [];
  if (!text(service.name)) errors.push(required(`${at}.service.name`));
  else
    errors.push(
      ...label1035Errors(text(service.name)).map((message) =>
        invalidValue(`${at}.service.name`, service.name, message),
      ),
    );
  const port = child(service, 'port') ?? {};
  if (!text(port.name) && !port.number) errors.push(required(`${at}`, 'port name or number is required'));
  errors.push(...portNumber(`${at}.service.port.number`, port.number === 0 ? undefined : port.number));
  return errors;
}

export function validateNetworkPolicy(object: JsonObject): FieldError[] {
  const spec = specOf(object);
  return labelSelector('spec.podSelector', spec.podSelector);
}
