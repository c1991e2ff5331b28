/** Where the API server is and who we are there; read from a kubeconfig or from inside a pod. */

/** An exec credential plugin, `users[].user.exec` of a kubeconfig. */
export interface ExecConfig {
  apiVersion: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  provideClusterInfo: boolean;
  installHint?: string;
}

export interface AuthConfig {
  token?: string;
  /** Read again every minute and after a 401; wins over `token`. */
  tokenFile?: string;
  username?: string;
  password?: string;
  /** PEM texts. */
  clientCertificate?: string;
  clientKey?: string;
  exec?: ExecConfig;
  impersonate?: { user: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> };
}

export interface ClientConfig {
  /** `https://host:port`, with a path when the server sits behind one. */
  server: string;
  /** PEM text of the authorities to trust; the system's own when left out. */
  certificateAuthority?: string;
  insecureSkipTlsVerify?: boolean;
  /** Name to check the server's certificate against instead of the host in `server`. */
  tlsServerName?: string;
  /** `http://` or `https://` proxy. */
  proxyUrl?: string;
  /** The context's namespace, `default` when it names none. */
  namespace: string;
  auth: AuthConfig;
  /** Where this came from, for messages: a file and context, or "the pod's service account". */
  origin: string;
}

export interface LoadConfigOptions {
  /** `--kubeconfig`: wins over everything. */
  kubeconfig?: string;
  /** `--context`: instead of `current-context`. */
  context?: string;
  env: Readonly<Record<string, string | undefined>>;
}

export { ConfigError } from './errors.ts';
export { loadConfig } from './load.ts';
