import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startStage, tellStory } from './index.ts';

describe('the demo', () => {
  it('tells its story to the end', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'demo-'));
    const stage = await startStage({
      ports: { kubernetes: 0, mysql: 0, dns: 0, dashboard: 0 },
      kubeconfig: join(folder, 'kubeconfig'),
      log: pino({ level: 'silent' }),
    });
    try {
      expect(existsSync(join(folder, 'kubeconfig'))).toBe(true);
      const lines: string[] = [];
      await tellStory(stage, (line) => lines.push(line));
      const order = [
        'three rows in the table tenant_configs',
        'Ingress tenant-alpha-ingress',
        'dig alpha.saas.example.com -> 192.0.2.10',
        "UPDATE tenant_configs SET is_active='0' WHERE tenant_id='tenant-alpha'",
        'dig alpha.saas.example.com -> no such record',
        'dig gamma.enterprise.example.io -> 192.0.2.10, untouched',
      ];
      expect(lines.filter((line) => order.includes(line))).toEqual(order);
      expect(lines.filter((line) => line.startsWith('Tenant '))).toHaveLength(3);
      // What the person is told to try next.
      stage.database.run("UPDATE tenant_configs SET is_active='1' WHERE tenant_id='tenant-alpha'");
      await expect
        .poll(() => stage.dns.zones.find('alpha.saas.example.com').exists, { timeout: 15_000 })
        .toBe(true);
    } finally {
      await stage.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
