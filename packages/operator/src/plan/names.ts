/** Names of Tenants: `<uid>-<template>`, at most 63 characters, unique for each pair of uid and template. */
import { createHash } from 'node:crypto';

const maxLength = 63;

/** The plain name; undefined when it is too long for a label value. */
export function plainName(uid: string, template: string): string | undefined {
  const name = `${uid}-${template}`;
  return name.length <= maxLength ? name : undefined;
}

/** A name that holds a digest of the pair: for long names, and for names that another pair already has. */
export function digestName(uid: string, template: string): string {
  const digest = createHash('sha256').update(`${uid}/${template}`).digest('hex').slice(0, 8);
  const head = `${uid}-${template}`.slice(0, maxLength - digest.length - 1).replace(/[-.]+$/, '');
  return `${head}-${digest}`;
}

/** A name (RFC 1123 subdomain) as a label value: itself where it is short enough, else a digest of it. */
export function labelValue(name: string): string {
  return name.length <= maxLength ? name : createHash('sha256').update(name).digest('hex').slice(0, 40);
}
