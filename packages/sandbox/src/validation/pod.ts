/** Pods and pod templates. */
import { child, equal, type Json, type JsonObject } from '../json.ts';
import { labelErrors, subdomainErrors } from '../registry/names.ts';
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../status/index.ts';
import { dnsLabel, nonNegative, objects, oneOf, portNumber, specOf, text } from './common.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function container(at: string, value: JsonObject): FieldError[] {
  const errors = dnsLabel(`${at}.name`, value.name);
  if (!text(value.image)) errors.push(required(`${at}.image`));
  else if (text(value.image).trim() !== value.image)
    errors.push(invalidValue(`${at}.image`, value.image, 'must not have leading or trailing whitespace'));
  if (value.imagePullPolicy !== undefined)
    errors.push(
      ...oneOf(`${at}.imagePullPolicy`, value.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    );
  for (const [i, port] of objects(value.ports).entries()) {
    const here = `${at}.ports[${i}]`;
    if (port.containerPort === 0 || port.containerPort === undefined)
      errors.push(required(`${here}.containerPort`));
    else errors.push(...portNumber(`${here}.containerPort`, port.containerPort));
    if (port.protocol !== undefined) errors.push(...oneOf(`${here}.protocol`, port.protocol, PROTOCOLS));
  }
  for (const [i, env] of objects(value.env).entries()) {
    if (!text(env.name)) errors.push(required(`${at}.env[${i}].name`));
    else if (text(env.name).includes('='))
      errors.push(
        invalidValue(
          `${at}.env[${i}].name`,
          env.name,
          "a valid environment variable name must consist only of printable ASCII characters other than '='",
        ),
      );
    if (env.value !== undefined && env.value !== '' && env.valueFrom !== undefined)
      errors.push(
        invalidValue(`${at}.env[${i}].valueFrom`, '', 'may not be specified when `value` is not empty'),
      );
  }
  return errors;
}

function volumes(at: string, value: Json | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, volume] of objects(value).entries()) {
    const here = `${at}[${i}]`;
    const name = text(volume.name);
    const [, ...more] = Object.keys(volume)
      .filter((key) => key !== 'name')
      .sort();
    for (const source of more)
      errors.push(forbiddenField(`${here}.${source}`, 'may not specify more than 1 volume type'));
    errors.push(...dnsLabel(`${here}.name`, volume.name));
    if (name && seen.has(name)) errors.push(duplicate(`${here}.name`, name));
    seen.add(name);
    if (Object.keys(volume).filter((key) => key !== 'name').length === 0)
      errors.push(required(here, 'must specify a volume type'));
  }
  return errors;
}

/** `template`: restartPolicy is checked by the owner of the template. */
export function podSpec(at: string, spec: JsonObject): FieldError[] {
  const errors = volumes(`${at}.volumes`, spec.volumes);
  // A volume that is refused is none to mount.
  const known = new Set(
    objects(spec.volumes)
      .filter((volume) => Object.keys(volume).length <= 2)
      .map((volume) => text(volume.name)),
  );
  const containers = objects(spec.containers);
  if (containers.length === 0) errors.push(required(`${at}.containers`));
  const seen = new Set<string>();
  for (const list of ['containers', 'initContainers'])
    for (const [i, value] of objects(spec[list]).entries()) {
      const here = `${at}.${list}[${i}]`;
      errors.push(...container(here, value));
      const name = text(value.name);
      if (name && seen.has(name)) errors.push(duplicate(`${here}.name`, name));
      seen.add(name);
      for (const [n, mount] of objects(value.volumeMounts).entries()) {
        if (!text(mount.name)) errors.push(required(`${here}.volumeMounts[${n}].name`));
        else if (!known.has(text(mount.name)))
          errors.push({
            type: 'FieldValueNotFound',
            field: `${here}.volumeMounts[${n}].name`,
            message: `Not found: ${JSON.stringify(mount.name)}`,
          });
        if (!text(mount.mountPath)) errors.push(required(`${here}.volumeMounts[${n}].mountPath`));
      }
    }
  if (spec.restartPolicy !== undefined)
    errors.push(...oneOf(`${at}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']));
  if (spec.dnsPolicy !== undefined)
    errors.push(
      ...oneOf(`${at}.dnsPolicy`, spec.dnsPolicy, [
        'ClusterFirst',
        'ClusterFirstWithHostNet',
        'Default',
        'None',
      ]),
    );
  if (text(spec.serviceAccountName))
    errors.push(
      ...subdomainErrors(text(spec.serviceAccountName)).map((message) =>
        invalidValue(`${at}.serviceAccountName`, spec.serviceAccountName, message),
      ),
    );
  if (text(spec.hostname))
    errors.push(
      ...labelErrors(text(spec.hostname)).map((message) =>
        invalidValue(`${at}.hostname`, spec.hostname, message),
      ),
    );
  errors.push(...nonNegative(`${at}.terminationGracePeriodSeconds`, spec.terminationGracePeriodSeconds));
  return errors;
}

/** The template of a workload; `policies` are the restart policies it allows. */
export function podTemplate(
  at: string,
  template: JsonObject | undefined,
  policies: readonly string[],
): FieldError[] {
  const spec = child(template, 'spec') ?? {};
  const errors = podSpec(`${at}.spec`, spec);
  if (
    !policies.includes(text(spec.restartPolicy)) &&
    ['Always', 'OnFailure', 'Never'].includes(text(spec.restartPolicy))
  )
    errors.push(notSupported(`${at}.spec.restartPolicy`, spec.restartPolicy, policies));
  return errors;
}

const MUTABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export function validatePod(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  if (!old) return podSpec('spec', specOf(object));
  const neutral = (spec: JsonObject): JsonObject => {
    const images = (list: Json | undefined) => objects(list).map(({ image: _image, ...rest }) => rest);
    const { activeDeadlineSeconds: _a, tolerations: _t, terminationGracePeriodSeconds: _g, ...rest } = spec;
    return {
      ...rest,
      containers: images(spec.containers),
      ...(spec.initContainers ? { initContainers: images(spec.initContainers) } : {}),
    };
  };
  return equal(neutral(specOf(object)), neutral(specOf(old))) ? [] : [forbiddenField('spec', MUTABLE)];
}

/** Ports that two containers both declare, variables that hide others, constraints that match nothing. */
export function portWarnings(at: string, spec: JsonObject): string[] {
  const out: string[] = [];
  const first = new Map<string, string>();
  for (const [i, value] of objects(spec.containers).entries())
    for (const [n, port] of objects(value.ports).entries()) {
      const here = `${at}.containers[${i}].ports[${n}]`;
      const id = JSON.stringify([port.containerPort, port.protocol, port.hostPort ?? 0, port.hostIP ?? '']);
      const before = first.get(id);
      if (before !== undefined) out.push(`${here}: duplicate port definition with ${before}`);
      else first.set(id, here);
    }
  for (const list of ['initContainers', 'containers'])
    for (const [i, value] of objects(spec[list]).entries()) {
      const names = new Set<string>();
      for (const [n, env] of objects(value.env).entries()) {
        if (names.has(text(env.name)))
          out.push(
            `${at}.${list}[${i}].env[${n}]: hides previous definition of ${JSON.stringify(env.name)}, which may be dropped when using apply`,
          );
        names.add(text(env.name));
      }
    }
  for (const [i, constraint] of objects(spec.topologySpreadConstraints).entries())
    if (constraint.labelSelector === undefined)
      out.push(
        `${at}.topologySpreadConstraints[${i}].labelSelector: a null labelSelector results in matching no pod`,
      );
  return out;
}
