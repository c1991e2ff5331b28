import type { ApiKind } from '../names.ts';
import type { ConditionType } from '../reasons.ts';

/** A column of `kubectl get`; those with `priority` 1 show with `-o wide` only. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly priority?: 1;
  readonly description?: string;
}

const age: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** The last sync has no column: its time is written only when the status changes, so its age would mislead. */
export const columns: Readonly<Record<ApiKind, readonly PrinterColumn[]>> = {
  TenantRegistry: [
    text('Source', '.spec.source.type'),
    number('Desired', '.status.desired'),
    number('Ready', '.status.ready'),
    number('Failed', '.status.failed'),
    ofCondition<'TenantRegistry'>('Status', 'Ready', 'reason'),
    wide(text('Interval', '.spec.source.syncInterval')),
    wide(number('Quarantined', '.status.quarantined')),
    wide(number('Held', '.status.heldDeletions.count')),
    wide(ofCondition<'TenantRegistry'>('Message', 'Ready', 'message')),
    age,
  ],
  TenantTemplate: [
    text('Registry', '.spec.registryId'),
    number('Tenants', '.status.totalTenants'),
    number('Ready', '.status.readyTenants'),
    text('Rollout', '.status.rollout.phase'),
    ofCondition<'TenantTemplate'>('Valid', 'Valid', 'status'),
    wide(text('Revision', '.status.currentRevision')),
    wide(ofCondition<'TenantTemplate'>('Message', 'Valid', 'message')),
    age,
  ],
  Tenant: [
    text('UID', '.spec.uid'),
    text('Template', '.spec.templateRef'),
    ofCondition<'Tenant'>('Ready', 'Ready', 'status'),
    number('Desired', '.status.desiredResources'),
    ofCondition<'Tenant'>('DNS', 'DNSReady', 'reason'),
    ofCondition<'Tenant'>('Status', 'Ready', 'reason'),
    wide(ofCondition<'Tenant'>('Certificate', 'CertificateReady', 'reason')),
    wide(ofCondition<'Tenant'>('HTTPS', 'HTTPSReady', 'reason')),
    wide(text('Registry', '.spec.registryId')),
    wide(number('Resources-Ready', '.status.readyResources')),
    wide(ofCondition<'Tenant'>('Message', 'Ready', 'message')),
    age,
  ],
};

function text(name: string, jsonPath: string): PrinterColumn {
  return { name, type: 'string', jsonPath };
}

function number(name: string, jsonPath: string): PrinterColumn {
  return { name, type: 'integer', jsonPath };
}

function ofCondition<K extends ApiKind>(
  name: string,
  type: ConditionType<K>,
  field: 'status' | 'reason' | 'message',
): PrinterColumn {
  return text(name, `.status.conditions[?(@.type=="${type}")].${field}`);
}

function wide(column: PrinterColumn): PrinterColumn {
  return { ...column, priority: 1 };
}
