import { availableParallelism, hostname, networkInterfaces, totalmem } from 'node:os';

/** This machine as the node that pods are bound to. */
export interface NodeFacts {
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly nodeAllocatable: Readonly<Record<string, string>>;
}

export function nodeFacts(): NodeFacts {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return {
    nodeName: hostname().toLowerCase() || 'localhost',
    nodeIP: addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1',
    nodeAllocatable: { cpu: String(availableParallelism()), memory: String(totalmem()) },
  };
}
