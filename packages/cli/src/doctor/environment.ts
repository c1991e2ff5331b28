/** Which environment something belongs to, by its labels and names. Pure. */

export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

const WORDS: Readonly<Record<string, Environment>> = {
  production: 'production',
  prod: 'production',
  prd: 'production',
  live: 'production',
  staging: 'staging',
  stage: 'staging',
  stg: 'staging',
  preprod: 'staging',
  uat: 'staging',
  development: 'development',
  develop: 'development',
  dev: 'development',
  test: 'development',
  testing: 'development',
  qa: 'development',
};

/** Labels by which clusters tell their environments apart. */
const LABELS = ['environment', 'env', 'app.kubernetes.io/environment', 'stage', 'tier'];

/** The environment that a name speaks of: `shop-prod`, `tenant-a.staging.example.com`. */
export function environmentOfName(name: string): Environment | undefined {
  for (const word of name.toLowerCase().split(/[^a-z]+/)) {
    // Names are people's: `constructor` is one, too.
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
  }
  return undefined;
}

export function environmentOfLabels(labels: Readonly<Record<string, string>> = {}): Environment | undefined {
  for (const label of LABELS) {
    const found = environmentOfName(labels[label] ?? '');
    if (found) return found;
  }
  return undefined;
}

/** The guide's TTLs, in seconds. */
export const TTL_SECONDS: Readonly<Record<Environment, number>> = {
  development: 60,
  staging: 300,
  production: 3600,
};
