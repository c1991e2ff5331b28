/**
 * The blocks of the documentation, and what is done with each. The words behind the language of a block say it:
 *
 * - ```` ```yaml ```` is a whole manifest, ```` ```yaml item=LIST ```` an item of that list of a TenantTemplate,
 *   ```` ```yaml spec=KIND ```` a part of the spec of a kind. `kinds=gateway`: of an API that no server of the suite is given; the validator alone judges them.
 * - ```` ```sh run ```` is run in a folder with a demo, ```` ```sh run=rig ```` with the variables of a rig. A line that ends in
 *   `# -> TEXT` prints that within the interval of the example, a minute.
 * - ```` ```sh noted="why" ```` is not run, and says why; its syntax and its flags are checked all the same.
 * - ```` ```text ```` and ```` ```mermaid ```` are for people.
 *
 * Anything else is a problem, so that no block comes in unchecked.
 */
export { type Block, blocksOf, inlineCode, useOf } from './blocks.ts';
export { commandProblems, type KnownCommands } from './commands.ts';
export { fragmentProblems, renderFragment, wholeManifest } from './manifests.ts';
export { pages, ROOT } from './pages.ts';
export { prepareFolder, runBlocks } from './workshop.ts';
