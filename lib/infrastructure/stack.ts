import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Finite } from './finite.js';
import type { FiniteProps } from './props.js';

/** finite as a stack of its own. */
export class FiniteStack extends Stack {
  readonly finite: Finite;

  /** `props` is asked with the stack, for constructs that it imports. */
  constructor(scope: Construct, id: string, props: (stack: Stack) => FiniteProps, stackProps: StackProps = {}) {
    super(scope, id, { description: 'finite: Kubernetes Jobs and CronJobs without a cluster', ...stackProps });
    // `Default` adds nothing to the names of what is in it.
    this.finite = new Finite(this, 'Default', props(this));
  }
}
