/** An optional folder that lets the objects survive a restart: a snapshot, and a log of the changes since. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../json.ts';
import type { Store } from './index.ts';

interface Entry {
  resource: string;
  key: string;
  revision: number;
  object: JsonObject | null;
}
interface Snapshot {
  revision: number;
  objects: { resource: string; key: string; object: JsonObject }[];
}

/** Loads the folder into the store and writes every later change to it. A torn last line of the log is ignored. */
export function openPersistence(folder: string, store: Store): { close(): void } {
  mkdirSync(folder, { recursive: true });
  const snapshotFile = join(folder, 'snapshot.json');
  const logFile = join(folder, 'changes.jsonl');
  const snapshot: Snapshot = existsSync(snapshotFile)
    ? (JSON.parse(readFileSync(snapshotFile, 'utf8')) as Snapshot)
    : { revision: 100, objects: [] };
  const objects = new Map(snapshot.objects.map((entry) => [`${entry.resource} ${entry.key}`, entry]));
  let { revision } = snapshot;
  const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').split('\n') : [];
  for (const line of lines) {
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      continue;
    }
    if (entry.revision <= snapshot.revision) continue;
    revision = entry.revision;
    const id = `${entry.resource} ${entry.key}`;
    if (entry.object) objects.set(id, { resource: entry.resource, key: entry.key, object: entry.object });
    else objects.delete(id);
  }
  store.load({ revision, objects: [...objects.values()] });
  save();

  function save(): void {
    const temporary = `${snapshotFile}.new`;
    writeFileSync(temporary, JSON.stringify(store.dump()));
    renameSync(temporary, snapshotFile);
    writeFileSync(logFile, '');
  }

  const unsubscribe = store.subscribe((resource, change) => {
    const entry: Entry = {
      resource,
      key: change.key,
      revision: change.revision,
      object: change.type === 'DELETED' ? null : change.object,
    };
    appendFileSync(logFile, `${JSON.stringify(entry)}\n`);
  });
  return {
    close() {
      unsubscribe();
      save();
    },
  };
}
