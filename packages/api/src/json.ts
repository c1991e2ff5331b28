/** A value as JSON carries it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object; an absent field reads as undefined. */
export interface JsonObject {
  [field: string]: JsonValue;
}
