/** Why an Ingress or a LoadBalancer Service has no address. */
import { countOf } from '../../output/index.ts';
import type { Facts, SourceObject } from '../facts.ts';
import { itemsOf } from '../facts.ts';
import type { Check, Finding } from '../index.ts';
import { classOf, nameOf, tenantObjects } from '../sources.ts';
import { groupBy, listed } from '../words.ts';
import { advice, problem, unreadable } from './finding.ts';

const section = 'address';
/** An address takes its time, in milliseconds. */
const patienceMs = 60_000;
const nginxController = 'k8s.io/ingress-nginx';

/** Controllers by the name that IngressClasses have for them, and the images that run them. */
const CONTROLLERS: Readonly<Record<string, RegExp>> = {
  [nginxController]: /ingress-nginx\/controller|nginx-ingress-controller/,
  'nginx.org/ingress-controller': /nginx-ingress|nginx\/nginx-ingress/,
  'traefik.io/ingress-controller': /traefik/,
  'haproxy.org/ingress-controller': /haproxy/,
  'haproxy-ingress.github.io/controller': /haproxy-ingress/,
  'ingress.k8s.aws/alb': /aws-load-balancer-controller/,
  'projectcontour.io/projectcontour/contour': /contour/,
};

function ingressesOf(facts: Facts): SourceObject[] {
  return tenantObjects(facts).filter(({ kind }) => kind === 'Ingress');
}

function hasAddress({ status }: SourceObject): boolean {
  const { loadBalancer } = (status ?? {}) as { loadBalancer?: { ingress?: readonly unknown[] } };
  return (loadBalancer?.ingress ?? []).length > 0;
}

function isLate({ metadata }: SourceObject, now: number): boolean {
  return now - Date.parse(metadata.creationTimestamp ?? '') > patienceMs;
}

export const ingressChecks: readonly Check[] = [
  {
    id: 'ingress-class',
    section,
    title: 'the IngressClass exists',
    run(facts) {
      const { ingressClasses } = facts;
      if (ingressClasses.kind !== 'read') return unreadable('IngressClasses', ingressClasses);
      const known = new Set(ingressClasses.value.map(({ name }) => name));
      const names = [...known].join(', ') || 'none';
      const hasDefault = ingressClasses.value.some(({ isDefault }) => isDefault);
      const wrong = ingressesOf(facts).filter((ingress) => {
        const name = classOf(ingress);
        return name === undefined ? !hasDefault : !known.has(name);
      });
      return groupBy(wrong, (ingress) => classOf(ingress) ?? '').map(([name, ingresses]) =>
        // Who has an address is looked after by somebody, whatever the class.
        (ingresses.every(hasAddress) ? advice : problem)(
          `${countOf(ingresses.length, 'Ingress', 'Ingresses')} of tenants`,
          name === ''
            ? `name no class, and no class is the default (there are: ${names}): ${listed(ingresses.map(nameOf))}`
            : `name the class "${name}", which does not exist (there are: ${names}): ${listed(ingresses.map(nameOf))}`,
          ingresses.every(hasAddress)
            ? 'their addresses may be of an earlier time: no controller says that it looks at them'
            : 'no controller looks at them, so that they get no address and no record',
          [
            'kubectl get ingressclass',
            '# install the ingress controller, or correct ingressClassName in the template',
          ],
        ),
      );
    },
  },
  {
    id: 'ingress-controller',
    section,
    title: 'the controller of the class runs',
    run(facts) {
      const { workloads } = facts;
      if (workloads.kind !== 'read') return [];
      const used = new Set(ingressesOf(facts).map(classOf));
      return itemsOf(facts.ingressClasses)
        .filter(({ name, isDefault }) => used.has(name) || (isDefault && used.has(undefined)))
        .flatMap(({ name, controller }): Finding[] => {
          const image = CONTROLLERS[controller];
          if (!image) return [];
          const running = workloads.value.filter(({ images }) => images.some((one) => image.test(one)));
          const subject = `IngressClass ${name}`;
          const why = 'nobody gives its Ingresses an address, nor serves them';
          if (running.length === 0)
            return [
              problem(subject, `is that of ${controller}, of which nothing runs in this cluster`, why, [
                'kubectl get deployments,daemonsets --all-namespaces',
                '# install it, or another controller with an IngressClass of this name',
              ]),
            ];
          const down = running.filter(({ desired, available }) => available === 0 || desired === 0);
          if (down.length < running.length) return [];
          return down.map((workload) =>
            problem(
              `${workload.kind} ${workload.namespace}/${workload.name}`,
              `has no running pod, and IngressClass ${name} is its`,
              why,
              [`kubectl describe pods -n ${workload.namespace}`, `kubectl get svc -n ${workload.namespace}`],
            ),
          );
        });
    },
  },
  {
    id: 'ingress-address',
    section,
    title: 'Ingresses and LoadBalancer Services have addresses',
    run(facts) {
      const waiting = tenantObjects(facts).filter(
        (object) =>
          !hasAddress(object) &&
          isLate(object, facts.now) &&
          (object.kind === 'Ingress' ||
            (object.spec as { type?: string } | undefined)?.type === 'LoadBalancer'),
      );
      return groupBy(waiting, ({ kind }) => kind).map(([kind, objects]) => {
        const [first] = objects as [SourceObject, ...SourceObject[]];
        return problem(
          `${kind === 'Ingress' ? countOf(objects.length, 'Ingress', 'Ingresses') : countOf(objects.length, 'LoadBalancer Service')} of tenants`,
          `have no address in their status: ${listed(objects.map(nameOf))}`,
          'ExternalDNS publishes addresses, so that there is no record without one',
          [
            `kubectl describe ${kind.toLowerCase()} ${first.metadata.name} -n ${first.metadata.namespace ?? 'default'}`,
            kind === 'Ingress'
              ? 'kubectl get svc --all-namespaces --field-selector spec.type=LoadBalancer'
              : '# a cluster without a cloud needs a load balancer such as MetalLB',
          ],
        );
      });
    },
  },
  {
    id: 'ingress-nginx-retired',
    section,
    title: 'the ingress controller is maintained',
    run(facts) {
      const workloads = itemsOf(facts.workloads).filter(({ images }) =>
        images.some((image) => /ingress-nginx\/controller/.test(image)),
      );
      const classes = itemsOf(facts.ingressClasses).filter(
        ({ controller }) => controller === nginxController,
      );
      if (workloads.length + classes.length === 0) return [];
      const used = ingressesOf(facts).filter((ingress) =>
        classes.some(({ name }) => name === classOf(ingress)),
      );
      const subject =
        workloads.length > 0
          ? listed(workloads.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`))
          : listed(classes.map(({ name }) => `IngressClass ${name}`));
      return [
        advice(
          subject,
          `ingress-nginx is retired: since March 2026 there are no releases and no security fixes (Ingresses of tenants that use it: ${used.length})`,
          'it stands in the way of everything that visitors send',
          [
            '# move to a maintained controller or to Gateway API; nginx.ingress.kubernetes.io/ annotations in templates have to be translated',
            'kubectl get ingressclass',
          ],
        ),
      ];
    },
  },
];
