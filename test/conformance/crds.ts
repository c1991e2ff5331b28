/**
 * What an API server makes of the CustomResourceDefinitions: it takes them and the guide's manifests as they are, fills
 * in the defaults that a parse fills in, and refuses what a parse refuses, with the same sentence. A server's own test
 * starts it and hands over a kubeconfig.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { API_VERSION, type ApiKind, KINDS } from '@tenant-operator/api';
import {
  customResourceDefinitions,
  parseTenant,
  parseTenantRegistry,
  parseTenantTemplate,
} from '@tenant-operator/api/schema';
import { createClient, isApiError, type KubeClient, loadConfig } from '@tenant-operator/kube';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { registry, template, tenant, withField } from '../../packages/api/test/objects.ts';
import { refused, refusedChanges } from '../../packages/api/test/refused.ts';
import { waitFor } from '../rig/process/wait-for.ts';

/** A running API server with nothing of ours in it. */
export interface Site {
  /** File of a user who may do everything. */
  kubeconfig: string;
  /** Path of a kubectl of 1.25 or newer. */
  kubectl: string;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: { message?: string; metadata?: { name: string }; spec?: unknown; status?: unknown };
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The guide's manifests, in the guide's order. */
const GUIDE = [
  'external-dns-route53',
  'external-dns-cloudflare',
  'web-app-with-dns',
  'api-service-with-dns',
  'multi-domain-registry',
  'multi-domain-template',
  'saas-platform',
];

const parsers = {
  TenantRegistry: parseTenantRegistry,
  TenantTemplate: parseTenantTemplate,
  Tenant: parseTenant,
};

export function describeCrds(name: string, start: () => Promise<Site>): void {
  let site: Site;
  let client: KubeClient;

  const kubectl = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      site.kubectl,
      ['--kubeconfig', site.kubeconfig, '--cache-dir', `${site.kubeconfig}.cache`, ...args],
      { cwd: root },
    );
    return stdout;
  };

  const send = async (
    method: 'GET' | 'POST' | 'PATCH',
    object: Record<string, unknown>,
    query: Record<string, string> = {},
    path = '',
  ): Promise<Answer> => {
    const { group, version, plural } = KINDS[object.kind as ApiKind];
    const { name } = object.metadata as { name: string };
    const collection = `/apis/${group}/${version}/namespaces/default/${plural}`;
    const asked = client.request({
      method,
      path: method === 'POST' ? collection : `${collection}/${name}${path}`,
      query: method === 'GET' ? query : { fieldValidation: 'Strict', ...query },
      ...(method !== 'GET' && { body: object }),
      ...(method === 'PATCH' && { contentType: 'application/merge-patch+json' }),
    });
    try {
      return (await asked) as Answer;
    } catch (error) {
      if (isApiError(error)) return { status: error.status, body: { message: error.message } };
      throw error;
    }
  };

  describe(`the custom resources on ${name}`, () => {
    beforeAll(async () => {
      site = await start();
      client = createClient(loadConfig({ kubeconfig: site.kubeconfig, env: {} }));
      await kubectl('apply', '--validate=strict', '-f', 'deploy/crds');
      await kubectl('wait', '--for=condition=Established', '--timeout=30s', '-f', 'deploy/crds');
      await waitFor(async () => (await send('POST', tenant(), { dryRun: 'All' })).status === 201, {
        what: 'the API server to serve the custom resources',
      });
    });

    afterAll(async () => {
      await client?.close();
      await site?.close();
    });

    test('the definitions are structural, and a second apply changes nothing', async () => {
      for (const { metadata } of customResourceDefinitions()) {
        const definition = JSON.parse(await kubectl('get', 'crd', metadata.name, '-o', 'json')) as {
          status: { conditions: { type: string; status: string; message: string }[] };
        };
        const state = definition.status.conditions.map(({ type, status }) => `${type}=${status}`);
        expect(state.toSorted()).toEqual(['Established=True', 'NamesAccepted=True']);
      }
      const again = await kubectl('apply', '--validate=strict', '-f', 'deploy/crds');
      expect(again.trim().split('\n')).toEqual(Array(3).fill(expect.stringMatching(/ unchanged$/)));
    });

    test.each(GUIDE)('the guide: %s.yaml is taken unchanged', async (file) => {
      const path = `examples/guide/${file}.yaml`;
      await kubectl('apply', '--validate=strict', '-f', path);
      await kubectl('apply', '--validate=strict', '--server-side', '--force-conflicts', '-f', path);
      for (const document of parseAllDocuments(readFileSync(`${root}${path}`, 'utf8'))) {
        const written = document.toJS() as { apiVersion: string; kind: ApiKind };
        if (written.apiVersion !== API_VERSION) continue;
        const stored = await send('GET', { ...written });
        expect(parsers[written.kind](written)).toMatchObject({ ok: true, value: { spec: stored.body.spec } });
      }
    });

    test.each([registry(), template(), tenant()])(
      'a small $kind gets the defaults of a parse',
      async (object) => {
        const answer = await send('POST', object, { dryRun: 'All' });
        expect(answer.status).toBe(201);
        expect(parsers[object.kind as ApiKind](object)).toMatchObject({
          ok: true,
          value: { spec: answer.body.spec },
        });
      },
    );

    test('whatever a manifest holds is kept', async () => {
      const manifest = {
        metadata: {
          annotations: { 'a.example/b': '{{ .uid }}' },
          finalizers: ['x/y'],
          custom: { deep: [1, 'a', {}] },
        },
        data: { '{{ .uid }}': '{{ .host | quote }}' },
        immutable: '{{ eq .plan "free" }}',
        webhooks: [{ id: 1 }, { id: 1 }],
      };
      const answer = await send(
        'POST',
        withField(template(), 'spec.configMaps', [{ id: 'c', spec: manifest }]),
        {
          dryRun: 'All',
        },
      );
      expect(answer.body.spec).toMatchObject({ configMaps: [{ spec: manifest }] });
    });

    test.each(refused)('refused: $reason', async ({ object, path, says, serverSays }) => {
      const { status, body } = await send('POST', object, { dryRun: 'All' });
      expect({ status, message: body.message }).toEqual({
        status: 422,
        message: expect.stringContaining(serverSays ?? says),
      });
      // The server blames a duplicate on the entry, a parse on the key.
      expect(body.message).toContain(
        serverSays?.includes('Duplicate') ? path.replace(/(\.id|\[\d+\])$/, '') : path,
      );
    });

    test('an unknown field is refused by name under strict validation', async () => {
      const { status, body } = await send('POST', withField(registry(), 'spec.source.mysql.user', 'x'));
      expect(status).toBe(400);
      expect(body.message).toContain('unknown field "spec.source.mysql.user"');
    });

    test.each(refusedChanges)(
      'refused: a change of $path of a $object.kind',
      async ({ object, path, value, says }) => {
        const named = withField(object, 'metadata.name', `change-${path.split('.').at(-1)?.toLowerCase()}`);
        expect((await send('POST', named)).status).toBe(201);
        const { status, body } = await send('PATCH', withField(named, path, value));
        expect({ status, message: body.message }).toEqual({
          status: 422,
          message: expect.stringContaining(says),
        });
      },
    );

    test('the status is a subresource: a write of the object leaves it, a write of it leaves the object', async () => {
      const object = withField(tenant(), 'metadata.name', 'with-status');
      const status = { observedGeneration: 1, desiredResources: 3 };
      await send('POST', { ...object, status });
      expect((await send('GET', object)).body.status).toBeUndefined();
      const patched = await send(
        'PATCH',
        withField({ ...object, status }, 'spec.values', { a: 'b' }),
        {},
        '/status',
      );
      expect(patched.body).toMatchObject({ status, spec: { values: {} } });
    });

    test('kubectl get tenants shows what a person asks first', async () => {
      const object = withField(tenant(), 'metadata.name', 'acme-shown');
      await send('POST', object);
      const since = { lastTransitionTime: '2026-01-31T12:00:00Z', message: 'm' };
      await send(
        'PATCH',
        {
          ...object,
          status: {
            desiredResources: 3,
            conditions: [
              { type: 'Ready', status: 'False', reason: 'WaitingForReady', ...since },
              { type: 'DNSReady', status: 'False', reason: 'RecordMissing', ...since },
            ],
          },
        },
        {},
        '/status',
      );
      const [head, row] = (await kubectl('get', 'tenants', 'acme-shown')).trim().split('\n');
      expect(head?.split(/\s+/)).toEqual([
        'NAME',
        'UID',
        'TEMPLATE',
        'READY',
        'DESIRED',
        'DNS',
        'STATUS',
        'AGE',
      ]);
      expect(row?.split(/\s+/).slice(0, -1)).toEqual([
        'acme-shown',
        'acme',
        'web',
        'False',
        '3',
        'RecordMissing',
        'WaitingForReady',
      ]);
    });

    test('kubectl explain describes fields down to the items', async () => {
      const text = await kubectl('explain', 'tenanttemplate.spec.ingresses.dependIds');
      expect(text).toContain('Ids of items that must be ready before this one is applied');
    });

    test.each(['treg', 'ttpl', 'tn', 'tenant-operator'])('kubectl knows the short name %s', async (short) => {
      await expect(kubectl('get', short)).resolves.toBeTypeOf('string');
    });

    test('two appliers own different items of one list', async () => {
      const { group, version, plural } = KINDS.TenantTemplate;
      const path = `/apis/${group}/${version}/namespaces/default/${plural}/shared-list`;
      const named = withField(template(), 'metadata.name', 'shared-list');
      const apply = async (fieldManager: string, id: string): Promise<number> => {
        const body = withField(withField(named, 'spec.services', undefined), 'spec.deployments', [
          { id, spec: {} },
        ]);
        const contentType = 'application/apply-patch+yaml';
        return (await client.request({ method: 'PATCH', path, query: { fieldManager }, body, contentType }))
          .status;
      };
      expect(await apply('one', 'first')).toBe(201);
      expect(await apply('two', 'second')).toBe(200);
      const { body } = await send('GET', named);
      expect(body.spec).toMatchObject({ deployments: [{ id: 'first' }, { id: 'second' }] });
    });
  });
}
