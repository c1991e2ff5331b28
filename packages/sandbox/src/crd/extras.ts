/** Checks of what a version has beside its schema: printer columns, subresources, selectable fields. */
import type { RawSchema } from '../schema/raw.ts';
import { type FieldError, invalidValue, required } from '../status/index.ts';

export interface VersionExtras {
  additionalPrinterColumns?: { name?: string; type?: string; jsonPath?: string }[];
  subresources?: { scale?: { specReplicasPath?: string; statusReplicasPath?: string } };
  selectableFields?: { jsonPath?: string }[];
}

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const BELOW_SPEC = 'should be a json path under .spec';
const BELOW_STATUS = 'should be a json path under .status';

/** `where` says under which path a field is reported: what all versions share is kept in one place. */
export function extrasErrors(
  version: VersionExtras,
  schema: RawSchema,
  where: (field: keyof VersionExtras) => string,
): FieldError[] {
  return [
    ...(version.additionalPrinterColumns ?? []).flatMap((column, i) =>
      columnErrors(column, `${where('additionalPrinterColumns')}.additionalPrinterColumns[${i}]`),
    ),
    ...scaleErrors(version.subresources?.scale, `${where('subresources')}.subresources.scale`),
    ...(version.selectableFields ?? []).flatMap(({ jsonPath = '' }, i) =>
      isSelectable(schema, jsonPath)
        ? []
        : [
            invalidValue(
              `${where('selectableFields')}.selectableFields[${i}].jsonPath`,
              jsonPath,
              'is an invalid path: does not refer to a valid field',
            ),
          ],
    ),
  ];
}

function columnErrors(
  column: { name?: string; type?: string; jsonPath?: string },
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!column.name) errors.push(required(`${path}.name`));
  if (!column.type) errors.push(required(`${path}.type`, `must be one of ${COLUMN_TYPES.join(',')}`));
  else if (!COLUMN_TYPES.includes(column.type))
    errors.push(invalidValue(`${path}.type`, column.type, `must be one of ${COLUMN_TYPES.join(',')}`));
  if (!column.jsonPath) errors.push(required(`${path}.JSONPath`));
  return errors;
}

function scaleErrors(
  scale: { specReplicasPath?: string; statusReplicasPath?: string } | undefined,
  path: string,
): FieldError[] {
  if (!scale) return [];
  return [
    pathErrors(scale.specReplicasPath, `${path}.specReplicasPath`, '.spec.', BELOW_SPEC),
    pathErrors(scale.statusReplicasPath, `${path}.statusReplicasPath`, '.status.', BELOW_STATUS),
  ].flat();
}

function pathErrors(value: string | undefined, path: string, below: string, problem: string): FieldError[] {
  if (!value) return [required(path)];
  return value.startsWith(below) ? [] : [invalidValue(path, value, problem)];
}

function isSelectable(schema: RawSchema, path: string): boolean {
  let here: RawSchema | undefined = schema;
  for (const step of path.replace(/^\./, '').split('.')) here = here?.properties?.[step];
  return here !== undefined && ['string', 'integer', 'boolean'].includes(here.type ?? '');
}
