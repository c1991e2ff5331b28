/** The order of a template's items: a graph of `dependIds`, deterministic, with the author's order as the tie-break. */

export interface GraphNode {
  readonly id: string;
  readonly dependIds: readonly string[];
}

export type Graph =
  | { readonly ok: true; readonly waves: readonly (readonly string[])[] }
  | { readonly ok: false; readonly problem: GraphProblem };

export type GraphProblem =
  | { readonly kind: 'duplicate'; readonly id: string }
  | { readonly kind: 'unknown'; readonly id: string; readonly dependId: string }
  | { readonly kind: 'cycle'; readonly cycle: readonly string[] };

/**
 * Puts nodes into waves: each node stands in the first wave after all it depends on; inside a wave the given order is kept.
 * A problem names the first duplicate id, the first unknown dependency, or one whole cycle (first id repeated at its end).
 */
export function orderGraph(nodes: readonly GraphNode[]): Graph {
  const byId = new Map<string, GraphNode>();
  for (const node of nodes) {
    if (byId.has(node.id)) return { ok: false, problem: { kind: 'duplicate', id: node.id } };
    byId.set(node.id, node);
  }
  for (const node of nodes) {
    const dependId = node.dependIds.find((id) => !byId.has(id));
    if (dependId !== undefined) return { ok: false, problem: { kind: 'unknown', id: node.id, dependId } };
  }
  const placed = new Set<string>();
  const waves: string[][] = [];
  while (placed.size < nodes.length) {
    const wave = nodes
      .filter((n) => !placed.has(n.id) && n.dependIds.every((id) => placed.has(id)))
      .map((n) => n.id);
    if (wave.length === 0) return { ok: false, problem: { kind: 'cycle', cycle: findCycle(byId, placed) } };
    for (const id of wave) placed.add(id);
    waves.push(wave);
  }
  return { ok: true, waves };
}

/** Walks unplaced dependencies from the first unplaced node until one comes again: every such walk ends in a cycle. */
function findCycle(byId: ReadonlyMap<string, GraphNode>, placed: ReadonlySet<string>): string[] {
  const path: string[] = [];
  let id = [...byId.keys()].find((candidate) => !placed.has(candidate));
  while (id !== undefined && !path.includes(id)) {
    path.push(id);
    id = byId.get(id)?.dependIds.find((dependId) => !placed.has(dependId));
  }
  return id === undefined ? path : [...path.slice(path.indexOf(id)), id];
}

/** One sentence for a person. */
export function describeGraphProblem(problem: GraphProblem): string {
  switch (problem.kind) {
    case 'duplicate':
      return `id "${problem.id}" is used by two items: every id must be unique in the whole template`;
    case 'unknown':
      return `item "${problem.id}" depends on "${problem.dependId}", which no item has as its id`;
    case 'cycle':
      return `items depend on each other in a circle: ${problem.cycle.join(' -> ')}`;
  }
}
