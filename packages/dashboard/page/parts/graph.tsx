/** The items of a tenant in the order they are made: from left to right, each behind what it depends on. */
import type { JSX } from 'preact';
import type { ItemView } from '../../src/wire.ts';
import { linkTo } from '../state/route.ts';

const width = 190;
const height = 58;
const gap = { x: 64, y: 18 };

interface Place {
  readonly item: ItemView;
  readonly x: number;
  readonly y: number;
}

export function Graph({ tenant, items }: { tenant: string; items: readonly ItemView[] }): JSX.Element {
  const places = placeItems(items);
  const byId = new Map(places.map((place) => [place.item.id, place]));
  const size = {
    x: Math.max(...places.map(({ x }) => x + width), 0) + 2,
    y: Math.max(...places.map(({ y }) => y + height), 0) + 2,
  };
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Dependency graph">
      <svg
        class="graph"
        width={size.x}
        height={size.y}
        viewBox={`0 0 ${size.x} ${size.y}`}
        role="group"
        aria-label="Items and their dependencies"
      >
        {places.flatMap(({ item, x, y }) =>
          item.dependIds.flatMap((id) => {
            const from = byId.get(id);
            return from ? [<path key={`${id}-${item.id}`} class="edge" d={curve(from, { x, y })} />] : [];
          }),
        )}
        {places.map(({ item, x, y }) => (
          <a key={item.id} href={linkTo('tenants', tenant, 'items', item.id)}>
            <title>{item.message || item.state}</title>
            <g transform={`translate(${x} ${y})`} class={`node ${item.state}`}>
              <rect width={width} height={height} rx="8" />
              <rect class="stripe" width="6" height={height - 16} x="8" y="8" rx="3" />
              <text x="24" y="24" class="node-id">
                {cut(item.id, 22)}
              </text>
              <text x="24" y="43" class="node-kind">
                {`${cut(item.kind, 15)}, ${item.state}`}
              </text>
            </g>
          </a>
        ))}
      </svg>
    </div>
  );
}

function placeItems(items: readonly ItemView[]): Place[] {
  const filled = new Map<number, number>();
  return items.map((item) => {
    const row = filled.get(item.wave) ?? 0;
    filled.set(item.wave, row + 1);
    return { item, x: 1 + item.wave * (width + gap.x), y: 1 + row * (height + gap.y) };
  });
}

function curve(from: Pick<Place, 'x' | 'y'>, to: Pick<Place, 'x' | 'y'>): string {
  const [x1, y1, x2, y2] = [from.x + width, from.y + height / 2, to.x, to.y + height / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
