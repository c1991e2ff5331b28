import { wantedBinaries } from '../binaries/catalog.ts';
import { DATA_PATH_COMMANDS, systemCommands } from '../binaries/debian.ts';
import { binaryPath } from '../binaries/index.ts';
import { prepareKinds } from '../parts/crds.ts';

/** Gets what the data path needs, before the namespace is entered: nothing leads out of that. */
export async function prepareDataPath(): Promise<void> {
  await systemCommands(...DATA_PATH_COMMANDS);
  const light = wantedBinaries();
  for (const binary of wantedBinaries({ neighbours: true })) {
    if (light.includes(binary) || isNeighbour(binary)) await binaryPath(binary);
  }
  await prepareKinds();
}

function isNeighbour(binary: ReturnType<typeof wantedBinaries>[number]): boolean {
  return !wantedBinaries({ full: true }).includes(binary);
}
