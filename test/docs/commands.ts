/** What people type, checked against the commands that there are: `tenant-operator` and its flags, `make` and its targets, files. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';

export interface KnownCommands {
  /** A new tree of commands; parsing leaves values in it. */
  createProgram(): Promise<Command>;
  readonly makeTargets: readonly string[];
  /** Where paths of the tree begin. */
  readonly root: string;
}

/** Problems of the lines of a shell text, without running any. */
export async function commandProblems(text: string, known: KnownCommands): Promise<string[]> {
  return (await Promise.all(commandsOf(text).map((words) => problemsOf(words, known)))).flat();
}

async function problemsOf(words: readonly string[], known: KnownCommands): Promise<string[]> {
  const [program = '', first = '', ...rest] = words;
  const files = words.filter((word) => isMissing(word, known.root)).map((word) => `there is no ${word}`);
  if (program === 'tenant-operator') return [...files, ...(await parse([first, ...rest], known))];
  if ((program === 'kubectl' && first === 'tenants') || (program === 'npx' && first === 'tenant-operator'))
    return [...files, ...(await parse(rest, known))];
  if (program === 'node' && first.endsWith('/tenant-operator.js'))
    return [...files, ...(await parse(rest, known))];
  if (program === 'make') {
    const targets = [first, ...rest].filter((word) => /^[a-z][a-z-]*$/.test(word));
    return [
      ...files,
      ...targets
        .filter((target) => !known.makeTargets.includes(target))
        .map((target) => `make has no target ${target}`),
    ];
  }
  return files;
}

/** A path of this tree, which has to be there; what is built is not looked for. */
function isMissing(word: string, root: string): boolean {
  const path = /^(?:deploy|examples|docs|packages|test|bench|scripts)\/[\w./-]+$/.test(word);
  return path && !word.includes('/dist/') && !existsSync(join(root, word));
}

/** Parses the arguments as the program does, and does nothing. */
async function parse(words: readonly string[], { createProgram }: KnownCommands): Promise<string[]> {
  const program = await createProgram();
  const problems: string[] = [];
  for (const command of withChildren(program)) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    if (command.commands.length === 0) command.action(() => {});
  }
  try {
    program.parse(
      words.filter((word) => word !== ''),
      { from: 'user' },
    );
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(code ?? ''))
      problems.push(`tenant-operator ${words.join(' ')}: ${message.replace(/^error: /, '').split('\n')[0]}`);
  }
  return problems;
}

function withChildren(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withChildren)];
}

/**
 * The words of each simple command. Enough of a shell for documentation: quotes, comments, continued lines, variables
 * (which get an example), `&&`, `|`, `;`, redirections. Pure.
 */
export function commandsOf(text: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  let skip = false;
  const endWord = () => {
    if (word !== undefined && !skip) words.push(word);
    if (word !== undefined) skip = false;
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    while (
      words[0] !== undefined &&
      (/^[A-Za-z_]\w*=/.test(words[0]) || ['{', '}', '(', ')', '!', 'sudo'].includes(words[0]))
    )
      words.shift();
    if (words.length > 0) commands.push(words);
    words = [];
    skip = false;
  };
  const source = text.replaceAll(/\\\n\s*/g, ' ');
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === "'" || char === '"') {
      const end = source.indexOf(char, at + 1);
      const inner = source.slice(at + 1, end === -1 ? source.length : end);
      word = (word ?? '') + (char === '"' ? expand(inner) : inner);
      at = end === -1 ? source.length : end;
    } else if (char === '#' && word === undefined) {
      const end = source.indexOf('\n', at);
      at = (end === -1 ? source.length : end) - 1;
    } else if (char === '\n' || char === ';' || char === '&' || char === '|' || char === '(' || char === ')')
      endCommand();
    else if (char === '<' || char === '>') {
      if (word !== undefined && /^\d$/.test(word)) word = undefined;
      endWord();
      // 2>&1 and >> are one redirection; what follows is a file.
      while (/[<>&\d]/.test(source.charAt(at + 1))) at += 1;
      skip = source.charAt(at) !== '1' && source.charAt(at) !== '2';
    } else if (/\s/.test(char)) endWord();
    else if (char === '$') {
      const [all = '$'] = /^\$(?:\w+|\{[^}]*\}|\([^)]*\))?/.exec(source.slice(at)) ?? [];
      word = (word ?? '') + expand(all);
      at += all.length - 1;
    } else word = (word ?? '') + char;
  }
  endCommand();
  return commands;
}

const expand = (text: string): string =>
  text.replaceAll(/\$\{?\w*PORT\w*\}?/g, '5353').replaceAll(/\$(?:\w+|\{[^}]*\}|\([^)]*\))/g, '127.0.0.1');
