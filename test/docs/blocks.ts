/** Fenced blocks of Markdown with the words behind their language. Pure. */

export interface Block {
  /** `docs/dns.md:7`, the line of the fence. */
  readonly place: string;
  readonly language: string;
  readonly words: Readonly<Record<string, string>>;
  /** Without the indentation of the list that it stands in. */
  readonly text: string;
}

/** What a block is for. */
export type Use =
  | { readonly kind: 'run'; readonly where: 'demo' | 'rig' }
  | { readonly kind: 'noted'; readonly reason: string }
  | { readonly kind: 'manifest'; readonly kinds?: string }
  | { readonly kind: 'item'; readonly list: string; readonly kinds?: string }
  | { readonly kind: 'spec'; readonly of: string }
  | { readonly kind: 'prose' }
  | { readonly kind: 'problem'; readonly message: string };

export function blocksOf(file: string, text: string): Block[] {
  const found: Block[] = [];
  let open:
    | { readonly indent: string; readonly fence: string; readonly info: string; readonly line: number }
    | undefined;
  let lines: string[] = [];
  text.split('\n').forEach((line, index) => {
    if (open === undefined) {
      const [, indent, fence, info] = /^( *)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
      if (indent === undefined || fence === undefined) return;
      open = { indent, fence, info: info?.trim() ?? '', line: index + 1 };
      lines = [];
      return;
    }
    if (line.trim() !== open.fence) {
      lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart());
      return;
    }
    found.push(blockOf(`${file}:${open.line}`, open.info, lines));
    open = undefined;
  });
  if (open !== undefined) found.push(blockOf(`${file}:${open.line}`, 'unclosed', lines));
  return found;
}

function blockOf(place: string, info: string, lines: readonly string[]): Block {
  const [language, rest] = splitOnce(info);
  const words: Record<string, string> = {};
  for (const [, name = '', quoted, plain] of rest.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g))
    words[name] = quoted ?? plain ?? '';
  return { place, language, words, text: `${lines.join('\n')}\n` };
}

function splitOnce(info: string): [string, string] {
  const at = info.search(/\s/);
  return at === -1 ? [info, ''] : [info.slice(0, at), info.slice(at + 1)];
}

export function useOf({ language, words }: Block): Use {
  const names = Object.keys(words);
  const problem = (message: string): Use => ({ kind: 'problem', message });
  const onlyWord = (...known: string[]) =>
    names.every((name) => known.includes(name)) && names.filter((name) => name !== 'kinds').length <= 1;
  switch (language) {
    case 'text':
    case 'mermaid':
      return names.length === 0 ? { kind: 'prose' } : problem(`a block of ${language} takes no words`);
    case 'sh': {
      const { run, noted } = words;
      if (!onlyWord('run', 'noted')) return problem('a shell block says run, run=rig or noted="why"');
      if (noted !== undefined)
        return noted.length < 10
          ? problem('noted needs a reason of a few words')
          : { kind: 'noted', reason: noted };
      if (run === '' || run === 'demo') return { kind: 'run', where: 'demo' };
      if (run === 'rig') return { kind: 'run', where: 'rig' };
      return problem('a shell block says run, run=rig or noted="why"');
    }
    case 'yaml': {
      const { item, spec, kinds } = words;
      if (!onlyWord('item', 'spec', 'kinds'))
        return problem('a YAML block says item=LIST, spec=KIND, kinds=API or nothing');
      const others = kinds === undefined ? {} : { kinds };
      if (item !== undefined) return { kind: 'item', list: item, ...others };
      if (spec !== undefined) return { kind: 'spec', of: spec };
      return { kind: 'manifest', ...others };
    }
    case '':
      return problem('a block without a language is not checked by anybody');
    case 'unclosed':
      return problem('the block has no end');
    default:
      return problem(`blocks of ${language} are not checked by anybody`);
  }
}

/** `code` within the text, outside of blocks. */
export function inlineCode(file: string, text: string): { readonly place: string; readonly code: string }[] {
  const found: { place: string; code: string }[] = [];
  let fence: string | undefined;
  let before = '';
  let line = 1;
  const flush = () => {
    for (const match of before.matchAll(/(?<!`)`([^`]+)`(?!`)/g)) {
      const at = line - before.slice(match.index).split('\n').length + 1;
      found.push({ place: `${file}:${at}`, code: (match[1] ?? '').replaceAll(/\s*\n\s*/g, ' ') });
    }
    before = '';
  };
  for (const content of `${text}\n`.split('\n')) {
    const [, mark] = /^ *(`{3,}|~{3,})/.exec(content) ?? [];
    if (mark !== undefined) {
      if (fence === undefined) flush();
      fence = fence === undefined ? mark : undefined;
    } else if (fence === undefined) {
      // A paragraph at a time: a code may go over a line's end, and a lone mark must not reach the next paragraph.
      if (content === '') flush();
      else before += `${content}\n`;
    }
    line += 1;
  }
  return found;
}
