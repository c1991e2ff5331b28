/** CustomResourceDefinitions: schemas, rules, life and what is refused. */
import type { Case } from '../../index.ts';
import { cases as life } from './life.ts';
import { cases as refused } from './refused.ts';
import { cases as rules } from './rules.ts';
import { cases as values } from './values.ts';

export const cases: readonly Case[] = [...values, ...rules, ...life, ...refused];
