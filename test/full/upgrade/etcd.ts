/** Objects as the API server stores them, out of etcd and back into one: UIDs, managed fields and all, which no request can write. */
export interface StoredObject {
  /** `/registry/configmaps/default/acme-plain` */
  readonly key: string;
  /** Base64 of what is stored. */
  readonly value: string;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function call<T>(url: string, path: string, body: object): Promise<T> {
  const answer = await fetch(`${url}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Everything below `/registry/`. */
export async function readObjects(url: string): Promise<StoredObject[]> {
  const range = { key: base64('/registry/'), range_end: base64('/registry0') };
  const { kvs } = await call<{ kvs: StoredObject[] }>(url, 'range', range);
  return kvs.map(({ key, value }) => ({ key: Buffer.from(key, 'base64').toString(), value }));
}

/** An API server that runs on it hears of them by its watches. */
export async function writeObjects(url: string, objects: readonly StoredObject[]): Promise<void> {
  for (const { key, value } of objects) await call(url, 'put', { key: base64(key), value });
}
