/** A list of any length: only the rows in sight are in the document. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export const rowHeight = 44;
const extraRows = 8;

export interface ListProps<T> {
  readonly rows: readonly T[];
  readonly label: string;
  readonly columns: readonly string[];
  keyOf(row: T): string;
  cells(row: T): ComponentChildren;
  open(row: T): void;
}

/** Arrow keys, Page Up and Down, Home and End move; Enter opens. */
export function List<T>({ rows, label, columns, keyOf, cells, open }: ListProps<T>): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 600 });
  const [selected, setSelected] = useState(0);
  const index = Math.min(selected, rows.length - 1);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => setSight({ top: element.scrollTop, height: element.clientHeight });
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  useEffect(() => {
    const element = box.current;
    if (!element || index < 0) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight;
  }, [index]);

  const page = Math.max(1, Math.floor(sight.height / rowHeight) - 1);
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: rows.length - 1,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[index];
    if (event.key === 'Enter' && row !== undefined) return open(row);
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setSelected(Math.max(0, Math.min(rows.length - 1, next)));
  };

  const first = Math.max(0, Math.floor(sight.top / rowHeight) - extraRows);
  const last = Math.min(rows.length, Math.ceil((sight.top + sight.height) / rowHeight) + extraRows);
  return (
    <div
      class="list"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      aria-activedescendant={rows.length > 0 ? `row-${index}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div class="list-head" role="row" aria-rowindex={1}>
        {columns.map((column) => (
          <span role="columnheader" key={column}>
            {column}
          </span>
        ))}
      </div>
      <div class="list-body" ref={box} role="rowgroup">
        <div class="list-space" style={{ height: `${rows.length * rowHeight}px` }} role="presentation">
          {rows.slice(first, last).map((row, offset) => {
            const at = first + offset;
            return (
              <div
                key={keyOf(row)}
                id={`row-${at}`}
                class={at === index ? 'list-row selected' : 'list-row'}
                style={{ transform: `translateY(${at * rowHeight}px)` }}
                role="row"
                aria-rowindex={at + 2}
                aria-selected={at === index}
                onClick={() => {
                  setSelected(at);
                  open(row);
                }}
              >
                {cells(row)}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
