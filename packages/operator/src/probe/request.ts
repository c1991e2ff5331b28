/** One HTTPS question: to one address, by one name, for the head of one answer. */
import { request } from 'node:https';
import type { Clock } from '@tenant-operator/kube';
import type { Answer, AskHttps, Question } from './index.ts';

export interface HttpsAskOptions {
  readonly clock: Clock;
  /** 443 when left out; tests listen elsewhere. */
  readonly port?: number;
  /** PEM of the authorities that are trusted; those of Node (with NODE_EXTRA_CA_CERTS) when left out. */
  readonly ca?: string;
}

const userAgent = 'tenant-operator-probe';
/** Of an answer, in bytes: a head that is longer is none. */
const maxHeadBytes = 16_384;

/** OpenSSL's and Node's codes for a certificate that does not hold. */
const untrustedCode =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|ERROR_IN_CERT_)/;

const words: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed, as the default certificate of an ingress controller is',
  SELF_SIGNED_CERT_IN_CHAIN: 'its root is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its issuer is not trusted, or an intermediate certificate is not sent along',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  ECONNREFUSED: 'nobody listens at port 443',
  ECONNRESET: 'the connection was closed before an answer came',
  EHOSTUNREACH: 'there is no way to its address',
  ENETUNREACH: 'there is no way to its address',
  ETIMEDOUT: 'no connection within the time of the system',
  HPE_HEADER_OVERFLOW: `the head of the answer has more than ${maxHeadBytes} bytes`,
};

export function createHttpsAsk({ clock, port = 443, ca }: HttpsAskOptions): AskHttps {
  return (question, signal) =>
    new Promise((resolve, reject) => {
      const { host, address, path, timeoutMs } = question;
      let isOver = false;
      const end = (settle: () => void): void => {
        if (isOver) return;
        isOver = true;
        clock.clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        // What is left of the answer is not of interest, however long it is.
        asking.destroy();
        settle();
      };
      const abort = (): void => end(() => reject(signal.reason));
      const asking = request({
        host: address,
        port,
        servername: host,
        method: 'GET',
        path,
        headers: { host, 'user-agent': userAgent, accept: '*/*', connection: 'close' },
        agent: false,
        maxHeaderSize: maxHeadBytes,
        ...(ca === undefined ? {} : { ca }),
      });
      const timer = clock.setTimeout(
        () => end(() => resolve({ kind: 'silent', detail: `no answer within ${timeoutMs / 1_000} s` })),
        timeoutMs,
      );
      asking.on('response', ({ statusCode = 0, headers }) =>
        end(() => resolve(answered(statusCode, headers.location, question))),
      );
      asking.on('error', (error: NodeJS.ErrnoException) => end(() => resolve(unanswered(error))));
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      else asking.end();
    });
}

/** Where a redirect leads to, without what may be secret in it: a query may hold a token. */
function answered(status: number, location: string | undefined, { host, path }: Question): Answer {
  const base = `https://${host}${path}`;
  if (location === undefined || !URL.canParse(location, base)) return { kind: 'answered', status };
  const { protocol, host: where, pathname } = new URL(location, base);
  return { kind: 'answered', status, location: `${protocol}//${where}${pathname}`.slice(0, 200) };
}

function unanswered({ code = '', message }: NodeJS.ErrnoException): Answer {
  const detail = words[code] ?? (code === '' ? message : code);
  return { kind: untrustedCode.test(code) ? 'untrusted' : 'silent', detail };
}
