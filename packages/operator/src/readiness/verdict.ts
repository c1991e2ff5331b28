/** `failed` is what waiting cannot mend; `message` says in a few words what is missing. */
export type Readiness =
  | { readonly state: 'ready'; readonly message: '' }
  | { readonly state: 'waiting'; readonly message: string }
  | { readonly state: 'failed'; readonly message: string };

export const ready: Readiness = { state: 'ready', message: '' };

export function waiting(message: string): Readiness {
  return { state: 'waiting', message };
}

export function failed(message: string): Readiness {
  return { state: 'failed', message };
}
