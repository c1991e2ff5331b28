/** Every check, in the order of the guide: a file for each topic, each check on its own. Pure. */
import type { Check, Section } from '../index.ts';
import { certificateChecks } from './certificates.ts';
import { clusterChecks } from './cluster.ts';
import { hostnameChecks } from './hostnames.ts';
import { ingressChecks } from './ingress.ts';
import { installationChecks } from './installation.ts';
import { practiceChecks } from './practices.ts';
import { recordChecks } from './records.ts';
import { removalChecks } from './removal.ts';

const all: readonly Check[] = [
  ...clusterChecks,
  ...installationChecks,
  ...hostnameChecks,
  ...recordChecks,
  ...removalChecks,
  ...ingressChecks,
  ...certificateChecks,
  ...practiceChecks,
];

const order: readonly Section[] = [
  'cluster',
  'not-created',
  'not-deleted',
  'propagation',
  'address',
  'certificates',
  'practices',
];

export const CHECKS: readonly Check[] = order.flatMap((section) =>
  all.filter((check) => check.section === section),
);
