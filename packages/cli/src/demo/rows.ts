/** The rows of the demo's table, for the switches on the page. */
import type { DemoRows } from '@tenant-operator/dashboard';
import type { MysqlServer } from '@tenant-operator/sandbox/mysql';

export function createRows(database: MysqlServer): DemoRows {
  return {
    list() {
      const rows = database.run(
        'SELECT tenant_id, tenant_domain, is_active FROM tenant_configs ORDER BY tenant_id',
      );
      return Promise.resolve(
        rows.map(([uid, host, active]) => ({ uid: uid ?? '', host: host ?? '', isActive: active === '1' })),
      );
    },
    set(uid, isActive) {
      const id = uid.replaceAll('\\', '\\\\').replaceAll("'", "''");
      database.run(`UPDATE tenant_configs SET is_active='${isActive ? 1 : 0}' WHERE tenant_id='${id}'`);
      return Promise.resolve();
    },
  };
}
