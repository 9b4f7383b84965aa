import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SecurityGroup,
  SubnetType,
  Vpc,
  type ISubnet,
  type IVpc,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { accept } from './nag.js';

export interface NetworkProps {
  readonly vpc?: IVpc;
  readonly subnets?: SubnetSelection;
  readonly assignPublicIp?: boolean;
}

/** Where pods run: they reach out, nothing reaches in. */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: SecurityGroup;
  readonly assignPublicIp: boolean;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    this.vpc = props.vpc ?? this.publicVpc();
    this.subnets = this.vpc.selectSubnets(props.subnets ?? usualSubnets(this.vpc)).subnets;
    this.assignPublicIp =
      props.assignPublicIp ?? this.subnets.every((subnet) => this.vpc.publicSubnets.includes(subnet));
    this.securityGroup = new SecurityGroup(this, 'Pods', {
      vpc: this.vpc,
      description: 'Pods: everything out, nothing in',
      allowAllOutbound: true,
    });
  }

  /** Costs nothing while no pod runs: no NAT gateway, and gateway endpoints are free. */
  private publicVpc(): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
      maxAzs: 2,
      natGateways: 0,
      // 4,091 addresses a zone: more pods than Fargate's usual quota of vCPUs lets run.
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: false },
      ],
      restrictDefaultSecurityGroup: true,
      // The layers of images in ECR come from S3.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    accept(vpc, {
      rule: 'VPC7',
      reason:
        'Flow logs are paid per gigabyte, and nothing listens in this VPC. Who needs them gives a VPC that has them.',
    });
    return vpc;
  }
}

function usualSubnets(vpc: IVpc): SubnetSelection {
  return { subnetType: vpc.privateSubnets.length > 0 ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PUBLIC };
}
