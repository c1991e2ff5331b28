/** Whether an answer is what was expected, and what has to be asked to tell. */
import { canonicalTarget } from '../address/index.ts';
import type { ExpectedRecord } from '../expected/index.ts';
import { type QueryType, valuesOf } from '../lookup/index.ts';
import { normalizeName } from '../name/index.ts';
import type { ExternalDnsSettings } from '../settings/index.ts';
import type { ServerView } from './index.ts';

/** Hosts that ExternalDNS's AWS provider turns a CNAME to into a Route 53 alias by itself (provider/aws, v0.14.0). */
const ALIASED_HOSTS =
  /(?:^|\.)(?:elb\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|[a-z0-9-]+\.elb\.amazonaws\.com(?:\.cn)?|[a-z0-9-]+\.vpce\.amazonaws\.com|cloudfront\.net|awsglobalaccelerator\.com)$/;

function property(record: ExpectedRecord, name: string): string | undefined {
  return record.properties.find((each) => each.name === name)?.value;
}

/** Go's `strconv.ParseBool`. */
function parseBool(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

// Cloudflare proxies no wildcards for ExternalDNS (provider/cloudflare, shouldBeProxied).
function isProxied(record: ExpectedRecord, settings: ExternalDnsSettings): boolean {
  if (record.name.includes('*')) return false;
  return (
    parseBool(property(record, `${settings.annotationPrefix}cloudflare-proxied`)) ?? settings.proxiedByDefault
  );
}

function isAlias(record: ExpectedRecord): boolean {
  if (property(record, 'alias') === 'true') return true;
  return (
    record.type === 'CNAME' && record.targets.some((target) => ALIASED_HOSTS.test(canonicalTarget(target)))
  );
}

/**
 * Why any answer counts as the right one, or `undefined` when the targets themselves must be answered: a proxied record
 * shows the proxy's addresses, an alias those of its target at the moment, and one with a set identifier shares its name
 * with others that the server picks from.
 */
export function acceptsAnyAnswer(record: ExpectedRecord, settings: ExternalDnsSettings): string | undefined {
  if (isProxied(record, settings)) return 'proxied';
  if (isAlias(record)) return 'alias';
  return record.setIdentifier === '' ? undefined : `set identifier ${record.setIdentifier}`;
}

/**
 * The types to ask a server for, in order, until one is answered with values. A CNAME may have become addresses (an alias,
 * a proxy, a flattened apex), which then are what can be seen.
 */
export function typesToAsk(record: ExpectedRecord): QueryType[] {
  return record.type === 'CNAME' ? ['CNAME', 'A', 'AAAA'] : [record.type === 'AAAA' ? 'AAAA' : 'A'];
}

/** What a server answers at the name itself: values of the asked types, and a CNAME that stands in their place. */
export function seenValues(view: ServerView, name: string): string[] {
  const asked = normalizeName(name);
  const values = Object.entries(view.outcomes).flatMap(([type, outcome]) => [
    ...valuesOf(outcome, asked, type as QueryType),
    ...valuesOf(outcome, asked, 'CNAME'),
  ]);
  return [...new Set(values)].sort();
}

/** The targets in the form in which answers are compared: one spelling each, sorted, no duplicates. */
export function expectedValues(record: ExpectedRecord): string[] {
  return [...new Set(record.targets.map(canonicalTarget))].sort();
}

/** How one server stands to a record. */
export type Standing = 'right' | 'other' | 'missing' | 'silent';

/** Judges one server; only authoritative answers count, all else is silence. */
export function standingOf(
  view: ServerView,
  record: ExpectedRecord,
  settings: ExternalDnsSettings,
): Standing {
  const outcomes = Object.values(view.outcomes);
  const says = outcomes.filter((outcome) => 'authoritative' in outcome && outcome.authoritative);
  // One type that could not be asked leaves open what is there.
  const seen = seenValues({ ...view, outcomes: view.outcomes }, record.name);
  if (says.length === 0) return 'silent';
  if (seen.length === 0) return says.length === outcomes.length ? 'missing' : 'silent';
  if (acceptsAnyAnswer(record, settings) !== undefined) return 'right';
  const expected = expectedValues(record);
  const isSame = expected.length === seen.length && expected.every((value, index) => value === seen[index]);
  return isSame ? 'right' : 'other';
}
