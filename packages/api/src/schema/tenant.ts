import * as z from 'zod';
import { atomicList, count, extras, immutable, stringMap, text, time } from './build.ts';
import { objectName, statusHead, statusTail } from './common.ts';

const overridesSchema = z.object({
  values: stringMap(z.string()).prefault({}).describe("Variables that win over the row's, name to value."),
});

export const tenantSpecSchema = z.object({
  uid: immutable(text(253), 'uid cannot be changed: it is the identity of the tenant').describe(
    'The uid of the row.',
  ),
  registryId: immutable(
    objectName(),
    'registryId cannot be changed: the operator makes Tenants from rows',
  ).describe('Name of the TenantRegistry that the row came from.'),
  templateRef: immutable(
    objectName(),
    'templateRef cannot be changed: the operator makes Tenants from rows',
  ).describe('Name of the TenantTemplate that the Tenant is made from.'),
  templateRevision: z
    .string()
    .exactOptional()
    .describe('Name of the ControllerRevision of the template that the Tenant is rendered from.'),
  values: stringMap(z.string())
    .prefault({})
    .describe('The template variables, as read from the row. Secret values are never here.'),
  suspend: z
    .boolean()
    .default(false)
    .describe('True stops every change to the resources of this tenant; nothing is lost when it ends.'),
  overrides: overridesSchema
    .exactOptional()
    .describe(
      'Settings of whoever writes them, for this one tenant. A sync of the table never touches them.',
    ),
});

const inventoryEntrySchema = z.object({
  id: z.string().describe('Id of the item.'),
  apiVersion: z.string().describe('API version that the object was written with.'),
  kind: z.string().describe('Kind of the object.'),
  namespace: z.string().exactOptional().describe('Namespace of the object; absent for cluster-scoped kinds.'),
  name: z.string().describe('Name of the object.'),
  uid: z.string().exactOptional().describe('UID of the object; absent until its first apply was answered.'),
  wave: z
    .int32()
    .min(0)
    .exactOptional()
    .describe('Place in the dependency order; objects of the highest wave are deleted first.'),
  deletionPolicy: z
    .enum(['Delete', 'Retain'])
    .describe('What becomes of the object when it is no longer wanted.'),
  renderedDigest: z
    .string()
    .exactOptional()
    .describe('Digest of the manifest that was last applied; keyed for Secrets.'),
  appliedDigest: z
    .string()
    .exactOptional()
    .describe("Digest of the server's answer on the fields that the operator owns; another one means drift."),
  appliedTime: time()
    .exactOptional()
    .describe('When this manifest was first applied; timeoutSeconds counts from here.'),
  ready: z
    .boolean()
    .exactOptional()
    .describe('True once the object was ready with this manifest; timeoutSeconds counts no more then.'),
  certificatesReleased: z
    .boolean()
    .exactOptional()
    .describe('True once a held cert-manager annotation was set; it is never taken away again.'),
});

const dnsRecordSchema = z.object({
  name: z.string().describe('DNS name of the record.'),
  type: z.string().describe('Record type: A, AAAA or CNAME.'),
  setIdentifier: z
    .string()
    .exactOptional()
    .describe('Tells records of one name and type apart (weighted and other routing).'),
  resource: z
    .string()
    .describe(
      'The object that asks for the record: ingress/<namespace>/<name>, service/... or httproute/....',
    ),
  state: z.string().describe('Where it stands: a reason of the condition DNSReady, such as Published.'),
  expected: atomicList(z.string()).describe('What the record should hold, sorted.'),
  seen: atomicList(z.string()).exactOptional().describe('What the name servers answered, sorted.'),
  owner: z.string().exactOptional().describe('Owner id in the ownership TXT record.'),
  since: time().describe('Since when it is in this state.'),
});

export const tenantStatusSchema = z
  .object({
    ...statusHead,
    templateRevision: z
      .string()
      .exactOptional()
      .describe('Name of the ControllerRevision of the template that the resources were last rendered from.'),
    brokenBeforeRevision: z
      .boolean()
      .exactOptional()
      .describe(
        'True when the tenant was not ready when it got this revision; it does not halt a rollout then.',
      ),
    serviceAccountName: z
      .string()
      .exactOptional()
      .describe('ServiceAccount that the resources were last written as; the operator itself when absent.'),
    desiredResources: count().exactOptional().describe('Resources that the tenant should have.'),
    readyResources: count()
      .exactOptional()
      .describe('Resources that are ready, or applied where waitForReady is false.'),
    failedResources: count().exactOptional().describe('Resources that failed, timed out or conflict.'),
    skippedResources: count()
      .exactOptional()
      .describe('Resources that were skipped because a dependency failed.'),
    skippedResourceIds: atomicList(z.string()).exactOptional().describe('Ids of the skipped items, sorted.'),
    appliedResources: atomicList(z.string())
      .exactOptional()
      .describe('Resources that exist, as Kind/namespace/name@id, sorted.'),
    inventory: atomicList(inventoryEntrySchema)
      .exactOptional()
      .describe('What deletion needs to know of each resource, in the order of their creation.'),
    dns: atomicList(dnsRecordSchema)
      .exactOptional()
      .describe('The DNS records that the resources ask for, sorted by name and type.'),
    ...statusTail,
  })
  // docs/adr/0019
  .register(extras, { mapType: 'atomic' });

export type TenantSpec = z.output<typeof tenantSpecSchema>;
export type TenantStatus = z.output<typeof tenantStatusSchema>;
export type TenantOverrides = z.output<typeof overridesSchema>;
export type InventoryEntry = z.output<typeof inventoryEntrySchema>;
export type TenantDnsRecord = z.output<typeof dnsRecordSchema>;
