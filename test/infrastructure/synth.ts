import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Finite } from '../../lib/infrastructure/finite.js';
import type { FiniteProps } from '../../lib/infrastructure/props.js';

export const ADMIN = 'arn:aws:iam::111122223333:role/operators';

/** A stack with finite in it, not yet synthesised. Bundling is left out: it takes seconds and changes only hashes. */
export function makeStack(props: Partial<FiniteProps> = {}): Stack {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], '@aws-cdk/aws-iam:minimizePolicies': true } });
  const stack = new Stack(app, 'finite');
  new Finite(stack, 'Default', { admins: [ADMIN], ...props });
  return stack;
}

export function synth(props: Partial<FiniteProps> = {}): Template {
  return Template.fromStack(makeStack(props));
}
