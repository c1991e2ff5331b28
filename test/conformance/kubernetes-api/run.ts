/** Runs one case against a server and returns what it answered, without what differs from run to run. */
import { Agent, request } from 'undici';
import type { Case, Json, Step } from './index.ts';

export interface Target {
  url: string;
  token?: string;
}
export interface Answer {
  status: number;
  warnings?: string[];
  body: Json;
}

type Obj = { [key: string]: Json };
const TYPES: Record<string, string> = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};
const agent = new Agent({ connect: { rejectUnauthorized: false }, bodyTimeout: 0 });

function isObject(value: Json | undefined): value is Obj {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lookup(answers: readonly { status: number; body: Json }[], path: string): string {
  const [index, ...keys] = path.split('.');
  let value: Json | undefined = answers[Number(index)] as unknown as Json;
  for (const key of keys) value = isObject(value) || Array.isArray(value) ? (value as Obj)[key] : undefined;
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

const fill = (text: string, ns: string, answers: readonly { status: number; body: Json }[]): string =>
  text.replaceAll('$ns', ns).replaceAll(/\{\{([^{}]+)\}\}/g, (_, path: string) => lookup(answers, path));

async function send(target: Target, step: Step, path: string, body: string | undefined) {
  const headers: Record<string, string> = {
    'user-agent': step.agent ?? 'conformance/1',
    accept: step.accept ?? 'application/json',
  };
  if (target.token) headers.authorization = `Bearer ${target.token}`;
  if (body !== undefined) headers['content-type'] = TYPES[step.type ?? ''] ?? step.type ?? 'application/json';
  return request(`${target.url}${path}`, {
    method: step.method ?? 'GET',
    headers,
    dispatcher: agent,
    ...(body === undefined ? {} : { body }),
  });
}

async function readWatch(
  target: Target,
  step: Step,
  path: string,
  count: number,
): Promise<{ status: number; body: Json }> {
  const response = await send(target, step, path, undefined);
  const events: Json[] = [];
  const timer = setTimeout(() => response.body.destroy(), 3000);
  let rest = '';
  try {
    if (response.statusCode !== 200)
      return { status: response.statusCode, body: (await response.body.json()) as Json };
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      rest += chunk.toString();
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line) events.push(JSON.parse(line) as Json);
      if (events.length >= count) break;
    }
  } catch {
    // The timer ended the watch.
  } finally {
    clearTimeout(timer);
  }
  response.body.destroy();
  return { status: response.statusCode, body: events.slice(0, count) };
}

async function perform(target: Target, step: Step, ns: string, answers: Answer[]): Promise<Answer> {
  const path = fill(step.path, ns, answers);
  const body =
    step.body === undefined
      ? undefined
      : fill(typeof step.body === 'string' ? step.body : JSON.stringify(step.body), ns, answers);
  if (step.watch !== undefined) return readWatch(target, step, path, step.watch);
  const deadline = Date.now() + 80_000;
  for (;;) {
    const response = await send(target, step, path, body);
    const text = await response.body.text();
    let parsed: Json;
    try {
      parsed = JSON.parse(text) as Json;
    } catch {
      parsed = text;
    }
    const header = response.headers.warning;
    const warnings = (Array.isArray(header) ? header : header === undefined ? [] : [header]).flatMap((line) =>
      line.split(/, (?=299 )/),
    );
    const answer: Answer = {
      status: response.statusCode,
      ...(warnings.length > 0 ? { warnings } : {}),
      body: parsed,
    };
    const { until } = step;
    const done =
      !until ||
      ((until.status === undefined || until.status === answer.status) &&
        (until.text === undefined || JSON.stringify(parsed).includes(fill(until.text, ns, answers))));
    if (done || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** Replaces uids, times, revisions and addresses by names that are the same in every run. */
export function createNormalizer(ns: string) {
  const uids = new Map<string, string>();
  const name = (known: Map<string, string>, value: string, prefix: string): string => {
    const found = known.get(value) ?? `<${prefix}-${known.size + 1}>`;
    known.set(value, found);
    return found;
  };
  const text = (value: string): string =>
    value
      .replaceAll(UID, (uid) => name(uids, uid, 'uid'))
      .replaceAll(TIME, '<time>')
      .replaceAll(ns, '<ns>');
  const walk = (value: Json | undefined, key: string, parent: string): Json => {
    if (Array.isArray(value)) {
      const items = value.map((item) => walk(item, key, parent));
      // Sorted by time on the server: entries of one second and of two come in another order.
      // Failed fields come in an order that differs from run to run.
      return key === 'managedFields' || key.endsWith('causes')
        ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
        : items;
    }
    if (isObject(value)) {
      const out: Obj = {};
      for (const k of Object.keys(value).sort()) {
        if (k === 'remainingItemCount' || k === 'selfLink' || k === 'storageVersionHash') continue;
        out[text(k)] = walk(value[k], k, key);
      }
      return out;
    }
    if (key === 'metadata.resourceVersion') return '<rv>';
    if (key === 'resourceVersion' && typeof value === 'string') return parent === 'metadata' ? '<rv>' : value;
    if (key === 'continue' || key.endsWith('.continue')) return value === '' ? '' : '<continue>';
    if (/(?:^|\.)clusterIPs?$/.test(key))
      return typeof value === 'string' && value !== 'None' ? '<ip>' : (value ?? null);
    if (/(?:^|\.)nodePort$/.test(key)) return '<port>';
    // Table cells: ages, addresses and node ports.
    if (key.endsWith('cells') && typeof value === 'string')
      return text(value)
        .replace(/^(?:\d+s|\d+d|\d+y(?:\d+d)?)$/, '<age>')
        .replace(/^10\.\d+\.\d+\.\d+$/, '<ip>')
        .replaceAll(/:\d{5}\//g, ':<port>/');
    // The server joins several errors in an order that differs from run to run; `causes` are compared sorted.
    if (key === 'message' && typeof value === 'string')
      value = value.replace(/ is invalid: \[.*\]$/s, ' is invalid: [...]');
    // The whole object with its revision, in the server's own order of members.
    if (key.endsWith('message') && typeof value === 'string')
      value = value.replace(/((?:patch: |^)Invalid value: )"\{(?:[^"\\]|\\.)*"/, '$1<object>');
    if (typeof value === 'string')
      return text(value)
        .replaceAll(/\b(too old resource version): \d+ \(\d+\)/g, '$1')
        .replaceAll(/\b(in record) \(\d+\)/g, '$1');
    return value ?? null;
  };
  return (value: Json): Json => walk(value, '', '');
}

function pick(value: Json, paths: readonly string[]): Json {
  const out: Obj = {};
  for (const path of paths) {
    let at: Json | undefined = value;
    // A path that begins with a slash may hold names with dots.
    for (const key of path.startsWith('/') ? path.slice(1).split('/') : path.split('.'))
      at = isObject(at) || Array.isArray(at) ? (at as Obj)[key] : undefined;
    out[path] = at ?? null;
  }
  return out;
}

let counter = 0;

/** What the server answered to each step. The case gets a namespace of its own, removed afterwards. */
export async function runCase(target: Target, one: Case): Promise<Answer[]> {
  const ns = `c${process.pid.toString(36)}${(counter++).toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
  await perform(
    target,
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: ns } } },
    ns,
    [],
  );
  const answers: Answer[] = [];
  try {
    for (const step of one.steps) answers.push(await perform(target, step, ns, answers));
  } finally {
    await perform(target, { method: 'DELETE', path: `/api/v1/namespaces/${ns}` }, ns, []);
  }
  const normalize = createNormalizer(ns);
  return answers.flatMap((answer, i) => {
    if (one.steps[i]?.setup) return [];
    const paths = one.steps[i]?.pick;
    const status = answer.status;
    const body = normalize(
      paths
        ? pick(
            answer.body,
            paths.map((path) => fill(path, ns, [])),
          )
        : answer.body,
    );
    return [
      { status, ...(answer.warnings ? { warnings: normalize(answer.warnings) as string[] } : {}), body },
    ];
  });
}
