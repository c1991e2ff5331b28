import * as z from 'zod';
import { API_VERSION, type ApiKind } from '../names.ts';
import { metadataSchema } from './common.ts';
import { registrySpecSchema, registryStatusSchema } from './registry.ts';
import { templateSpecSchema, templateStatusSchema } from './template.ts';
import { tenantSpecSchema, tenantStatusSchema } from './tenant.ts';

export const registrySchema = object('TenantRegistry', registrySpecSchema, registryStatusSchema);
export const templateSchema = object('TenantTemplate', templateSpecSchema, templateStatusSchema);
export const tenantSchema = object('Tenant', tenantSpecSchema, tenantStatusSchema);

/** A table of SQL rows and how they become Tenants. */
export type TenantRegistry = z.output<typeof registrySchema>;

/** What every tenant of a registry consists of. */
export type TenantTemplate = z.output<typeof templateSchema>;

/** One row rendered with one template. */
export type Tenant = z.output<typeof tenantSchema>;

/** `apiVersion` and `kind` are filled in where they are absent, as in the items of some lists. */
function object<K extends ApiKind, Spec extends z.ZodType, Status extends z.ZodType>(
  kind: K,
  spec: Spec,
  status: Status,
) {
  return z.object({
    apiVersion: z.literal(API_VERSION).default(API_VERSION),
    kind: z.literal<K>(kind).prefault(kind),
    metadata: metadataSchema,
    spec,
    status: status.exactOptional(),
  });
}
