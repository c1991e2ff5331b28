/** The flags of an ExternalDNS container: its arguments, and the EXTERNAL_DNS_* variables in their place. Pure. */

interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

/** The fields of a container that hold its flags. */
export interface FlagSource {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
}

export interface Flags {
  /** All values of a flag, in their order. */
  all(name: string): readonly string[];
  /** The last one wins. */
  last(name: string): string | undefined;
  has(name: string): boolean;
  /** A switch: `--events`, `--no-events`, `--events=false`. */
  isOn(name: string): boolean;
}

/** Switches take no value: what follows one is not theirs. */
const SWITCHES = new Set([
  'always-publish-not-ready-addresses',
  'aws-evaluate-target-health',
  'aws-prefer-cname',
  'cloudflare-proxied',
  'combine-fqdn-annotation',
  'dry-run',
  'events',
  'ignore-hostname-annotation',
  'ignore-ingress-rules-spec',
  'ignore-ingress-tls-spec',
  'once',
  'publish-host-ip',
  'publish-internal-services',
  'txt-encrypt-enabled',
]);

/**
 * Reads the flags as kingpin does: `--name=value`, `--name value`, `--no-name`. A variable counts where no argument sets the flag;
 * `$(NAME)` stands for a variable of the container. A value from a Secret or a ConfigMap is not looked up: the flag is absent.
 */
export function readFlags({ command = [], args = [], env = [] }: FlagSource): Flags {
  const literal = new Map(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
  const expand = (text: string) =>
    text.replaceAll(/\$\(([\w.-]+)\)/g, (whole, name: string) => literal.get(name) ?? whole);
  const values = new Map<string, string[]>();
  const add = (name: string, value: string) => {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  };
  const words = [...command, ...args].map(expand);
  for (let at = 0; at < words.length; at += 1) {
    const [, name, value] = /^--([a-z][a-z0-9-]*)(?:=([\s\S]*))?$/.exec(words[at] ?? '') ?? [];
    if (name === undefined) continue;
    if (value !== undefined) add(name, value);
    else if (name.startsWith('no-') && SWITCHES.has(name.slice(3))) add(name.slice(3), 'false');
    else if (SWITCHES.has(name)) add(name, 'true');
    else if (at + 1 < words.length && !words[at + 1]?.startsWith('--')) add(name, words[++at] as string);
    else add(name, 'true');
  }
  for (const [variable, value] of literal) {
    if (!variable.startsWith('EXTERNAL_DNS_')) continue;
    const name = variable.slice('EXTERNAL_DNS_'.length).toLowerCase().replaceAll('_', '-');
    if (values.has(name)) continue;
    // A flag that may be given several times has its values on lines of their own.
    for (const line of value.split('\n'))
      if (line !== '') add(name, SWITCHES.has(name) && line === '1' ? 'true' : line);
  }
  return {
    all: (name) => values.get(name) ?? [],
    last: (name) => values.get(name)?.at(-1),
    has: (name) => values.has(name),
    isOn: (name) => values.get(name)?.at(-1) === 'true',
  };
}
