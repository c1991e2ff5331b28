/**
 * What every Source does, on a real database. A database's own test starts two servers (one with TLS), says how it writes
 * what SQL leaves open, and hands them over.
 */
import { createServer } from 'node:net';
import { REASONS } from '@tenant-operator/api';
import type { Source, SourceConnection, SourceOptions } from '@tenant-operator/operator';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../rig/access/certificates.ts';
import { freePort } from '../rig/process/ports.ts';
import { waitFor } from '../rig/process/wait-for.ts';
import { DISTRUSTED, NAMES, VALUES } from './source/cases.ts';
import { type CuttingProxy, startProxy } from './source/proxy.ts';
import type { SourceSite } from './source/site.ts';

/** Runs the suite against what `start` brings. */
export function describeSource(title: string, start: () => Promise<SourceSite>): void {
  describe(`${title} is a source`, () => {
    let site: SourceSite;
    const sources: Source[] = [];
    const proxies: CuttingProxy[] = [];
    const q = (name: string): string => site.dialect.quote(name);

    beforeAll(async () => {
      site = await start();
    });
    afterEach(async () => {
      await Promise.all(sources.splice(0).map((source) => source.close()));
      await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
    });
    afterAll(() => site.close());

    function open(connection: Partial<SourceConnection>, options: Partial<SourceOptions> = {}): Source {
      const source = site.create(
        { ...site.reader, ...connection },
        { statementTimeoutMs: 10_000, ...options },
      );
      sources.push(source);
      return source;
    }

    async function proxied(table: string): Promise<{ source: Source; proxy: CuttingProxy; asked: string[] }> {
      const proxy = await startProxy(site.reader);
      proxies.push(proxy);
      const asked: string[] = [];
      const resolve = (host: string, port: number) => {
        asked.push(`${host}:${port}`);
        return { host: '127.0.0.1', port: proxy.port };
      };
      return { source: open({ host: 'db.example.com', port: 33_306, table }, { resolve }), proxy, asked };
    }

    async function rowsOf(source: Source, ...columns: string[]): Promise<unknown> {
      const result = await source.read(columns);
      return result.ok ? result.rows : result.failure;
    }

    /** What a read must fail with: known to the API, on one line, and without the password. */
    async function failureOf(
      source: Source,
      password = site.reader.password,
    ): Promise<{ reason: string; message: string }> {
      const result = await source.read(['uid']);
      if (result.ok) throw new Error(`read ${result.rows.length} rows`);
      const { reason, message } = result.failure;
      expect(REASONS[reason].on).toContain('TenantRegistry/Ready');
      expect(message).not.toMatch(/[\r\n]/);
      if (password !== '') expect(message).not.toContain(password);
      return result.failure;
    }

    async function createTable(name: string, ...uids: string[]): Promise<void> {
      await site.execute(`CREATE TABLE ${q(name)} (uid VARCHAR(2000))`);
      if (uids.length > 0) {
        await site.execute(`INSERT INTO ${q(name)} VALUES ${uids.map((uid) => `('${uid}')`).join(', ')}`);
      }
    }

    describe('values', () => {
      const row: Record<string, unknown> = {};
      beforeAll(async () => {
        const { values, prepare = [] } = site.dialect;
        const entries = VALUES.map(([name]) => [q(name), values[name]] as const);
        await site.execute(
          ...prepare,
          `CREATE TABLE typed (${entries.map(([name, { type }]) => `${name} ${type}`).join(', ')})`,
          `INSERT INTO typed VALUES (${entries.map(([, { value }]) => value).join(', ')})`,
        );
        const result = await open({ table: 'typed' }).read(VALUES.map(([name]) => name));
        Object.assign(row, result.ok ? result.rows[0] : result.failure);
      });

      it.each(VALUES)('%s: %s', (name) => {
        const { text } = site.dialect.values[name];
        // A megabyte of difference helps nobody.
        if (text !== null && text.length > 1_000) expect(row[name] === text).toBe(true);
        else expect(row[name]).toBe(text);
      });

      it('gives NULL for every type', async () => {
        const { values } = site.dialect;
        await site.execute(
          `CREATE TABLE nulls (${VALUES.map(([name]) => `${q(name)} ${values[name].type} NULL`).join(', ')})`,
        );
        await site.execute(`INSERT INTO nulls (${q('bigint')}) VALUES (NULL)`);
        const expected = Object.fromEntries(VALUES.map(([name]) => [name, null]));
        expect(await rowsOf(open({ table: 'nulls' }), ...VALUES.map(([name]) => name))).toEqual([expected]);
      });
    });

    describe('what it reads', () => {
      it('an empty table is no failure', async () => {
        await createTable('none');
        expect(await rowsOf(open({ table: 'none' }), 'uid')).toEqual([]);
      });

      it('a view, with its filter', async () => {
        await createTable('everybody', 'a', 'b', 'c');
        await site.execute(`CREATE VIEW chosen AS SELECT uid FROM everybody WHERE uid <> 'b'`);
        expect(await rowsOf(open({ table: 'chosen' }), 'uid')).toEqual([{ uid: 'a' }, { uid: 'c' }]);
      });

      it('a generated column', async () => {
        await site.execute(
          `CREATE TABLE made (uid VARCHAR(50), host ${site.dialect.generatedColumn})`,
          `INSERT INTO made (uid) VALUES ('a')`,
        );
        expect(await rowsOf(open({ table: 'made' }), 'uid', 'host')).toEqual([
          { uid: 'a', host: 'a.example.com' },
        ]);
      });

      it('a column that two variables map, once', async () => {
        await createTable('twice', 'a');
        expect(await rowsOf(open({ table: 'twice' }), 'uid', 'uid')).toEqual([{ uid: 'a' }]);
      });

      it.each(NAMES)('a table and a column called %j: %s', async (name) => {
        await site.execute(
          `CREATE TABLE ${q(name)} (${q(name)} VARCHAR(10))`,
          `INSERT INTO ${q(name)} VALUES ('a')`,
        );
        // Only a table's dot is ambiguous: it separates a schema.
        const table = name.includes('.') ? q(name) : name;
        expect(await rowsOf(open({ table }), name)).toEqual([{ [name]: 'a' }]);
      });

      it('a table of another schema', async () => {
        await site.execute(
          'CREATE TABLE own (uid VARCHAR(10))',
          'CREATE SCHEMA other',
          'CREATE TABLE other.tenants (uid VARCHAR(10))',
          `INSERT INTO other.tenants VALUES ('o')`,
        );
        const [user, password] = ['wide', 'wide-password'];
        await site.execute(...site.dialect.createNarrowAccount(user, password, ['own', 'other.tenants']));
        expect(await rowsOf(open({ table: 'other.tenants', username: user, password }), 'uid')).toEqual([
          { uid: 'o' },
        ]);
      });

      it('a table of which the account may read only what is mapped', async () => {
        await site.execute(
          'CREATE TABLE partly (uid VARCHAR(10), secret VARCHAR(10))',
          `INSERT INTO partly VALUES ('a', 's')`,
        );
        const account = { username: 'narrow', password: 'narrow-password' };
        await site.execute(
          ...site.dialect.createNarrowAccount(account.username, account.password, ['partly']),
        );
        const source = open({ table: 'partly', ...account });
        expect(await rowsOf(source, 'uid')).toEqual([{ uid: 'a' }]);
        expect(await rowsOf(source, 'uid', 'secret')).toMatchObject({ reason: 'PermissionDenied' });
      });
    });

    describe('reads after the first', () => {
      it('all go over one connection', async () => {
        await site.execute(`CREATE VIEW session AS ${site.dialect.queries.session}`);
        const source = open({ table: 'session' });
        const first = await rowsOf(source, 'uid');
        expect(await Promise.all([rowsOf(source, 'uid'), rowsOf(source, 'uid')])).toEqual([first, first]);
        expect(await rowsOf(source, 'uid')).toEqual(first);
      });

      it('give the very same rows where nothing changed', async () => {
        await createTable('shared', 'a', 'b');
        const source = open({ table: 'shared' });
        const read = async () => {
          const result = await source.read(['uid']);
          return result.ok ? result.rows : [];
        };
        const first = await read();
        expect(await read()).toBe(first);
        await site.execute(`INSERT INTO shared VALUES ('c')`);
        const grown = await read();
        expect(grown.map(({ uid }) => uid)).toEqual(['a', 'b', 'c']);
        expect(grown[0]).toBe(first[0]);
        await site.execute(`DELETE FROM shared WHERE uid = 'c'`);
        expect(await read()).toEqual(first);
      });

      it('go on after the server ended the idle connection', async () => {
        await createTable('ended', 'a');
        const source = open({ table: 'ended' });
        await rowsOf(source, 'uid');
        await site.dialect.endConnections(site.reader.username);
        expect(await rowsOf(source, 'uid')).toEqual([{ uid: 'a' }]);
      });
    });

    describe('failures', () => {
      beforeAll(() => createTable('tenants', 'a'));

      it('a wrong password', async () => {
        const failure = await failureOf(open({ table: 'tenants', password: 'not-this-one' }), 'not-this-one');
        expect(failure).toMatchObject({
          reason: 'AuthenticationFailed',
          message: expect.stringContaining(`"${site.reader.username}"`),
        });
      });

      it('no password', async () => {
        expect(await failureOf(open({ table: 'tenants', password: '' }))).toMatchObject({
          reason: 'AuthenticationFailed',
        });
      });

      it('an unknown user', async () => {
        const failure = await failureOf(open({ table: 'tenants', username: 'nobody-like-that' }));
        expect(failure).toMatchObject({
          reason: 'AuthenticationFailed',
          message: expect.stringContaining('nobody-like-that'),
        });
      });

      it('a missing database', async () => {
        const failure = await failureOf(open({ table: 'tenants', database: 'nowhere' }));
        expect(failure).toMatchObject({
          reason: site.dialect.missingDatabase,
          message: expect.stringContaining('"nowhere"'),
        });
      });

      it('a missing table', async () => {
        const failure = await failureOf(open({ table: 'nothing' }));
        expect(failure).toMatchObject({
          reason: 'TableNotFound',
          message: expect.stringContaining('"nothing"'),
        });
      });

      it.each(['plan', "it's", 'a "b" c', 'dot.ted'])('a missing column %j', async (column) => {
        const result = await open({ table: 'tenants' }).read(['uid', column]);
        expect(result).toMatchObject({
          ok: false,
          failure: { reason: 'ColumnNotFound', message: expect.stringContaining(column) },
        });
      });

      it('no right to the table', async () => {
        await createTable('closed', 'a');
        const account = { username: 'stranger', password: 'stranger-password' };
        await site.execute(
          ...site.dialect.createNarrowAccount(account.username, account.password, ['tenants']),
        );
        const failure = await failureOf(open({ table: 'closed', ...account }), account.password);
        expect(failure).toMatchObject({
          reason: 'PermissionDenied',
          message: expect.stringContaining('closed'),
        });
      });

      it('nobody listens', async () => {
        const port = await freePort();
        expect(await failureOf(open({ table: 'tenants', port }))).toEqual({
          reason: 'SourceUnreachable',
          message: `cannot reach database 127.0.0.1:${port}: connection refused`,
        });
      });

      it('a host that does not exist', async () => {
        const failure = await failureOf(open({ table: 'tenants', host: 'db.invalid' }));
        expect(failure).toMatchObject({
          reason: 'SourceUnreachable',
          message: expect.stringContaining('does not resolve'),
        });
      });

      it('a statement that takes too long is stopped, on the server too', async () => {
        await site.execute(`CREATE VIEW slow AS ${site.dialect.queries.slow}`);
        const begin = performance.now();
        const failure = await failureOf(open({ table: 'slow' }, { statementTimeoutMs: 400 }));
        expect(failure).toMatchObject({
          reason: 'QueryFailed',
          message: expect.stringContaining('took too long'),
        });
        // The server's own limit, not the driver's later one.
        expect(performance.now() - begin).toBeLessThan(1_300);
        expect((await site.dialect.countConnections(site.reader.username)).running).toBe(0);
      });

      it('a read works again once the cause is gone, with the same source', async () => {
        const source = open({ table: 'later' });
        expect(await failureOf(source)).toMatchObject({ reason: 'TableNotFound' });
        await createTable('later', 'a');
        expect(await rowsOf(source, 'uid')).toEqual([{ uid: 'a' }]);
      });
    });

    describe('the connection', () => {
      beforeAll(() =>
        createTable('many', ...Array.from({ length: 2_000 }, (_, index) => `${index}-`.padEnd(1_000, 'x'))),
      );

      it('goes where --resolve says', async () => {
        const { source, proxy, asked } = await proxied('many');
        expect(await rowsOf(source, 'uid')).toHaveLength(2_000);
        expect(asked).toEqual(['db.example.com:33306']);
        expect(proxy.accepted).toBe(1);
      });

      it('is cut in the middle of the rows: a failure and never fewer rows', async () => {
        const { source, proxy } = await proxied('many');
        proxy.cutAfter = 1_000_000;
        expect(await failureOf(source)).toMatchObject({
          reason: 'SourceUnreachable',
          message: expect.stringContaining('cannot reach database db.example.com:33306: the connection was'),
        });
        expect(proxy.accepted).toBe(1);
        proxy.cutAfter = undefined;
        expect(await rowsOf(source, 'uid')).toHaveLength(2_000);
      });

      it('is cut again on the connection that replaces it: a failure, no endless tries', async () => {
        const { source, proxy } = await proxied('many');
        await rowsOf(source, 'uid');
        proxy.cutAfter = 1_000_000;
        expect(await failureOf(source)).toMatchObject({ reason: 'SourceUnreachable' });
        expect(proxy.accepted).toBe(2);
      });

      it('outlives a restart of the server without a failed read', async () => {
        const source = open({ table: 'many' });
        await rowsOf(source, 'uid');
        await site.stop();
        expect(await failureOf(source)).toMatchObject({ reason: 'SourceUnreachable' });
        await site.start();
        expect(await rowsOf(source, 'uid')).toHaveLength(2_000);
        await site.stop();
        await site.start();
        expect(await rowsOf(source, 'uid')).toHaveLength(2_000);
      });

      it('is gone after close, and reads fail then', async () => {
        const sockets = () =>
          process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
        // What earlier tests closed may take a moment.
        await waitFor(() => sockets() === 0, { what: 'a quiet begin' });
        const source = open({ table: 'many' });
        await rowsOf(source, 'uid');
        expect(sockets()).toBe(1);
        await Promise.all([source.close(), source.close()]);
        await waitFor(() => sockets() === 0, { what: 'the socket to be gone' });
        await waitFor(async () => (await site.dialect.countConnections(site.reader.username)).open === 0, {
          what: 'the server to see it',
        });
        expect(await failureOf(source)).toMatchObject({ reason: 'SourceUnreachable' });
      });

      it('is gone at once when close comes in the middle of a read', async () => {
        await site.execute(`CREATE VIEW sleeper AS ${site.dialect.queries.slow}`);
        const source = open({ table: 'sleeper' });
        const failure = failureOf(source);
        await waitFor(async () => (await site.dialect.countConnections(site.reader.username)).running === 1, {
          what: 'the statement to run',
        });
        const begin = performance.now();
        await source.close();
        expect(performance.now() - begin).toBeLessThan(1_000);
        expect(await failure).toMatchObject({ reason: 'SourceUnreachable' });
      });

      it('is given up at once when close comes while the server is silent', async () => {
        const silent = createServer(() => undefined);
        const port = await freePort();
        await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
        const source = open({ table: 'many', port });
        const failure = failureOf(source);
        await new Promise((resolve) => silent.once('connection', resolve));
        const begin = performance.now();
        await source.close();
        expect(performance.now() - begin).toBeLessThan(1_000);
        expect(await failure).toMatchObject({ reason: 'SourceUnreachable' });
        silent.close();
      });
    });

    describe('TLS', () => {
      const host = 'db.example.com';
      const here = () => ({ host: '127.0.0.1', port: site.tls.reader.port });
      const secured = (tls: SourceConnection['tls'], name: string = host): Source =>
        open({ ...site.tls.reader, host: name, table: 'cipher', ...(tls ? { tls } : {}) }, { resolve: here });
      let foreign = '';

      beforeAll(async () => {
        await site.tls.execute(`CREATE VIEW cipher AS ${site.dialect.queries.cipher}`);
        await site.execute(`CREATE VIEW cipher AS ${site.dialect.queries.cipher}`);
        foreign = (await createCertificateAuthority('another authority')).certificate;
      });

      it('Disabled: plain text', async () => {
        expect(await rowsOf(secured({ mode: 'Disabled' }), 'uid')).toEqual([{ uid: '' }]);
        expect(await rowsOf(secured(undefined), 'uid')).toEqual([{ uid: '' }]);
      });

      it.each([
        ['Required', 'any certificate will do', 'other.example.com', false],
        ['VerifyCA', 'of the authority, for whatever host', 'other.example.com', true],
        ['VerifyIdentity', 'of the authority and for the host', host, true],
        ['VerifyIdentity', 'for an address', '127.0.0.1', true],
      ] as const)('%s: encrypted, %s', async (mode, _, name, withAuthority) => {
        const tls = { mode, ...(withAuthority ? { ca: site.tls.authority } : {}) };
        expect(await rowsOf(secured(tls, name), 'uid')).toEqual([
          { uid: expect.stringMatching(/^TLS|AES|CHACHA/) },
        ]);
      });

      it.each(DISTRUSTED)('%s fails: %s', async (mode, _, name, authority) => {
        const ca = { own: site.tls.authority, foreign, none: undefined }[authority];
        const failure = await failureOf(secured({ mode, ...(ca === undefined ? {} : { ca }) }, name));
        expect(failure).toMatchObject({ reason: 'TLSFailed', message: expect.stringContaining(`${name}:`) });
      });

      it('fails against a server without TLS', async () => {
        expect(await failureOf(open({ table: 'cipher', tls: { mode: 'Required' } }))).toMatchObject({
          reason: 'TLSFailed',
        });
      });

      it('trust in one name is no trust in another, also when the TLS session could be resumed', async () => {
        const tls = { mode: 'VerifyIdentity', ca: site.tls.authority } as const;
        for (const _ of [1, 2]) {
          expect(await rowsOf(secured(tls), 'uid')).toHaveLength(1);
          expect(await failureOf(secured(tls, 'other.example.com'))).toMatchObject({ reason: 'TLSFailed' });
        }
      });
    });
  });
}
