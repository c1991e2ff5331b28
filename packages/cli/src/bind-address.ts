import { InvalidArgumentError } from 'commander';

export interface BindAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:9443`, `[::1]:9443`, or `:9443` for every address. */
export function parseBindAddress(text: string): BindAddress {
  const [, host = '', port = ''] = /^(.*):([0-9]{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535) throw new InvalidArgumentError('host:port is needed');
  return { host: host === '' ? '::' : host.replaceAll(/^\[|\]$/g, ''), port: Number(port) };
}
