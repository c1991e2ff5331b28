/** Shorthand for the paths and objects that many cases use. */
import type { Json, Step } from '../index.ts';

export const core = (plural: string, name = ''): string =>
  `/api/v1/namespaces/$ns/${plural}${name ? `/${name}` : ''}`;
export const group = (g: string, plural: string, name = ''): string =>
  `/apis/${g}/namespaces/$ns/${plural}${name ? `/${name}` : ''}`;
export const apps = (plural: string, name = ''): string => group('apps/v1', plural, name);

type Obj = { [key: string]: Json };

export const configMap = (name: string, data: Obj = { a: '1' }, metadata: Obj = {}): Obj => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

export const deployment = (name: string, spec: Obj = {}, container: Obj = {}): Obj => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'nginx:1.27', ...container }] },
    },
    ...spec,
  },
});

export const service = (name: string, spec: Obj = {}): Obj => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
});

export const post = (path: string, body: Json, more: Partial<Step> = {}): Step => ({
  method: 'POST',
  path,
  body,
  ...more,
});
export const put = (path: string, body: Json, more: Partial<Step> = {}): Step => ({
  method: 'PUT',
  path,
  body,
  ...more,
});
export const get = (path: string, more: Partial<Step> = {}): Step => ({ path, ...more });
export const del = (path: string, body?: Json, more: Partial<Step> = {}): Step => ({
  method: 'DELETE',
  path,
  ...(body === undefined ? {} : { body }),
  ...more,
});
export const merge = (path: string, body: Json, more: Partial<Step> = {}): Step => ({
  method: 'PATCH',
  path,
  body,
  type: 'merge',
  ...more,
});
export const jsonPatch = (path: string, body: Json, more: Partial<Step> = {}): Step => ({
  method: 'PATCH',
  path,
  body,
  type: 'json',
  ...more,
});
export const strategic = (path: string, body: Json, more: Partial<Step> = {}): Step => ({
  method: 'PATCH',
  path,
  body,
  type: 'strategic',
  ...more,
});
export const apply = (
  path: string,
  manager: string,
  body: Json,
  more: Partial<Step> & { force?: boolean; query?: string } = {},
): Step => {
  const { force, query, ...rest } = more;
  return {
    method: 'PATCH',
    path: `${path}?fieldManager=${manager}${force ? '&force=true' : ''}${query ?? ''}`,
    body,
    type: 'apply',
    ...rest,
  };
};
