/** Writes deploy/grafana/tenant-operator.json, the dashboard for Grafana. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dashboard } from './chart/grafana.ts';

const file = join(import.meta.dirname, '..', '..', '..', 'deploy', 'grafana', 'tenant-operator.json');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(dashboard(), null, 2)}\n`);
