/** One string of an item: constant text, or a compiled template. */
import { compile, databaseConversions, type Template, TemplateError } from '@tenant-operator/go-template';

export type Text =
  | { readonly kind: 'constant'; readonly text: string }
  | { readonly kind: 'template'; readonly source: string; readonly template: Template };

/** True when the text has an action; all other text reaches the object untouched. */
export function hasTemplate(source: string): boolean {
  return source.includes('{{');
}

export type TextOutcome =
  | { readonly ok: true; readonly text: Text }
  | { readonly ok: false; readonly message: string };

/** Parses a string; a syntax error is an outcome with Go's own words. */
export function compileText(source: string): TextOutcome {
  if (!hasTemplate(source)) return { ok: true, text: { kind: 'constant', text: source } };
  try {
    return {
      ok: true,
      text: {
        kind: 'template',
        source,
        template: compile(source, { missingKey: 'error', funcs: databaseConversions }),
      },
    };
  } catch (error) {
    return { ok: false, message: templateMessage(error) };
  }
}

/** The message of an engine error; anything else is a fault of ours and goes on. */
export function templateMessage(error: unknown): string {
  if (error instanceof TemplateError) return error.message;
  throw error;
}
