/** The documentation site: `make docs` builds it into docs/.vitepress/dist. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';

const root = join(import.meta.dirname, '..');

interface Entry {
  readonly text: string;
  readonly link: string;
}

/** Pages that are there; some are written apart from this list. */
const pages = (...entries: readonly Entry[]): Entry[] =>
  entries.filter(({ link }) => existsSync(join(root, `${link.slice(1)}.md`)));

const records = readdirSync(join(root, 'adr'))
  .filter((file) => /^\d{4}-.*\.md$/.test(file))
  .sort()
  .map((file) => ({
    text: file.replace(/^(\d{4})-(.*)\.md$/, (_, number: string, title: string) => {
      const words = title.replaceAll('-', ' ');
      return `${number} ${words.charAt(0).toUpperCase()}${words.slice(1)}`;
    }),
    link: `/adr/${file.replace(/\.md$/, '')}`,
  }));

export default defineConfig({
  title: 'Tenant Operator',
  description: 'SQL rows become tenants on Kubernetes, DNS records included',
  lang: 'en',
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ['**/README.md'],
  // Links out of docs/ lead to the repository and have no page here.
  ignoreDeadLinks: [/^\.{1,2}\/\.\.\//, /README$/],
  markdown: {
    config(md) {
      // A template's {{ }} is text: Vue must not read it, in inline code either.
      const inline = md.renderer.rules.code_inline;
      md.renderer.rules.code_inline = (tokens, index, options, env, self) => {
        tokens[index]?.attrSet('v-pre', '');
        return inline ? inline(tokens, index, options, env, self) : self.renderToken(tokens, index, options);
      };
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Quick start', link: '/quick-start' },
      { text: 'API', link: '/reference/api' },
      { text: 'DNS', link: '/dns' },
    ],
    sidebar: [
      {
        text: 'Begin',
        items: pages(
          { text: 'Quick start', link: '/quick-start' },
          { text: 'Concepts', link: '/concepts' },
          { text: 'Migrate from the Go releases', link: '/migration' },
        ),
      },
      {
        text: 'Use',
        items: pages(
          { text: 'Templates', link: '/templates' },
          { text: 'Policies', link: '/policies' },
          { text: 'Rollouts', link: '/rollouts' },
          { text: 'DNS and certificates', link: '/dns' },
          { text: 'Gateway API', link: '/gateway' },
          { text: 'The guide, corrected', link: '/guide' },
        ),
      },
      {
        text: 'Run',
        items: pages(
          { text: 'Operations', link: '/operations' },
          { text: 'Security', link: '/security' },
          { text: 'Troubleshooting', link: '/troubleshooting' },
          { text: 'Runbooks', link: '/runbooks' },
        ),
      },
      {
        text: 'Reference',
        items: pages(
          { text: 'API', link: '/reference/api' },
          { text: 'Commands', link: '/reference/commands' },
          { text: 'Template functions', link: '/reference/functions' },
          { text: 'Conditions and reasons', link: '/reasons' },
        ),
      },
      { text: 'Decisions', collapsed: true, items: records },
    ],
  },
});
