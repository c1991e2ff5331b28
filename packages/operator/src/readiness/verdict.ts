/** `failed` is what waiting cannot mend; `message` says in a few words what is missing. */
export type Readiness =
  | { readonly state: 'ready'; readonly message: '' }
  /** `storageClass`: of a claim that is not bound; if that class waits for a first consumer, the claim is as ready as it gets. */
  | { readonly state: 'waiting'; readonly message: string; readonly storageClass?: string }
  | { readonly state: 'failed'; readonly message: string };

export const ready: Readiness = { state: 'ready', message: '' };

export function waiting(message: string): Readiness {
  return { state: 'waiting', message };
}

export function failed(message: string): Readiness {
  return { state: 'failed', message };
}
