/** What the page and its server say to each other: JSON, every time an RFC 3339 string. */

export type Phase = 'Ready' | 'Progressing' | 'Degraded' | 'Suspended' | 'Deleting';

/** A tenant in the list. */
export interface TenantRow {
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly registry: string;
  readonly template: string;
  readonly host: string;
  readonly phase: Phase;
  readonly reason: string;
  readonly message: string;
  readonly ready: number;
  readonly desired: number;
  /** Published of expected DNS records. */
  readonly published: number;
  readonly records: number;
  /** Of its present phase; empty where nothing was reported yet. */
  readonly since: string;
}

export interface ConditionView {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string;
}

export interface RegistryView {
  readonly key: string;
  readonly source: string;
  readonly isSuspended: boolean;
  readonly desired: number;
  readonly ready: number;
  readonly failed: number;
  readonly quarantined: number;
  readonly quarantinedRows: readonly { uid: string; reason: string; message: string; since: string }[];
  readonly held?: {
    readonly digest: string;
    readonly count: number;
    readonly tenants: readonly string[];
    readonly since: string;
  };
  readonly leftovers: readonly {
    name: string;
    type: string;
    tenant: string;
    reason: string;
    since: string;
  }[];
  readonly records: number;
  readonly published: number;
  readonly lastSync: string;
  readonly conditions: readonly ConditionView[];
}

export interface TemplateView {
  readonly key: string;
  readonly registry: string;
  readonly isSuspended: boolean;
  readonly tenants: number;
  readonly ready: number;
  readonly revision: string;
  readonly rollout?: {
    readonly phase: string;
    readonly total: number;
    readonly updated: number;
    readonly updating: number;
    readonly ready: number;
    readonly since: string;
    readonly until: string;
    readonly message: string;
  };
  readonly held: boolean;
  readonly conditions: readonly ConditionView[];
}

/** One message of the stream; the first holds everything, later ones what changed. `gone` are keys. */
export interface Changes {
  readonly isWhole: boolean;
  readonly tenants: readonly TenantRow[];
  readonly registries: readonly RegistryView[];
  readonly templates: readonly TemplateView[];
  readonly gone: {
    readonly tenants: readonly string[];
    readonly registries: readonly string[];
    readonly templates: readonly string[];
  };
}

export type ItemState = 'ready' | 'waiting' | 'failed' | 'missing' | 'absent' | 'hidden';

/** One item of a tenant's template and the object that it stands for. */
export interface ItemView {
  readonly id: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly wave: number;
  readonly dependIds: readonly string[];
  readonly state: ItemState;
  readonly message: string;
  /** Of an item that was not made yet: the id of the item that it waits for. */
  readonly waitsFor?: string;
}

/** One link of the way from a row to an answer; `absent` where nobody asks for it. */
export interface ChainLink {
  readonly name: 'row' | 'tenant' | 'objects' | 'records' | 'certificates' | 'answer';
  readonly state: ItemState;
  readonly text: string;
}

export interface TenantView {
  readonly row: TenantRow;
  /** In the order of the way. */
  readonly chain: readonly ChainLink[];
  readonly values: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly isSuspended: boolean;
  /** The template's revision that it has; empty before the first. */
  readonly revision: string;
  /** How it stands in a rollout that has not reached it; empty when it has the newest revision. */
  readonly turn: string;
  readonly items: readonly ItemView[];
  readonly conditions: readonly ConditionView[];
  readonly dns: readonly {
    readonly name: string;
    readonly type: string;
    readonly state: string;
    readonly expected: readonly string[];
    readonly seen: readonly string[];
    readonly owner: string;
    readonly resource: string;
    readonly since: string;
  }[];
  readonly certificates: readonly {
    name: string;
    state: ItemState;
    message: string;
    hosts: readonly string[];
  }[];
  readonly events: readonly { time: string; type: string; reason: string; message: string; count: number }[];
}

export interface DiffLine {
  readonly kind: 'same' | 'rendered' | 'live';
  readonly text: string;
}

export interface ManifestView {
  readonly id: string;
  /** YAML of what the template says; empty where it could not be rendered. */
  readonly rendered: string;
  /** YAML of the object as it is; empty where there is none. */
  readonly live: string;
  /** From the live object, reduced to the fields of the manifest, to the manifest. */
  readonly diff: readonly DiffLine[];
  readonly problem: string;
}

export type Action =
  | {
      readonly kind: 'suspend';
      readonly what: 'tenant' | 'template' | 'registry';
      readonly key: string;
      readonly is: boolean;
    }
  | {
      readonly kind: 'approve';
      readonly what: 'template' | 'registry';
      readonly key: string;
      readonly digest: string;
    }
  | { readonly kind: 'row'; readonly uid: string; readonly isActive: boolean };

export interface Session {
  /** Whose rights count; empty where the page is open to whoever reaches it. */
  readonly user: string;
  /** A token must be given with the next request. */
  readonly needsToken: boolean;
  /** The demo's rows can be switched here. */
  readonly hasRows: boolean;
  readonly version: string;
}

export interface DemoRow {
  readonly uid: string;
  readonly host: string;
  readonly isActive: boolean;
}
