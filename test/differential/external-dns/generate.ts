/** Objects at random that between them touch every rule of ExternalDNS's Service and Ingress sources. */
import type { Made } from './cluster.ts';
import { generateIngress } from './generate-ingress.ts';
import { generateService } from './generate-service.ts';
import type { Random } from './random.ts';

/** A generated object, what it needs around it, and the rules that it is there for. */
export interface Case {
  made: Made;
  /** Pods and Endpoints. */
  companions: Made[];
  rules: string[];
}

/** Half Ingresses, half Services, all in one namespace. */
export function generateCases(random: Random, count: number, namespace: string): Case[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? generateIngress(random, index, namespace) : generateService(random, index, namespace),
  );
}
