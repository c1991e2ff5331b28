/** The shell assignments that make lines of kubectl, mysql and dig short. */
import type { Rig } from '../index.ts';

/** `export NAME='value'` a line, for `.rig/env` and `.demo/env`. */
export function environment({ kubeconfig, mysql, dns }: Pick<Rig, 'kubeconfig' | 'mysql' | 'dns'>): string {
  const values: Record<string, string | number> = {
    KUBECONFIG: kubeconfig,
    MYSQL_HOST: mysql.host,
    MYSQL_PORT: mysql.port,
    MYSQL_USER: mysql.user,
    MYSQL_PWD: mysql.password,
    MYSQL_DATABASE: mysql.database,
    DNS_HOST: dns.host,
    DNS_PORT: dns.port,
  };
  return Object.entries(values)
    .map(([name, value]) => `export ${name}='${String(value).replaceAll("'", `'\\''`)}'\n`)
    .join('');
}
