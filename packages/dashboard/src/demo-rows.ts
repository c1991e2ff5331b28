import type { DemoRow } from './wire.ts';

/** The rows of the demo's table, which the page can switch on and off. */
export interface DemoRows {
  list(): Promise<readonly DemoRow[]>;
  set(uid: string, isActive: boolean): Promise<void>;
}
