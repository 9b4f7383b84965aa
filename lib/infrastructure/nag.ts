import { NagSuppressions } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** One finding of cdk-nag's AwsSolutions that is meant, with the reason. */
export interface Accepted {
  /** `IAM5`, without the pack's name. */
  readonly rule: string;
  readonly reason: string;
  /** The findings of the rule that are meant, as far as it tells them apart: `Resource::*`. Otherwise all. */
  readonly appliesTo?: readonly (string | { readonly regex: string })[];
}

/** Of the construct and all below it. */
export function accept(construct: IConstruct, ...accepted: readonly Accepted[]): void {
  NagSuppressions.addResourceSuppressions(
    construct,
    accepted.map(({ rule, reason, appliesTo }) => ({
      id: `AwsSolutions-${rule}`,
      reason,
      ...(appliesTo !== undefined && { appliesTo: [...appliesTo] }),
    })),
    true,
  );
}
