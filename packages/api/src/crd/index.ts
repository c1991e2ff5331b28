import { type ApiKind, GROUP, KINDS, VERSION } from '../names.ts';
import { registrySchema, templateSchema, tenantSchema } from '../schema/objects.ts';
import { columns, type PrinterColumn } from './columns.ts';
import { type StructuralSchema, toStructural } from './structural.ts';

export type { StructuralSchema } from './structural.ts';

/** A CustomResourceDefinition as this API uses it, ready to be sent to the API server. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced';
    readonly names: {
      readonly kind: string;
      readonly listKind: string;
      readonly plural: string;
      readonly singular: string;
      readonly shortNames: readonly string[];
      readonly categories: readonly string[];
    };
    readonly versions: readonly [
      {
        readonly name: string;
        readonly served: true;
        readonly storage: true;
        readonly subresources: { readonly status: Readonly<Record<string, never>> };
        readonly additionalPrinterColumns: readonly PrinterColumn[];
        readonly schema: { readonly openAPIV3Schema: StructuralSchema };
      },
    ];
  };
}

const kinds = {
  TenantRegistry: {
    schema: registrySchema,
    shortName: 'treg',
    description: 'A SQL table with one row per tenant, and which of its columns mean what.',
  },
  TenantTemplate: {
    schema: templateSchema,
    shortName: 'ttpl',
    description: 'The objects that every tenant of a registry consists of.',
  },
  Tenant: {
    schema: tenantSchema,
    shortName: 'tn',
    description:
      'One row of a registry, rendered with one template. The operator makes Tenants; people read them.',
  },
} as const satisfies Record<ApiKind, unknown>;

/** The CustomResourceDefinitions of this API, made anew at each call; `deploy/crds` holds them as files. */
export function customResourceDefinitions(): CustomResourceDefinition[] {
  return (Object.keys(kinds) as ApiKind[]).map(definition);
}

function definition(kind: ApiKind): CustomResourceDefinition {
  const { shortName } = kinds[kind];
  const { plural } = KINDS[kind];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}`, labels: { 'app.kubernetes.io/name': 'tenant-operator' } },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [shortName],
        // Not `tenants`: kubectl would take `get tenants` for the category and list all three kinds.
        categories: ['tenant-operator'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns[kind],
          schema: { openAPIV3Schema: rootSchema(kind) },
        },
      ],
    },
  };
}

function rootSchema(kind: ApiKind): StructuralSchema {
  const { schema, description } = kinds[kind];
  const { spec, status } = schema.shape;
  return {
    description,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: 'Version of the schema of this object.' },
      kind: { type: 'string', description: 'Kind of this object.' },
      metadata: { type: 'object' },
      spec: { ...toStructural(spec, `${kind}.spec`), description: 'What is wanted.' },
      status: { ...toStructural(status, `${kind}.status`), description: 'What is; written by the operator.' },
    },
  };
}
