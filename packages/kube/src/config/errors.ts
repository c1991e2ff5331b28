/** A kubeconfig, or the pod's own files, cannot be used; the message names the file, the field and the remedy. */
export class ConfigError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ConfigError';
  }
}
