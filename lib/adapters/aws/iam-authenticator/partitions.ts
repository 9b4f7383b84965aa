/** A partition of AWS: its name in ARNs, and under which domains its services answer. */
interface Partition {
  readonly name: string;
  /** Regions that are there, and those that may come. */
  readonly regions: RegExp;
  readonly domain: string;
  /** Of the endpoints that speak IPv6 too; not every partition has them. */
  readonly dualStackDomain?: string;
  /** Whether an endpoint without a region answers for all of them. */
  readonly isGlobal: boolean;
}

const directions = '(?:central|(?:north|south)(?:east|west)?|east|west)';

/** As the partitions of AWS' SDKs; by form, because a list of regions would be old within months. */
const partitions: readonly Partition[] = [
  {
    name: 'aws',
    regions: new RegExp(`^(?:af|ap|ca|eu|il|me|mx|sa|us)-${directions}-\\d$`),
    domain: 'amazonaws.com',
    dualStackDomain: 'api.aws',
    isGlobal: true,
  },
  {
    name: 'aws-cn',
    regions: new RegExp(`^cn-${directions}-\\d$`),
    domain: 'amazonaws.com.cn',
    dualStackDomain: 'api.amazonwebservices.com.cn',
    isGlobal: false,
  },
  {
    name: 'aws-us-gov',
    regions: new RegExp(`^us-gov-${directions}-\\d$`),
    domain: 'amazonaws.com',
    dualStackDomain: 'api.aws',
    isGlobal: false,
  },
  { name: 'aws-iso', regions: new RegExp(`^us-iso-${directions}-\\d$`), domain: 'c2s.ic.gov', isGlobal: false },
  { name: 'aws-iso-b', regions: new RegExp(`^us-isob-${directions}-\\d$`), domain: 'sc2s.sgov.gov', isGlobal: false },
  { name: 'aws-iso-e', regions: new RegExp(`^eu-isoe-${directions}-\\d$`), domain: 'cloud.adc-e.uk', isGlobal: false },
  {
    name: 'aws-iso-f',
    regions: new RegExp(`^us-isof-${directions}-\\d$`),
    domain: 'csp.hci.ic.gov',
    isGlobal: false,
  },
];

/**
 * Tells whether a host is an STS endpoint of the partition that a region belongs to: that partition's identities are
 * believed, no other's. Throws for what is not a region.
 */
export function stsHostsBeside(region: string): (host: string) => boolean {
  const { domain, dualStackDomain, regions, isGlobal } = partitionOf(region);
  return (host) => {
    if (isGlobal && host === `sts.${domain}`) return true;
    return [domain, dualStackDomain].some((suffix) => {
      if (suffix === undefined || !host.endsWith(`.${suffix}`)) return false;
      const [, name] = /^sts(?:-fips)?\.([a-z0-9-]+)$/.exec(host.slice(0, -suffix.length - 1)) ?? [];
      return name !== undefined && regions.test(name);
    });
  };
}

/** The STS endpoint to sign for. Throws for what is not a region. */
export function stsHost(region: string): string {
  return `sts.${region}.${partitionOf(region).domain}`;
}

/** Whether ARNs may begin so: `arn:<name>:`. */
export function isPartition(name: string): boolean {
  return partitions.some((partition) => partition.name === name);
}

function partitionOf(region: string): Partition {
  const found = partitions.find(({ regions }) => regions.test(region));
  if (found === undefined) throw new Error(`${JSON.stringify(region)} is not an AWS region`);
  return found;
}
