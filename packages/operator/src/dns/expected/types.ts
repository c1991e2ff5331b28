/** Shapes that the rules of this folder pass to each other. */

/** One provider-specific setting of a record, named as ExternalDNS names it (`aws/weight`, `alias`, ...). */
export interface RecordProperty {
  name: string;
  value: string;
}

/** A wanted record set, as ExternalDNS's sources give it to its planner. */
export interface Endpoint {
  name: string;
  type: 'A' | 'AAAA' | 'CNAME' | 'SRV';
  targets: string[];
  /** Seconds; 0 leaves the choice to the provider. */
  ttl: number;
  /** Tells records of one name and type apart (weighted, regional ... routing); mostly empty. */
  setIdentifier: string;
  /** The object it comes from: `ingress/<namespace>/<name>`, `service/...` or `httproute/...`; goes into the ownership TXT. */
  resource: string;
  /** Route 53: an alias with this label gets an AAAA record beside its A record. */
  dualstack: boolean;
  properties: readonly RecordProperty[];
}

interface Meta {
  name: string;
  namespace?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  deletionTimestamp?: string;
}

interface LoadBalancerStatus {
  loadBalancer?: { ingress?: readonly { ip?: string; hostname?: string }[] };
}

/** The fields of an Ingress that decide about its records. */
export interface IngressObject {
  kind: 'Ingress';
  metadata: Meta;
  spec?: { rules?: readonly { host?: string }[]; tls?: readonly { hosts?: readonly string[] }[] };
  status?: LoadBalancerStatus;
}

/** The fields of a Service that decide about its records. */
export interface ServiceObject {
  kind: 'Service';
  metadata: Meta;
  spec?: {
    type?: string;
    clusterIP?: string;
    externalIPs?: readonly string[];
    externalName?: string;
    externalTrafficPolicy?: string;
    publishNotReadyAddresses?: boolean;
    selector?: Record<string, string>;
    ports?: readonly { nodePort?: number; protocol?: string }[];
  };
  status?: LoadBalancerStatus;
}

/** What one parent says of a route (`status.parents[]`). */
export interface RouteParent {
  parentRef: {
    group?: string;
    kind?: string;
    namespace?: string;
    name: string;
    sectionName?: string;
    port?: number;
  };
  conditions?: readonly { type: string; status: string }[];
}

/** The fields of an HTTPRoute of the Gateway API that decide about its records. */
export interface RouteObject {
  kind: 'HTTPRoute';
  metadata: Meta;
  spec?: { hostnames?: readonly string[] };
  status?: { parents?: readonly RouteParent[] };
}

/** One listener of a Gateway. */
export interface GatewayListener {
  name: string;
  hostname?: string;
  protocol: string;
  port: number;
  allowedRoutes?: {
    namespaces?: { from?: string };
    kinds?: readonly { group?: string; kind: string }[];
  };
}

/** The fields of a Gateway that the records of its routes need. */
export interface GatewayObject {
  metadata: Meta;
  spec?: { listeners?: readonly GatewayListener[] };
  status?: { addresses?: readonly { value: string }[] };
}

/** An object that asks for records. */
export type SourceObject = IngressObject | ServiceObject | RouteObject;

interface NodeAddress {
  type: string;
  address: string;
}

/** The fields of a Node that NodePort and headless Services need. */
export interface NodeObject {
  metadata: Meta;
  status?: { addresses?: readonly NodeAddress[] };
}

/** The fields of a Pod that headless and `externalTrafficPolicy: Local` Services need. */
export interface PodObject {
  metadata: Meta;
  spec?: { hostname?: string; nodeName?: string };
  status?: { phase?: string; hostIP?: string; conditions?: readonly { type: string; status: string }[] };
}

interface EndpointAddress {
  ip: string;
  targetRef?: { kind?: string; name?: string; apiVersion?: string };
}

/** A core/v1 Endpoints object, which v0.14.0 reads for headless Services. */
export interface EndpointsObject {
  metadata: Meta;
  subsets?: readonly {
    addresses?: readonly EndpointAddress[];
    notReadyAddresses?: readonly EndpointAddress[];
  }[];
}

/** What else is in the cluster, as far as NodePort and headless Services and HTTPRoutes need it; other objects need nothing. */
export interface ClusterView {
  /** Left out where nobody looks at them: then nothing is said about routes. */
  gateways?: readonly GatewayObject[];
  nodes: readonly NodeObject[];
  pods: readonly PodObject[];
  endpoints: readonly EndpointsObject[];
}
