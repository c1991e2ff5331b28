/** The direction of imports: what each folder may know of, and that the deciding ones do no I/O. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Import, importsOf, readImports, readSources } from './imports.ts';

/**
 * A place may import what is inside of it, and this. `x` is the contract of x, all of it; `x:a,b` only a and b of it at run time,
 * and its types; `x:` only its types.
 */
interface Place {
  readonly may: readonly string[];
  /** It does no I/O: whoever it imports is pure too, or is named item by item. */
  readonly pure?: true;
}

const api = '@tenant-operator/api';
const kube = '@tenant-operator/kube';
/** Sizes of messages, which all may use. */
const text = 'operator:cutText';

const PLACES: Readonly<Record<string, Place>> = {
  'go-template': { may: ['re2js', 'node:crypto'], pure: true },
  api: { may: ['zod'], pure: true },
  kube: {
    may: [
      '@opentelemetry/api',
      'undici',
      'yaml',
      ...['child_process', 'crypto', 'fs', 'fs/promises', 'http', 'https', 'net', 'os', 'path', 'tls'].map(
        (name) => `node:${name}`,
      ),
    ],
  },

  // From what knows nothing to what knows all.
  'operator/graph': { may: [], pure: true },
  'operator/jsonpath': { may: [], pure: true },
  'operator/readiness': { may: ['@marcbachmann/cel-js', api, `${kube}:`], pure: true },
  'operator/render': {
    may: ['@tenant-operator/go-template', api, 'operator/graph', 'operator/jsonpath', 'operator/readiness'],
    pure: true,
  },
  'operator/plan': {
    may: [
      'node:crypto',
      api,
      `${kube}:`,
      'operator/children:objectKey',
      // The words for true and false, which belong to the sources and touch none.
      'operator/source:parseActivate',
    ],
    pure: true,
  },
  'operator/scope': { may: [api, 'operator/render:'], pure: true },
  'operator/status': {
    may: [api, text, 'operator/children:childKey,isSameJson'],
    pure: true,
  },
  'operator/dns/address': { may: [], pure: true },
  'operator/dns/name': { may: [], pure: true },
  'operator/dns/settings': { may: ['operator/dns/name', 'operator/dns/address'], pure: true },
  'operator/dns/expected': {
    may: ['operator/dns/address', 'operator/dns/name', 'operator/dns/settings'],
    pure: true,
  },
  'operator/dns/ownership': {
    may: ['operator/dns/expected', 'operator/dns/name', 'operator/dns/settings'],
    pure: true,
  },
  'operator/dns/verdict': {
    may: [
      api,
      'operator/dns/address',
      'operator/dns/expected',
      // How answers read; asking is the verifier's.
      'operator/dns/lookup:describeOutcome,valuesOf',
      'operator/dns/name',
      'operator/dns/ownership',
      'operator/dns/settings',
    ],
    pure: true,
  },
  'operator/dns/lookup': {
    may: [
      'dns-packet',
      'node:crypto',
      'node:dgram',
      'node:dns',
      'node:dns/promises',
      'node:net',
      kube,
      'operator/dns/address',
      'operator/dns/name',
    ],
  },
  'operator/dns/verifier': {
    may: [
      'node:util',
      kube,
      'operator/dns/expected',
      'operator/dns/lookup:',
      'operator/dns/name',
      'operator/dns/ownership',
      'operator/dns/settings',
      'operator/dns/verdict',
    ],
  },
  'operator/dns': {
    may: ['expected', 'lookup', 'ownership', 'settings', 'verdict', 'verifier'].map(
      (name) => `operator/dns/${name}`,
    ),
  },
  'operator/probe': { may: ['node:https', 'node:net', kube, 'operator/dns'] },
  'operator/source': { may: ['mysql2', 'node:net', 'node:tls', 'pg', kube, text] },
  'operator/children': {
    may: ['node:crypto', api, kube, 'operator/dns/expected:', 'operator/jsonpath', 'operator/readiness'],
  },
  'operator/apply': {
    may: [api, kube, 'operator/children', 'operator/jsonpath', 'operator/plan', 'operator/render'],
  },
  'operator/certificates': {
    may: ['@peculiar/x509', 'node:crypto', 'node:net', 'reflect-metadata', kube],
  },
  'operator/tracing': { may: ['@opentelemetry/api'] },
  'operator/http': { may: ['node:http', 'node:https', 'node:net', 'node:tls:', `${kube}:`] },
  'operator/health': { may: [kube, 'operator/http'] },
  'operator/metrics': {
    may: [
      'node:fs',
      'node:http:',
      'node:perf_hooks',
      'prom-client',
      api,
      kube,
      'operator/controller:',
      'operator/http',
    ],
  },
  'operator/shards': { may: [api, kube] },
  'operator/controller': {
    may: [
      'node:crypto',
      api,
      kube,
      text,
      'operator/apply',
      'operator/children',
      'operator/dns',
      'operator/health:',
      'operator/jsonpath',
      'operator/plan',
      'operator/probe',
      'operator/render',
      'operator/scope',
      // Which source it is, is decided where the operator is put together.
      'operator/source:',
      'operator/shards:',
      'operator/status',
      'operator/tracing',
    ],
  },
  'operator/webhook': {
    may: [
      'node:http',
      'node:https',
      'node:net',
      'node:tls',
      'node:util',
      api,
      kube,
      text,
      'operator/certificates',
      'operator/http:hostOf,limitConnections',
      // The guard's limits: the webhook repeats no rule.
      'operator/controller:',
      'operator/controller/registry:approvedNames,guardLimits,recentDeletions',
      'operator/controller/template:compileInScope',
      'operator/plan',
      'operator/render',
      'operator/scope',
    ],
  },
  operator: {
    may: [
      api,
      'operator/controller',
      'operator/health',
      'operator/metrics',
      'operator/scope',
      'operator/shards',
      'operator/source',
      'operator/source/mysql',
      'operator/source/postgresql',
      'operator/webhook',
    ],
  },

  'dashboard/access': { may: ['node:crypto', 'node:http:', kube] },
  'dashboard/http': { may: ['node:crypto', 'node:fs', 'node:http:', 'node:path', 'node:zlib'] },
  'dashboard/stream': { may: ['node:http:', api, kube, '@tenant-operator/operator:', 'dashboard'] },
  'dashboard/tenant': {
    may: [
      'diff',
      'yaml',
      api,
      kube,
      // What the controllers would render, and how they judge it.
      '@tenant-operator/operator:compileFor,decideOwnership,judgeReadiness,renderItem,tenantData',
      'dashboard',
    ],
  },
  dashboard: {
    may: [
      'node:http',
      'node:net:',
      'zod',
      api,
      kube,
      '@tenant-operator/operator:limitConnections',
      ...['access', 'http', 'stream', 'tenant'].map((name) => `dashboard/${name}`),
    ],
  },

  cli: {
    may: [
      '@opentelemetry/api',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace-node',
      'commander',
      'pino',
      'yaml',
      ...['crypto', 'dns/promises', 'fs', 'os', 'path', 'readline/promises', 'v8'].map(
        (name) => `node:${name}`,
      ),
      api,
      kube,
      '@tenant-operator/dashboard',
      '@tenant-operator/operator',
      '@tenant-operator/sandbox',
      'cli/doctor/checks',
      'cli/external-dns',
    ],
  },
  // What an ExternalDNS is told, and manifests for one.
  'cli/external-dns': {
    may: ['@tenant-operator/operator:ALPHA_PREFIX,STABLE_PREFIX,createSettings'],
    pure: true,
  },
  // Everything was read before: one finding after the other, from facts alone.
  'cli/doctor/checks': {
    may: [
      api,
      '@tenant-operator/operator:ALPHA_PREFIX,STABLE_PREFIX,isInDomainFilter',
      'cli/doctor:TTL_SECONDS,addFlag,classOf,editTemplate,environmentOfLabels,environmentOfName,groupBy,ignoredBecause,itemsOf,listed,nameOf,overlapping,patchTemplate,pointer,publishersOf,removeFlag,resourceOf,setFlag,tenantObjects',
      'cli/external-dns',
      'cli/output:countOf',
    ],
    pure: true,
  },
  // Stands for a cluster: it shares no code with what is tried on it.
  sandbox: {
    may: [
      '@marcbachmann/cel-js',
      '@peculiar/x509',
      'dns-packet',
      'mysql2',
      'reflect-metadata',
      'sql.js',
      'yaml',
      ...[
        'child_process',
        'crypto',
        'dgram',
        'events',
        'fs',
        'http',
        'https',
        'net',
        'os',
        'path',
        'tls',
        'util',
        'zlib',
      ].map((name) => `node:${name}`),
    ],
  },
};

/** What touches the world without an import. */
const IMPURE =
  /(?<![.\w])(?:fetch|setTimeout|setInterval|setImmediate|queueMicrotask)\(|\b(?:process|console)\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b/;

/** Lines that may all the same. */
const EXCEPTIONS = [
  {
    file: 'go-template/src/template.ts',
    text: 'options.now ??',
    reason: 'the clock that options may replace',
  },
];

/** The row of a place: its own, or that of the nearest folder above it. A folder of the operator needs one of its own. */
function rowOf(place: string): string | undefined {
  for (let row = place; row !== '.'; row = row.includes('/') ? row.slice(0, row.lastIndexOf('/')) : '.') {
    if (row in PLACES && (row !== 'operator' || place === 'operator')) return row;
  }
  return undefined;
}

/** The complaint about one import, or undefined. */
function judgeImport({ file, place, target, isType, names }: Import): string | undefined {
  const row = rowOf(place);
  if (row === undefined) return `${file}: ${place} has no row here: say what it may import`;
  const { may, pure } = PLACES[row] as Place;
  if (target === place || rowOf(target) === row) return undefined;
  const found = may
    .map((entry) => entry.split(':'))
    .filter(([first, second]) => reaches(target, first, second));
  const open = found.some((parts) => namesOf(parts) === undefined);
  if (open) {
    const inner = rowOf(target);
    if (!pure || isType || inner === undefined || PLACES[inner]?.pure) return undefined;
    return `${file} must do no I/O and imports ${target}, which may`;
  }
  const allowed = found.flatMap((parts) => namesOf(parts) ?? []);
  if (found.length > 0 && (isType || (names.length > 0 && names.every((name) => allowed.includes(name))))) {
    return undefined;
  }
  const what = isType ? 'types' : names.join(', ') || 'all';
  return `${file} imports ${what} of ${target}, which ${row} may not know`;
}

/** `node:fs` has a colon of its own. */
function reaches(target: string, first: string | undefined, second: string | undefined): boolean {
  return first === 'node' ? target === `node:${second}` : target === first;
}

/** The names that an entry is limited to; undefined when it is not. */
function namesOf([first, second]: readonly string[]): string[] | undefined {
  return first === 'node' ? undefined : second?.split(',');
}

describe('imports', () => {
  const packages = readdirSync(join(import.meta.dirname, '..', '..', 'packages'));

  it.each(packages)('of %s lead where the table lets them', (name) => {
    expect(readImports(name).flatMap((found) => judgeImport(found) ?? [])).toEqual([]);
  });

  it('are found at all', () => {
    expect(readImports('operator').length).toBeGreaterThan(300);
  });

  it.each([
    {
      text: "import { a, type B, c as d } from './x.ts';",
      isType: false,
      names: ['a', 'c'],
      reason: 'names',
    },
    { text: "import type { A } from './x.ts';", isType: true, names: [], reason: 'types only' },
    {
      text: "import {\n  a,\n  b,\n} from './x.ts';",
      isType: false,
      names: ['a', 'b'],
      reason: 'several lines',
    },
    { text: "export { a } from './x.ts';", isType: false, names: ['a'], reason: 're-export' },
    { text: "export * from './x.ts';", isType: false, names: [], reason: 're-export of all' },
    { text: "import './x.ts';", isType: false, names: [], reason: 'for its effects' },
    { text: "  const x = await import('./x.ts');", isType: false, names: [], reason: 'at run time' },
  ])('are read: $reason', ({ text, isType, names }) => {
    const before = "export interface A {\n  b: 'c';\n}\n/**\n * import { no } from './no.ts'\n */\n";
    const found = importsOf('operator/src/plan/y.ts', `${before}${text}\nexport { own };\nconst z = 1;\n`);
    expect(found).toEqual([
      { file: 'operator/src/plan/y.ts', place: 'operator/plan', target: 'operator/plan', isType, names },
    ]);
  });

  it.each([
    { file: 'operator/src/status/a.ts', text: "'../controller/index.ts'", reason: 'upwards' },
    { file: 'operator/src/graph/a.ts', text: "'node:fs'", reason: 'I/O in a pure folder' },
    { file: 'operator/src/plan/a.ts', text: "'../children/index.ts'", reason: 'more than the named items' },
    {
      file: 'operator/src/plan/a.ts',
      text: "'@tenant-operator/kube'",
      reason: 'a value where types are allowed',
    },
    { file: 'operator/src/new/a.ts', text: "'../plan/index.ts'", reason: 'a folder without a row' },
    { file: 'sandbox/src/a.ts', text: "'@tenant-operator/kube'", reason: 'a package that stands apart' },
    { file: 'kube/src/a.ts', text: "'@tenant-operator/operator'", reason: 'a package above' },
  ])('are refused: $reason', ({ file, text }) => {
    const [found] = importsOf(file, `import { create } from ${text};`);
    expect(found && judgeImport(found)).toContain(file);
  });
});

describe('folders that do no I/O', () => {
  const pure = readdirSync(join(import.meta.dirname, '..', '..', 'packages'))
    .flatMap(readSources)
    .filter(({ place }) => PLACES[rowOf(place) ?? '']?.pure);

  it('touch neither clock nor timers, processes or the network', () => {
    const complaints = pure.flatMap(({ file, text }) =>
      text
        .split('\n')
        .filter((line) => IMPURE.test(line) && !/^\s*(?:\*|\/[/*])/.test(line))
        .filter((line) => !EXCEPTIONS.some((known) => known.file === file && line.includes(known.text)))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(complaints).toEqual([]);
  });

  it('are the ones that promise it', () => {
    const rows = [...new Set(pure.map(({ place }) => rowOf(place)))];
    const promised = ['go-template', 'api', 'graph', 'plan', 'readiness', 'render', 'dns/verdict'];
    for (const name of promised) {
      expect(rows).toContain(name === 'go-template' || name === 'api' ? name : `operator/${name}`);
    }
  });
});
